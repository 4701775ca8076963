"""The showcase shows what is in this shop, and invites in every language."""

from flask import Flask

from edge.shop import Attract
from kiosk.pages import attract
from tests.kiosk.aurora import LANGUAGES, Aurora, rows


def shown(app: Flask, aurora: Aurora) -> list[str]:
    with app.test_request_context():
        page = attract.page(aurora.shop, aurora.shop.stations["wall"], Attract())
    return [slide.sku for slide in page["slides"]]


def test_only_what_is_here_and_has_a_picture_is_shown(app: Flask, aurora: Aurora) -> None:
    here = {row["sku"] for row in rows("stock.csv") if row["store"] == "aurora-tallinn" and int(row["quantity"]) > 0}
    found = shown(app, aurora)
    assert len(found) == attract.SLIDES
    assert set(found) <= here
    assert len({aurora.shop.catalogue.item(sku, "en").product_id for sku in found}) == attract.SLIDES


def test_what_sold_out_here_is_shown_no_more(app: Flask, aurora: Aurora) -> None:
    first = aurora.shop.catalogue.item(shown(app, aurora)[0], "en").product_id
    aurora.publish(without=(first,))
    assert first not in {aurora.shop.catalogue.item(sku, "en").product_id for sku in shown(app, aurora)}


def test_it_invites_in_the_language_of_the_station_first_and_then_in_every_other(app: Flask, aurora: Aurora) -> None:
    aurora.shop.set_language("wall", "et")
    with app.test_request_context():
        page = attract.page(aurora.shop, aurora.shop.stations["wall"], Attract())
    assert next(iter(page["invitations"])) == "et"
    assert set(page["invitations"]) == set(LANGUAGES)
    assert len({said.scan for said in page["invitations"].values()}) == len(LANGUAGES)
