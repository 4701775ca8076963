"""Tote's own articles: a row per variant, product cells in the first row of each product (docs/importing.md)."""

from dataclasses import replace

from edge.domain.article import Product, Variant
from edge.domain.money import Money
from hq.importers.cells import (
    LONGEST_STORY,
    LONGEST_TITLE,
    BadCell,
    currency_of,
    listed,
    money,
    optional,
    required,
    sku_of,
    whole,
    yes,
)
from hq.importers.desk import Cells, Desk, Gtins, Repeats
from hq.importers.documents import Document, Table
from hq.importers.format import ARTICLES, Columns, Format


class ArticleRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gtins = Gtins(desk)
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        sku = sku_of(cells)
        product_id = required(cells, "product_id") if cells.get("product_id") else sku
        price, was = prices(cells, self._desk.currency)
        variant = self._variant(cells, sku, product_id, price, was)
        product = None if self._desk.scratch.met(product_id) else self._product(cells, product_id)
        if not self._repeats.is_new(row, sku, cells):
            return False
        self._desk.priced(price)
        if product:
            self._desk.articles.put(product_id, "", product)
        place = self._desk.scratch.next_place(product_id)
        gtin = self._gtins.keep(cells.get("gtin", ""), sku)
        picture, link = self._desk.picture(cells.get("picture", ""), sku), self._desk.link(cells.get("link", ""))
        position = whole(cells.get("position", ""), "position", place)
        whole_variant = replace(variant, gtin=gtin, picture=picture, link=link, position=position)
        self._desk.articles.put(sku, product_id, whole_variant)
        return True

    def _variant(self, cells: Cells, sku: str, product_id: str, price: Money, was: Money | None) -> Variant:
        whole(cells.get("position", ""), "position")
        return Variant(
            sku=sku,
            product_id=product_id,
            price=price,
            was=was,
            size=optional(cells, "size"),
            colour=optional(cells, "colour"),
            colour_code=optional(cells, "colour_code"),
            web_only=yes(cells.get("web_only", ""), "web_only"),
        )

    def _product(self, cells: Cells, product_id: str) -> Product:
        title, story = texts(cells, "title_", LONGEST_TITLE), texts(cells, "story_", LONGEST_STORY)
        held = self._desk.articles.get(Product, product_id) if not title else None
        if held:
            return held
        if not title:
            raise BadCell("title", f"the first row of product {product_id} has no title", "fill in title_en or another")
        return Product(
            id=product_id,
            brand=optional(cells, "brand"),
            category=optional(cells, "category"),
            title=title,
            story=story,
            goes_with=listed(optional(cells, "goes_with", LONGEST_STORY)),
            popularity=whole(cells.get("popularity", ""), "popularity"),
        )


def prices(cells: dict[str, str], currency: str) -> tuple[Money, Money | None]:
    """The price, and the one before a reduction."""
    code = currency_of(cells["currency"]) if cells.get("currency") else currency
    price = money(required(cells, "price"), code)
    was = money(cells["was"], code, "was") if cells.get("was") else None
    if was and (was.currency != price.currency or was.amount <= price.amount):
        raise BadCell("was", f"{cells['was']} is not above the price {cells['price']}", "leave it empty, or correct it")
    return price, was


def texts(cells: Cells, prefix: str, longest: int) -> dict[str, str]:
    """ "title_en", "title_de" … -> {"en": …, "de": …}."""
    named = (name for name, text in cells.items() if name.startswith(prefix) and text)
    return {name.removeprefix(prefix): required(cells, name, longest) for name in named}


def languages(document: Document, language: str) -> list[str]:
    """The languages that the header names, in its order."""
    columns = document.columns if isinstance(document, Table) else []
    return [name.removeprefix("title_") for name in columns if name.startswith("title_")] or [language]


FORMAT = Format(
    name="tote-articles-csv",
    of=ARTICLES,
    layout=Columns({"sku", "price", "title_*"}, {"sku", "product_id", "title_*"}),
    adapter=ArticleRows,
    languages=languages,
)
