"""What the store counted itself stands on every screen, also on the staff's page of an article and beside searches."""

from flask.testing import FlaskClient

from edge.domain.article import Stock
from edge.shop import Article, Browse
from edge.shop.counted import RFID
from tests.kiosk.aurora import Aurora

AFTER = 4_000_000_000_000
"""Milliseconds since 1970, later than the demo's counts."""


def test_the_stores_own_newer_counts_stand_on_the_staffs_page_and_in_what_is_in_stock_here(
    aurora: Aurora, client: FlaskClient
) -> None:
    shop = aurora.shop
    sku = shop.find("wall", Browse(places=("here",))).hits[0].sku
    product = shop.catalogue.by_sku(sku)
    assert product is not None
    here = Browse(places=("here",))
    before = shop.find("wall", here, limit=500)
    own = {
        variant.sku: Stock(sku=variant.sku, store=shop.store.id, quantity=0, as_of=AFTER, source=RFID)
        for variant in shop.catalogue.variants(product.product_id)
    }
    shop.stocktaking._own = own
    after = shop.find("wall", here, limit=500)
    assert product.product_id in {hit.id for hit in before.hits} - {hit.id for hit in after.hits}
    shop.stocktaking._own = {**own, sku: Stock(sku=sku, store=shop.store.id, quantity=7_531, as_of=AFTER, source=RFID)}
    assert shop.find("wall", here, limit=500).total == before.total
    shop.show("staff", Article(sku=sku))
    assert b"7531" in client.get("/s/staff").data.replace(b",", b"")
