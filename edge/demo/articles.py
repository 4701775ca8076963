"""The demo shop's articles, as its `articles.csv` lists them: what lies on the shelf, with its barcode."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Article:
    """A variant. `gtin` is as printed (13 digits), "" where it has none."""

    sku: str
    product: str
    gtin: str
    title: str
    brand: str
    category: str
    size: str
    colour: str
    colour_code: str
    price: str
    was: str
    picture: str
    web_only: bool

    @property
    def link(self) -> str:
        """Its GS1 Digital Link, as its tag carries it."""
        return f"https://id.aurora.example/01/{self.gtin.zfill(14)}"


def load(path: Path, language: str = "en") -> dict[str, Article]:
    """Every article by its sku, in the order of the file."""
    articles: dict[str, Article] = {}
    titles: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = titles.setdefault(row["product_id"], row)  # later rows of a product leave its own cells empty
            articles[row["sku"]] = article(row, product, language)
    return articles


def article(row: dict[str, str], product: dict[str, str], language: str) -> Article:
    return Article(
        sku=row["sku"],
        product=row["product_id"],
        gtin=row["gtin"],
        title=product[f"title_{language}"],
        brand=product["brand"],
        category=product["category"],
        size=row["size"],
        colour=row["colour"],
        colour_code=row["colour_code"],
        price=row["price"],
        was=row["was"],
        picture=row["picture"],
        web_only=row["web_only"].strip().lower() in {"1", "true", "yes"},
    )
