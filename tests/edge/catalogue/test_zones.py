"""A store of a price zone shows its zone's prices; everybody else the articles' own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.catalogue import Catalogue, Shelf, Version, differ
from edge.domain.article import Store, ZonePrice
from edge.domain.money import Money
from tests.edge.catalogue import shop

KRONOR, EUROS = Money(amount=149900, currency="SEK"), Money(amount=12995, currency="EUR")
STORES = (Store(id="lund", name="Lund", zone="north"), Store(id="tartu", name="Tartu"))
NORTH = {"north": ZonePrice(price=KRONOR, was=Money(amount=199900, currency="SEK"))}
VARIANTS = [replace(v, zones=NORTH) if v.sku == "TB-42-BRN" else v for v in shop.VARIANTS]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return shop.write(tmp_path / "1.db", variants=VARIANTS, stores=STORES)


@pytest.fixture
def lund(file: Path) -> Iterator[Catalogue]:
    with Catalogue.open(file, store="lund") as catalogue:
        yield catalogue


def test_each_way_to_an_article_tells_the_price_of_the_zone(lund: Catalogue) -> None:
    by_sku, by_gtin = lund.by_sku("TB-42-BRN"), lund.by_gtin("04006381333931")
    assert by_sku and by_gtin and by_sku == by_gtin
    assert (by_sku.price, by_sku.was) == (KRONOR, NORTH["north"].was)
    assert [variant.price for variant in lund.variants("boot")] == [EUROS, KRONOR]
    item = lund.item("TB-42-BRN", "en")
    assert (item.price, item.currency) == (149900, "SEK")


@pytest.mark.parametrize("store", ["tartu", "nowhere", ""])
def test_a_store_without_a_zone_tells_the_article_s_own(file: Path, store: str) -> None:
    with Catalogue.open(file, store=store) as catalogue:
        variant = catalogue.by_sku("TB-42-BRN")
        assert variant and (variant.price, variant.was) == (EUROS, Money(amount=15995, currency="EUR"))


def test_hq_looks_at_one_file_with_the_eyes_of_any_store(lund: Catalogue) -> None:
    prices = [variant.price for store in ("tartu", "lund", "") if (variant := lund.at(store).by_sku("TB-42-BRN"))]
    assert prices == [EUROS, KRONOR, EUROS]


def test_a_box_shows_its_zone_s_prices_after_a_delta_too(file: Path, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", store="lund")
    shelf.turn(Version(1, 1), file.rename(tmp_path / "arrived.db"))
    dearer = {"north": ZonePrice(price=KRONOR.times(2))}
    variants = [replace(v, zones=dearer) if v.zones else v for v in VARIANTS]
    after = shop.write(tmp_path / "2.db", Version(1, 2), variants=variants, stores=STORES, before=shelf.file)
    assert differ(shelf.file, after, tmp_path / "delta")
    variant = shelf.advance(Version(1, 2), tmp_path / "delta").by_sku("TB-42-BRN")
    assert variant and (variant.price, variant.was) == (KRONOR.times(2), None)
