"""What was built is what is read."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from edge.catalogue import Catalogue, Category, NotACatalogue, Version
from tests.edge.catalogue import shop


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(shop.write(tmp_path / "c.db", Version(3, 812))) as opened:
        yield opened


def test_the_file_knows_its_version_and_languages(catalogue: Catalogue) -> None:
    assert catalogue.version == Version(3, 812)
    assert catalogue.languages == ("en", "de", "es", "et")


def test_every_value_comes_back_as_it_was(catalogue: Catalogue) -> None:
    assert [catalogue.product(product.id) for product in shop.PRODUCTS] == list(shop.PRODUCTS)
    assert [catalogue.by_sku(variant.sku) for variant in shop.VARIANTS] == list(shop.VARIANTS)
    assert sorted(catalogue.stock("TB-42-BRN"), key=lambda stock: stock.store) == list(shop.STOCK[:2])
    assert {store.id: store for store in catalogue.stores()} == {store.id: store for store in shop.STORES}
    assert catalogue.store("aurora-tallinn") == shop.STORES[0]


def test_an_article_is_found_by_its_code(catalogue: Catalogue) -> None:
    assert catalogue.by_gtin("04006381333931") == shop.VARIANTS[0]
    assert catalogue.by_gtin("05012345678900") == catalogue.by_gtin("00000000000024") == shop.VARIANTS[0]
    assert catalogue.by_gtin("00000000000017") is None
    assert catalogue.by_gtin("no digits") is None
    assert catalogue.by_sku("nothing") is None


def test_a_number_leads_to_one_article_whoever_else_claims_it(tmp_path: Path) -> None:
    boot, sister, sock, _ = shop.VARIANTS
    claims = (
        replace(boot, more_gtins=(sock.gtin or "", "00000000000024")),
        replace(sister, gtin=boot.gtin, more_gtins=("00000000000024", "05012345678900")),
        sock,
    )
    with Catalogue.open(shop.write(tmp_path / "c.db", variants=claims)) as catalogue:
        found = {gtin: catalogue.by_gtin(gtin) for gtin in (boot.gtin or "", *claims[1].more_gtins, sock.gtin or "")}
        assert [one and one.sku for one in found.values()] == ["TB-42-BRN", "TB-42-BRN", "TB-41-BLK", "WS-1"]
        assert catalogue.by_sku("TB-41-BLK") == replace(sister, more_gtins=("05012345678900",))


def test_variants_come_in_the_order_of_their_position(catalogue: Catalogue) -> None:
    assert [variant.size for variant in catalogue.variants("boot")] == ["41", "42"]


def test_stock_of_a_product_covers_all_its_variants(catalogue: Catalogue) -> None:
    assert {(stock.sku, stock.store): stock.quantity for stock in catalogue.stock_of_product("boot")} == {
        ("TB-41-BLK", "web"): 5,
        ("TB-42-BRN", "aurora-tallinn"): 3,
        ("TB-42-BRN", "web"): 0,
    }


def test_reviews_come_newest_first_with_their_mean(catalogue: Catalogue) -> None:
    assert [review.author for review in catalogue.reviews("boot")] == ["Jan", "Mari"]
    assert catalogue.rating("boot") == (3.5, 2)
    assert catalogue.rating("tent") == (None, 0)


def test_what_goes_with_it_leaves_out_what_is_not_sold(catalogue: Catalogue) -> None:
    assert [product.id for product in catalogue.related("boot")] == ["sock", "tent"]


def test_an_item_is_named_in_the_shoppers_language_or_the_first(catalogue: Catalogue) -> None:
    german = catalogue.item("TB-42-BRN", "de")
    assert (german.name, german.variant, german.price, german.currency) == ("Wanderstiefel", "42 · Brown", 12995, "EUR")
    assert catalogue.item("TENT", "et").name == "Tent for two"
    with pytest.raises(KeyError):
        catalogue.item("nothing", "en")


def test_categories_count_what_lies_below_them(catalogue: Catalogue) -> None:
    assert catalogue.categories("en") == [
        Category("Clothing", 1),
        Category("Clothing > Socks", 1),
        Category("Shoes", 1),
        Category("Shoes > Boots", 1),
        Category("Camping", 1),
    ]


def test_products_come_by_popularity_in_pages(catalogue: Catalogue) -> None:
    assert [product.id for product in catalogue.products()] == ["sock", "boot", "tent"]
    assert [product.id for product in catalogue.products(limit=1, offset=1)] == ["boot"]
    assert [product.id for product in catalogue.products("Shoes")] == ["boot"]
    assert catalogue.products("Nothing") == []


def test_every_picture_is_named_once(catalogue: Catalogue) -> None:
    assert catalogue.pictures() == ["ab12.svg", "cd34.svg"]


def test_of_two_variants_with_one_gtin_the_first_keeps_it(tmp_path: Path) -> None:
    twin = replace(shop.VARIANTS[0], sku="TWIN")
    with Catalogue.open(shop.write(tmp_path / "c.db", variants=(*shop.VARIANTS, twin))) as catalogue:
        first, second = catalogue.by_gtin("04006381333931"), catalogue.by_sku("TWIN")
        assert first is not None
        assert second is not None
        assert (first.sku, second.gtin) == ("TB-42-BRN", None)


def test_many_threads_read_at_once(catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: len(catalogue.find("boot")) + len(catalogue.variants("boot")), range(200)))
    assert found == [3] * 200


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("hello")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE meta (key, value)")
    for name in ("text.db", "other.db", "missing.db"):
        with pytest.raises(NotACatalogue):
            Catalogue.open(tmp_path / name)


def test_a_catalogue_of_another_form_is_refused(tmp_path: Path) -> None:
    path = shop.write(tmp_path / "c.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(NotACatalogue, match="form 99"):
        Catalogue.open(path)
