"""The demo shop's files as a reader sees them."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

SHOP = Path(__file__).parents[2] / "edge/demo/shop"
LANGUAGES = ("en", "de", "es", "et")

Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    with (SHOP / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def styles() -> dict[str, Row]:
    """The row of each product that carries its words: its first."""
    first: dict[str, Row] = {}
    for row in rows("articles.csv"):
        first.setdefault(row["product_id"], row)
    return first


def theme() -> dict[str, Any]:
    return tomllib.loads((SHOP / "theme.toml").read_text(encoding="utf-8"))
