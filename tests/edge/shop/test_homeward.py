"""Where an article is collected."""

from pathlib import Path

import pytest

from edge.catalogue import Shelf, Version
from edge.domain.article import Stock, Store
from edge.shop import NoSuchStoreError
from edge.shop.homeward import Homeward
from tests.edge.shop.conftest import make_catalogue

STORES = (
    Store(id="shop", name="The shop", latitude=59.4, longitude=24.7),
    Store(id="far", name="Far", latitude=57.8, longitude=26.0),
    Store(id="near", name="Near", latitude=59.3, longitude=24.9),
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.turn(Version(1, 1), make_catalogue(tmp_path / "incoming.db", Version(1, 1), stores=STORES))
    return shelf


def homeward(shelf: Shelf, **counts: int) -> Homeward:
    stock = [Stock(sku="BOOT-42", store=store, quantity=quantity, as_of=0) for store, quantity in counts.items()]
    return Homeward("shop", shelf, lambda _sku: stock)


def test_here_where_it_is_here_else_at_the_nearest_store_that_has_it(shelf: Shelf) -> None:
    assert homeward(shelf, shop=1, near=9).collected_at("BOOT-42") == ""
    assert homeward(shelf, shop=0, near=1, far=9).collected_at("BOOT-42") == "near"
    assert homeward(shelf, shop=0, near=0, far=9).collected_at("BOOT-42") == "far"
    assert homeward(shelf, shop=0, near=0).collected_at("BOOT-42") == "", "nobody has it: our staff is to tell"


def test_where_the_shopper_says(shelf: Shelf) -> None:
    at = homeward(shelf, shop=1, near=1)
    assert [at.collected_at("BOOT-42", store) for store in ("far", "shop", "")] == ["far", "", ""]
    for strange in ("web", "nowhere"):
        with pytest.raises(NoSuchStoreError):
            at.collected_at("BOOT-42", strange)
