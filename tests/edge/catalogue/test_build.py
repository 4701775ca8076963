"""Building a version takes memory for ids and numbers, never for all that the articles tell."""

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from edge.catalogue import Catalogue, Version
from edge.domain.article import Product, Variant
from edge.domain.money import Money
from tests.edge.catalogue import shop

COUNT, LENGTH = 200, 20_000


def _products() -> Iterator[Product]:
    for n in range(COUNT):
        story = {"en": f"{n} {'y' * LENGTH}"}
        yield Product(id=f"p{n}", brand="", category="A", title={"en": f"Boot {n}"}, story=story, popularity=n % 7)


def _variants() -> Iterator[Variant]:
    return (Variant(sku=f"s{n}", product_id=f"p{n}", price=Money(amount=n, currency="EUR")) for n in range(COUNT))


def _peak(path: Path, version: Version, before: Path | None = None) -> int:
    said = {"products": _products(), "variants": _variants(), "reviews": (), "stock": (), "languages": ("en",)}
    tracemalloc.start()
    try:
        shop.write(path, version, before=before, **said)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_version_is_built_in_less_memory_than_its_stories_take(tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    _peak(first, Version(1, 1))  # loads what every build needs once
    assert _peak(second, Version(1, 2), first) < COUNT * LENGTH / 2
    with Catalogue.open(second) as catalogue:
        assert [one.popularity for one in catalogue.products(limit=COUNT)] == sorted(
            (n % 7 for n in range(COUNT)), reverse=True
        )


def test_what_belongs_to_no_product_leaves_nothing_behind(tmp_path: Path) -> None:
    boot = shop.VARIANTS[0]
    stray = Variant(sku="STRAY", product_id="gone", gtin=boot.gtin, more_gtins=boot.more_gtins, price=boot.price)
    with Catalogue.open(shop.write(tmp_path / "c.db", variants=(stray, *shop.VARIANTS))) as catalogue:
        assert catalogue.by_sku("STRAY") is None
        assert catalogue.by_gtin(boot.gtin or "") == catalogue.by_gtin(boot.more_gtins[0]) == boot


def test_facts_are_words_whatever_signs_they_have(tmp_path: Path) -> None:
    facts = {'So "called"': 'a "quoted" hinge', "Path": "C:\\gusset", "Sole": 'rubber", "cork', "Lining": "fleece"}
    boot = Product(id="boot", brand="", category="", title={"en": "Boot"}, facts=facts)
    path = shop.write(tmp_path / "c.db", products=(boot,), variants=shop.VARIANTS[:1])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT facts FROM text_en").fetchall() == [
            ("a quot hing c gusset rubber cork fleec",)
        ]
