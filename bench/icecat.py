"""The Icecat catalogue of `../shared`, for the figures of search: real products with titles, facts and descriptions."""

import csv
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.domain.article import Product, Variant
from edge.domain.money import Money

SHARED = Path(__file__).parents[2] / "shared" / "data"
PRODUCTS = SHARED / "catalogues" / "icecat_OPL"
JUDGED = SHARED / "search" / "qrels_dev.csv"


def records() -> Iterator[dict[str, Any]]:
    for path in sorted(PRODUCTS.glob("*.json.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield from json.loads(packed.read(name))


def judged() -> dict[str, dict[str, int]]:
    """Query to product to grade, 0 to 3; queries of which nothing is good are left out: no order of hits is right."""
    return {query: grades for query, grades in _grades().items() if any(grades.values())}


def queries() -> list[str]:
    """All of them."""
    return list(_grades())


def _grades() -> dict[str, dict[str, int]]:
    grades = defaultdict[str, dict[str, int]](dict)
    with JUDGED.open(newline="") as file:
        for row in csv.DictReader(file):
            grades[row["query"]][row["docid"]] = int(float(row["rating"]))
    return grades


def product(record: dict[str, Any]) -> Product:
    return Product(
        id=record["id"],
        brand=record["supplier"],
        category=record.get("attr_t_product_type") or "",
        title={"en": record["title"]},
        story={"en": record.get("short_description") or ""},
        facts={
            key[7:].replace("_", " ").strip(): str(value) for key, value in record.items() if key.startswith("attr_")
        },
    )


def variant(record: dict[str, Any]) -> Variant:
    price = Money(amount=int(record["price"]), currency="EUR")
    return Variant(
        sku=record["id"], product_id=record["id"], price=price, colour=record.get("attr_t_product_colour") or ""
    )
