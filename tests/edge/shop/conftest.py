"""A small shop on real SQLite: two products, three variants, one store."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from edge.catalogue import Shelf, Version, build
from edge.domain.article import WEB, Product, Stock, Store, Variant
from edge.domain.money import Money
from edge.shop import Shop, Station
from edge.shop.settings import ShopSettings
from edge.store import Database, EventLog
from sync.codec import new_seal_pair

BOOT_GTIN, BOOT_EAN = "09506000134352", b"9506000134352"


@dataclass
class Bench:
    """The shop, and what a test may look at or move behind its back."""

    shop: Shop
    log: EventLog
    database: Database
    shelf: Shelf
    seal_key: bytes
    """HQ's private one."""
    clock: "Clock"
    folder: Path

    def kinds(self) -> list[str]:
        return [event.kind for event in self.log.read(0, 1000, 1 << 30)[0]]


class Clock:
    def __init__(self) -> None:
        self.ms = 1_767_225_600_000

    def __call__(self) -> int:
        return self.ms


def euro(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def make_catalogue(
    path: Path,
    version: Version,
    *,
    boot_price: int = 12995,
    pictures: tuple[str, str] = ("", ""),
    languages: Sequence[str] = ("en", "de"),
    stores: Sequence[Store] = (Store(id="shop", name="The shop"),),
    **more: Any,
) -> Path:
    build(
        path,
        version=version,
        **more,
        products=[
            Product(id="boot", brand="Aurora", category="Shoes", title={"en": "Trail boot", "de": "Wanderstiefel"}),
            Product(id="tent", brand="Aurora", category="Outdoor", title={"en": "Tent"}),
        ],
        variants=[
            Variant(
                sku="BOOT-42",
                product_id="boot",
                price=euro(boot_price),
                gtin=BOOT_GTIN,
                size="42",
                position=1,
                picture=pictures[0],
            ),
            Variant(
                sku="BOOT-43", product_id="boot", price=euro(boot_price), size="43", position=2, picture=pictures[1]
            ),
            Variant(sku="TENT", product_id="tent", price=euro(39900), web_only=True),
        ],
        stock=[
            Stock(sku="BOOT-42", store="shop", quantity=3, as_of=0),
            Stock(sku="TENT", store=WEB, quantity=9, as_of=0),
        ],
        reviews=[],
        stores=stores,
        languages=languages,
    )
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    private, public = new_seal_pair()
    shelf = Shelf(tmp_path / "catalogue")
    shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
    database, clock, ids = Database(tmp_path / "store.db"), Clock(), itertools.count(1)
    log = EventLog(database)
    settings = ShopSettings(
        store_id="shop",
        stations={
            "wall": Station(id="wall", kind="wall", name="Wall"),
            "tablet": Station(id="tablet", kind="tablet", name="Tablet"),
        },
        languages=["en", "de"],
        currency="EUR",
        seal_key=public,
        pictures=tmp_path / "pictures",
    )
    shop = Shop(settings, database, log, shelf, now=clock, new_id=lambda: f"{next(ids):032x}")
    yield Bench(shop, log, database, shelf, private, clock, tmp_path)
    database.close()
