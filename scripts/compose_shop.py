#!/usr/bin/env python3
"""Writes the demo shop's CSV files from what was authored in edge/demo/shop/source.

    scripts/compose_shop.py            write articles.csv, stock.csv, words.csv
    scripts/compose_shop.py --check    change nothing; exit 1 when they are not what the source says

The same source always gives the same bytes: counts of stock are drawn from a hash of the article and the store.
"""

import csv
import io
import sys
import tomllib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

SHOP = Path(__file__).parent.parent / "edge/demo/shop"
LANGUAGES = ("en", "de", "es", "et")
DEPARTMENTS = ("shoes", "clothing", "outdoor", "home")
STORES = ("aurora-tallinn", "aurora-tartu", "aurora-parnu")
COUNTED_AT = "2026-11-02T07:30:00Z"
GS1_EXAMPLE_PREFIX = "9506000"

VARIANT_FIELDS = (
    *("product_id", "sku", "gtin", "brand", "category", "size", "colour", "colour_code", "price", "was", "currency"),
    *("picture", "web_only", "link", "position", "popularity", "goes_with"),
)
ARTICLE_FIELDS = (*VARIANT_FIELDS, *(f"{field}_{language}" for field in ("title", "story") for language in LANGUAGES))

Row = dict[str, str]
Table = dict[str, Any]


def read(name: str) -> Table:
    return tomllib.loads((SHOP / "source" / f"{name}.toml").read_text())


def with_check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9: weights 3 and 1 alternate from the right."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-weighted % 10)


def products() -> Iterator[tuple[int, Table]]:
    """Every product with the number of its first variant: a department begins at 10000, a product every 100."""
    for department, name in enumerate(DEPARTMENTS, start=1):
        for place, product in enumerate(read(name)["product"]):
            yield department * 10000 + place * 100, product


def variants(product: Table) -> Iterator[tuple[str, str]]:
    """Colour and size of each variant; a product without sizes has the one size ""."""
    return ((colour, size) for colour in product["colours"] for size in product["sizes"] or [""])


def sku(product: Table, colour: str, size: str) -> str:
    parts = (product["id"].split("-")[0], colour, size.replace("/", "-"))
    return "-".join(part for part in parts if part).upper()


def style_cells(product: Table) -> Row:
    """What is said once a product, on the row of its first variant."""
    words = {
        f"{field}_{language}": product[language][field].strip()
        for field in ("title", "story")
        for language in LANGUAGES
    }
    return {
        "brand": product["label"],
        "category": product["category"],
        "popularity": str(product["popularity"]),
        "goes_with": ";".join(product["pairs"]),
        **words,
    }


def article(product: Table, number: int, position: int, colour: str, size: str, swatches: Table) -> Row:
    code = sku(product, colour, size)
    return {
        "product_id": product["id"],
        "sku": code,
        "gtin": with_check_digit(f"{GS1_EXAMPLE_PREFIX}{number + position}"),
        "size": size,
        "colour": swatches[colour]["en"],
        "colour_code": swatches[colour]["hex"],
        "price": product["price"],
        "was": product.get("was", ""),
        "currency": "EUR",
        "picture": f"pictures/{product['id']}-{colour}.webp",
        "web_only": "yes" if product.get("web_only") else "no",
        "link": f"https://shop.aurora.example/{product['id']}?article={code}",
        "position": str(position),
    }


def articles() -> Iterator[Row]:
    swatches = read("colours")
    for number, product in products():
        for position, (colour, size) in enumerate(variants(product), start=1):
            row = article(product, number, position, colour, size, swatches)
            yield row | style_cells(product) if position == 1 else row


def drawn(*words: str, below: int) -> int:
    return int.from_bytes(sha256("/".join(words).encode()).digest()[:8]) % below


def quantity(product: Table, colour: str, size: str, store: str) -> int:
    code, name = sku(product, colour, size), f"{colour} {size}".strip()
    if name in product.get("none", ()):
        return 0
    if store == "web":
        return 6 + drawn(code, store, below=60)
    if store == "aurora-tallinn":
        return 0 if name in product.get("none_here", ()) else 1 + drawn(code, store, below=9)
    if store == "aurora-tartu" and name in product.get("none_here", ()):
        return 2  # what Tallinn lacks can be had somewhere
    return max(0, drawn(code, store, below=8) - 1)


def stock() -> Iterator[Row]:
    for _number, product in products():
        for colour, size in variants(product):
            for store in ("web",) if product.get("web_only") else (*STORES, "web"):
                count = quantity(product, colour, size, store)
                yield {
                    "sku": sku(product, colour, size),
                    "store": store,
                    "quantity": str(count),
                    "as_of": COUNTED_AT,
                }


def words() -> Iterator[Row]:
    """What colours and parts of categories are called; English is the key."""
    for colour in read("colours").values():
        yield {"kind": "colour", **{language: colour[language] for language in LANGUAGES}}
    for name, others in read("categories").items():
        yield {"kind": "category", "en": name, **others}


def table(fields: Iterable[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files() -> dict[str, str]:
    return {
        "articles.csv": table(ARTICLE_FIELDS, articles()),
        "stock.csv": table(("sku", "store", "quantity", "as_of"), stock()),
        "words.csv": table(("kind", *LANGUAGES), words()),
    }


def main() -> int:
    stale = {name: text for name, text in files().items() if not same(SHOP / name, text)}
    if "--check" in sys.argv[1:]:
        return 1 if stale else 0
    for name, text in stale.items():
        (SHOP / name).write_text(text)
    return 0


def same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main())
