"""A delta makes of one version's file the next one's: every table, every search."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.catalogue import Catalogue, Version
from edge.catalogue.delta import DELTA_MARK, differ
from edge.catalogue.errors import CatalogueError, DamagedCatalogue, NotACatalogue, OldVersion, WrongVersion
from edge.catalogue.numbers import spread
from edge.catalogue.patch import patch
from edge.catalogue.tables import full_text, ordinary
from edge.domain.article import Product, Review, Variant, ZonePrice
from edge.domain.money import Money
from tests.edge.catalogue import shop

WORDS = [
    "trail",
    "wool",
    "rain",
    "boot",
    "tent",
    "river",
    "moss",
    "stone",
    "winter",
    "summer",
    "light",
    "warm",
    "night",
]


def made_up(chance: random.Random, count: int) -> dict[str, Any]:
    products = [product(chance, f"p{n:03}") for n in range(count)]
    variants = [one for p in products for one in variants_of(chance, p.id)]
    reviews = [review(chance, p.id) for p in products for _ in range(chance.randrange(3))]
    return {"products": products, "variants": variants, "reviews": reviews, "stock": (), "stores": shop.STORES}


def product(chance: random.Random, id_: str) -> Product:
    said = {language: " ".join(chance.choices(WORDS, k=4)) for language in ("en", "de")}
    category = " > ".join(chance.choices(("Shoes", "Camping", "Boots", "Water"), k=chance.randrange(1, 3)))
    return Product(
        id=id_, brand=chance.choice(WORDS), category=category, title=said, popularity=chance.randrange(5) * 10
    )


def variants_of(chance: random.Random, id_: str) -> list[Variant]:
    return [
        Variant(
            sku=f"{id_}-{size}",
            product_id=id_,
            price=Money(amount=chance.randrange(500, 9000), currency="EUR"),
            gtin=f"{chance.randrange(10**13):014}" if chance.random() < 0.7 else None,
            more_gtins=tuple(sorted({f"{chance.randrange(10**13):014}" for _ in range(chance.choice((0, 0, 2)))})),
            size=str(size),
            position=size,
            zones={"north": ZonePrice(price=Money(amount=999, currency="SEK"))} if chance.random() < 0.3 else {},
        )
        for size in range(40, 40 + chance.randrange(1, 4))
    ]


def review(chance: random.Random, id_: str) -> Review:
    said = " ".join(chance.choices(WORDS, k=6))
    return Review(product_id=id_, rating=3, title="", text=said, language="en", author="A", date="2026-01-01")


def changed(chance: random.Random, parts: dict[str, Any]) -> dict[str, Any]:
    """Some articles go, come, are renamed, grow more popular, cost something else, swap their GTINs."""
    products = [p for p in parts["products"] if chance.random() > 0.08]
    products = [product(chance, p.id) if chance.random() < 0.1 else p for p in products]
    products = [replace(p, popularity=chance.randrange(60)) if chance.random() < 0.05 else p for p in products]
    new = [product(chance, f"n{chance.randrange(10**6):06}") for _ in range(3)]
    kept = {p.id for p in products}
    variants = [
        replace(v, price=v.price.times(2)) if chance.random() < 0.1 else v
        for v in parts["variants"]
        if v.product_id in kept and chance.random() > 0.05
    ]
    first, second = chance.sample(range(len(variants)), 2)
    one, other = variants[first].gtin, variants[second].gtin
    variants[first], variants[second] = replace(variants[first], gtin=other), replace(variants[second], gtin=one)
    variants += [v for p in new for v in variants_of(chance, p.id)]
    reviews = [r for r in parts["reviews"] if chance.random() > 0.1] + [review(chance, p.id) for p in new]
    return {**parts, "products": [*products, *new], "variants": variants, "reviews": reviews}


def write(path: Path, n: int, parts: dict[str, Any], before: Path | None = None) -> Path:
    return shop.write(path, Version(1, n), **{"languages": ("en", "de"), "before": before, **parts})


def tables(file: Path, *, numbered: bool = True) -> dict[str, Any]:
    """What a file holds; of the full-text tables every occurrence of every term. Without `numbered`, products go by
    their rank and other rows by what they say, as in a file that was built without the one before it."""
    with closing(sqlite3.connect(file)) as connection:
        found: dict[str, Any] = {}
        for table in ordinary(connection):
            found[table.name] = connection.execute(f"SELECT {table.listed} FROM {table.name}").fetchall()
        for name in (each.name for each in full_text(connection)):
            connection.execute(f"CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, {name}, instance)")
            found[name] = connection.execute("SELECT doc, term, col, offset FROM seen").fetchall()
            found[f"{name} sizes"] = connection.execute(f"SELECT id, sz FROM {name}_docsize").fetchall()
            connection.execute("DROP TABLE seen")
            connection.execute(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')")
    if not numbered:
        rank = {row[0]: place for place, row in enumerate(sorted(found["product"]))}
        for name in found:
            if name in ("variant", "review"):
                found[name] = [row[1:] for row in found[name]]
            elif name in ("product", "facet") or name.startswith(("search_", "text_")):
                found[name] = [(rank[row[0]], *row[1:]) for row in found[name]]
            elif name in ("shelf", "category"):
                found[name] = [(row[0], rank[row[1]], *row[2:]) for row in found[name]]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@pytest.mark.parametrize("seed", range(6))
def test_a_file_that_took_deltas_equals_the_one_that_was_built(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    parts = made_up(chance, 60)
    held = write(tmp_path / "held.db", 1, parts)
    before = write(tmp_path / "1.db", 1, parts)
    for n in range(2, 6):
        parts = changed(chance, parts)
        after = write(tmp_path / f"{n}.db", n, parts, before)
        assert differ(before, after, tmp_path / "delta")
        with Catalogue.open(held) as reading:  # somebody looks at it meanwhile
            patch(held, tmp_path / "delta", Version(1, n))
            assert reading.find("boot")
        assert tables(held) == tables(after)
        before = after
    anew = write(tmp_path / "anew.db", 5, parts)
    by_id = {**parts, "products": sorted(parts["products"], key=lambda p: p.id)}
    assert tables(write(tmp_path / "again.db", 5, by_id), numbered=False) == tables(anew, numbered=False)
    with Catalogue.open(held) as patched, Catalogue.open(before) as built:
        for words in [*WORDS, "boot trail", "wo", "bootz", "p01", "winter stone zzz"]:
            for language in ("en", "de"):
                assert patched.find(words, language) == built.find(words, language)
        assert patched.categories() == built.categories()
        assert patched.products(limit=100) == built.products(limit=100)


def test_a_patched_catalogue_finds_what_one_built_anew_finds(tmp_path: Path) -> None:
    """Popularities all differ, so that no order is left to numbers."""
    chance = random.Random(7)
    parts = made_up(chance, 80)
    parts["products"] = [replace(p, popularity=n) for n, p in enumerate(parts["products"])]
    before = write(tmp_path / "1.db", 1, parts)
    parts = {
        **parts,
        "products": [replace(p, brand="Moss", popularity=p.popularity * 7 % 83) for p in parts["products"]],
    }
    after = write(tmp_path / "2.db", 2, parts, before)
    assert differ(before, after, tmp_path / "delta")
    patch(before, tmp_path / "delta", Version(1, 2))
    anew = write(tmp_path / "anew.db", 2, parts)
    assert tables(before, numbered=False) == tables(anew, numbered=False)
    with Catalogue.open(before) as patched, Catalogue.open(anew) as built:
        for words in WORDS:
            assert patched.find(words) == built.find(words)


def test_a_price_is_a_small_delta_and_touches_no_words(tmp_path: Path) -> None:
    parts = made_up(random.Random(1), 50)
    before = write(tmp_path / "1.db", 1, parts)
    variants = [replace(v, price=v.price.times(3)) if v.sku == "p007-40" else v for v in parts["variants"]]
    after = write(tmp_path / "2.db", 2, {**parts, "variants": variants}, before)
    changes = differ(before, after, tmp_path / "delta")
    assert changes
    assert (changes.gone, changes.put) == (3, 3)  # the variant, its facet, and the version in `meta`
    with closing(sqlite3.connect(tmp_path / "delta")) as delta:
        made = {name for (name,) in delta.execute("SELECT name FROM sqlite_master")}
    assert made == {"version"} | {f"{how}_{name}" for how in ("gone", "put") for name in ("meta", "variant", "facet")}


def test_a_product_that_comes_leaves_the_numbers_of_the_others(tmp_path: Path) -> None:
    before = {f"p{n}": 16 * n for n in range(1, 9)}
    assert spread([*before], before) == [*before.values()]
    assert spread(["p1", "new", *list(before)[1:]], before)[:3] == [16, 24, 32]
    assert spread(["p8", *list(before)[:-1]], before)[1:] == [16 * n for n in range(1, 8)]
    assert spread(["p1", "p2", "end"], before) == [16, 32, 48]


@pytest.mark.parametrize("seed", range(20))
def test_numbers_rise_whatever_comes_between(seed: int) -> None:
    chance = random.Random(seed)
    before: dict[str, int] = {}
    for turn in range(8):
        keys = [key for key in before if chance.random() > 0.2] + [f"{turn}-{n}" for n in range(chance.randrange(60))]
        chance.shuffle(keys) if chance.random() < 0.2 else keys.sort()
        numbers = spread(keys, before)
        assert numbers == sorted(set(numbers)) and len(numbers) == len(keys)
        assert all(number > 0 for number in numbers)
        before = dict(zip(keys, numbers, strict=True))


def test_full_text_follows_the_table_that_holds_its_words(tmp_path: Path) -> None:
    files = []
    for n, extra in ((1, ""), (2, " second")):
        files.append(shop.write(tmp_path / f"{n}.db", Version(1, n), before=files[0] if files else None))
        with closing(sqlite3.connect(files[-1])) as connection:
            connection.executescript(
                "CREATE TABLE told (n INTEGER PRIMARY KEY, here TEXT, rank INTEGER);"
                "CREATE VIRTUAL TABLE more USING fts5(here, content='told', content_rowid='n');"
                f"INSERT INTO told VALUES (16, 'stays', 1), ({n + 16}, 'moves', 1), (99, 'changes{extra}', {n});"
                "INSERT INTO more (more) VALUES ('rebuild')"
            )
    assert differ(*files, tmp_path / "delta")
    patch(files[0], tmp_path / "delta", Version(1, 2))
    assert tables(files[0]) == tables(files[1])


def test_other_languages_or_another_form_need_the_whole_file(tmp_path: Path) -> None:
    parts = made_up(random.Random(1), 5)
    before = write(tmp_path / "1.db", 1, parts)
    after = write(tmp_path / "2.db", 2, {**parts, "languages": ("en", "et")}, before)
    assert differ(before, after, tmp_path / "delta") is None
    assert not (tmp_path / "delta").exists()


def test_stock_is_left_to_its_own_feed(tmp_path: Path) -> None:
    before = shop.write(tmp_path / "1.db", Version(1, 1))
    after = shop.write(tmp_path / "2.db", Version(1, 2), stock=(), before=before)
    assert differ(before, after, tmp_path / "delta")
    patch(before, tmp_path / "delta", Version(1, 2))
    with Catalogue.open(before) as catalogue:
        assert catalogue.stock("TB-42-BRN") == list(shop.STOCK[:2])


def test_a_delta_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    files = [shop.write(tmp_path / "1.db", Version(1, 1))]
    for n in (2, 3):
        variants = [replace(v, price=v.price.times(n)) for v in shop.VARIANTS]
        files.append(shop.write(tmp_path / f"{n}.db", Version(1, n), variants=variants, before=files[-1]))
    assert differ(files[1], files[2], tmp_path / "later")
    assert differ(files[0], files[1], tmp_path / "next")
    (tmp_path / "dust").write_bytes(b"dust" * 1000)
    for name, made in {
        "empty": "CREATE TABLE other (x)",
        "strange": "CREATE TABLE version (since_epoch, since_n, epoch, n); INSERT INTO version VALUES (1, 1, 1, 2);"
        "CREATE TABLE put_product (x)",
    }.items():
        with closing(sqlite3.connect(tmp_path / name)) as delta:
            delta.executescript(f"PRAGMA application_id={DELTA_MARK}; {made}")
    was = tables(files[0])
    for delta, announced, error in (
        ("later", Version(1, 3), OldVersion),
        ("next", Version(1, 3), WrongVersion),
        ("dust", Version(1, 2), NotACatalogue),
        ("1.db", Version(1, 2), NotACatalogue),
        ("empty", Version(1, 2), DamagedCatalogue),
        ("strange", Version(1, 2), DamagedCatalogue),
    ):
        with pytest.raises(error):
            patch(files[0], tmp_path / delta, announced)
        assert issubclass(error, CatalogueError)
        assert tables(files[0]) == was
