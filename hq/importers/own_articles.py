"""Tote's own articles: a row per variant, product cells in the first row of each product (docs/importing.md). The same
names as an object per variant in JSON or JSON Lines."""

from collections.abc import Mapping
from dataclasses import replace

from edge.domain.article import Product, Variant, ZonePrice
from edge.domain.money import Money
from hq.importers.awaited import Awaited
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
from hq.importers.desk import Cells, Currencies, Desk, Gtins, Repeats
from hq.importers.documents import Document, Table
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.options import split_gtins
from hq.importers.record import Record, text, texts
from hq.importers.text import plain

FACT, ZONE, ZONE_WAS = "fact_", "price@", "was@"
LONGEST_LIST = 2_000


class ArticleRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gtins = Gtins(desk)
        self._repeats = Repeats(desk.scratch)
        self._awaited = Awaited(desk.scratch)
        self._currencies = Currencies(desk)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        """Of a row that is refused for its variant the product is kept for its next variant, and what is live as it
        is."""
        product: Product | None = None
        try:
            product_id = required(cells, "product_id") if cells.get("product_id") else sku_of(cells)
            product = None if self._desk.scratch.met(product_id) else self._product(cells, product_id)
            return self._take(row, cells, product_id, product)
        except BadCell:
            self._desk.articles.refuse(cells.get("sku", ""))
            if product:
                self._awaited.keep(product)
            raise

    def _take(self, row: int, cells: dict[str, str], product_id: str, product: Product | None) -> bool:
        sku = sku_of(cells)
        price, was = prices(cells, self._desk.currency)
        variant = self._variant(cells, sku, product_id, price, was)
        if not self._repeats.is_new(row, sku, cells):
            return False
        self._desk.priced(price)
        self._currencies.look_at(price)
        if product:
            self._desk.remark_on(product)
            self._desk.articles.put(product_id, "", product)
        place = self._desk.scratch.next_place(product_id)
        picture, link = self._desk.picture(cells.get("picture", ""), sku), self._desk.link(cells.get("link", ""))
        more = tuple(filter(None, (self._desk.picture(name, "") for name in listed(cells.get("pictures", "")))))
        position = whole(cells.get("position", ""), "position", place)
        said = replace(variant, picture=picture, more_pictures=more, link=link, position=position)
        self._desk.articles.put(sku, product_id, self._gtins.numbered(said, split_gtins(cells.get("gtin", ""))))
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
            zones=zones(cells, price.currency),
        )

    def _product(self, cells: Cells, product_id: str) -> Product:
        title, story = by_language(cells, "title_", LONGEST_TITLE), by_language(cells, "story_", LONGEST_STORY)
        if not title and (held := self._awaited.of(product_id) or self._desk.articles.get(Product, product_id)):
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
            facts=facts(cells),
            keywords=optional(cells, "keywords", LONGEST_LIST),
        )


class ArticleRecords(ArticleRows):
    """Objects instead of rows: texts by language, lists and facts may be nested."""

    def take(self, row: int, cells: Record) -> bool:
        return super().take(row, flat(cells, self._desk.language))


def flat(record: Record, language: str) -> dict[str, str]:
    """{"title": {"en": "Boot"}, "facts": {"Material": "Wool"}} -> {"title_en": "Boot", "fact_Material": "Wool"}."""
    cells: dict[str, str] = {}
    for name, value in record.items():
        if name in ("title", "name", "story", "description"):
            prefix = "title_" if name in ("title", "name") else "story_"
            cells |= named(prefix, value if isinstance(value, Mapping) else {language: value})
        elif name in ("facts", "zones") and isinstance(value, Mapping):
            cells |= named(FACT, value) if name == "facts" else _zoned(value)
        elif isinstance(value, list):
            cells[name] = ";".join(texts(record, name))
        else:
            cells[name] = text(record, name)
    return cells


def named(prefix: str, values: Mapping[str, object]) -> dict[str, str]:
    return {f"{prefix}{name}": text(values, name) for name in values}


def _zoned(values: Mapping[str, object]) -> dict[str, str]:
    """{"north": 5} or {"north": {"price": 5, "was": 6}}."""
    cells: dict[str, str] = {}
    for zone, value in values.items():
        cells[f"{ZONE}{zone}"] = text(value, "price") if isinstance(value, Mapping) else text(values, zone)
        cells[f"{ZONE_WAS}{zone}"] = text(value, "was")
    return cells


def prices(cells: dict[str, str], currency: str) -> tuple[Money, Money | None]:
    """The price, and the one before a reduction."""
    code = currency_of(cells["currency"]) if cells.get("currency") else currency
    price = money(required(cells, "price"), code)
    was = money(cells["was"], code, "was") if cells.get("was") else None
    if was and (was.currency != price.currency or was.amount <= price.amount):
        raise BadCell("was", f"{cells['was']} is not above the price {cells['price']}", "leave it empty, or correct it")
    return price, was


def zones(cells: Cells, currency: str) -> dict[str, ZonePrice]:
    """ "price@north", "was@north": what it costs in the stores of that price zone."""
    found: dict[str, ZonePrice] = {}
    for name, said in cells.items():
        zone = name.removeprefix(ZONE)
        if zone != name and zone and said:
            before = cells.get(f"{ZONE_WAS}{zone}", "")
            was = money(before, currency, f"{ZONE_WAS}{zone}") if before else None
            found[zone] = ZonePrice(price=money(said, currency, name), was=was)
    return found


def facts(cells: Cells) -> dict[str, str]:
    """ "fact_material" -> "Material"."""
    told = ((name.removeprefix(FACT), name) for name, said in cells.items() if name.startswith(FACT) and said)
    return {f"{fact[:1].upper()}{fact[1:]}".replace("_", " "): optional(cells, name) for fact, name in told}


def by_language(cells: Cells, prefix: str, longest: int) -> dict[str, str]:
    """ "title_en", "title_de" … -> {"en": …, "de": …}; tags of HTML are left out."""
    found = (name for name, said in cells.items() if name.startswith(prefix) and said)
    told = {name: plain(required(cells, name, longest)) for name in found}
    return {name.removeprefix(prefix): words for name, words in told.items() if words}


def languages(document: Document, language: str) -> list[str]:
    """The languages that the header names, in its order; of records those of the first."""
    names = document.columns if isinstance(document, Table) else [path.rpartition(".")[2] for path in document.paths]
    told = [name.removeprefix("title_") for name in names if name.startswith("title_")]
    inside = (
        [] if isinstance(document, Table) else [path.rpartition(".")[2] for path in document.paths if ".title." in path]
    )
    return [*told, *inside] or [language]


NAMED = (
    {"sku", "price", "title"},
    {"sku", "price", "name"},
    {"sku", "product_id", "price"},
    {"sku", "price", "title_en"},
)
FORMAT = Format(
    name="tote-articles-csv",
    of=ARTICLES,
    layout=Columns({"sku", "price", "title_*"}, {"sku", "product_id", "title_*"}),
    adapter=ArticleRows,
    languages=languages,
)
JSON = Format(
    name="tote-articles-json",
    of=ARTICLES,
    layout=Records(*NAMED, at=("item", "articles.item", "products.item", "")),
    adapter=ArticleRecords,
    languages=languages,
)
