"""Shopify's product CSV, with the column names of both of its generations.

The first row of a handle tells the product and the names of its options; rows below it with the same handle are
further variants, or only further pictures (help.shopify.com, "Using CSV files to import and export products").
"""

import json

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, split_gtins
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
TOPIC = "shopify"
NUMBERS = ("1", "2", "3")
ZONE_PRICE = "price / "


class ShopifyRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        handle = pick(cells, "handle", "url handle")
        if not handle:
            raise BadCell("handle", "handle is missing", "fill in the handle; rows of one product share it")
        style = self._style(cells, number_of(handle)) if cells.get("title") else None
        if style is not None:
            refuse_archived(cells.get("status", ""), self._desk)
            self._remember(handle, cells)
        names = self._names(handle)
        if not _is_variant(cells):
            return self._more(style, names)
        if names is None:
            names = {number: f"Option {number}" for number in NUMBERS}
        return self._assortment.article(row, cells, style, _offer(cells, handle, names))

    def _more(self, style: Style | None, names: dict[str, str] | None) -> bool:
        """A row without a variant: a picture of a product that came before, which is fetched with that."""
        if style is not None:
            self._assortment.await_variants(style)
            raise BadCell("variant price", "the product has neither a price nor a variant", "fill in its price")
        if names is None:
            raise BadCell("handle", "the row belongs to no product before it", "put the product's row first")
        return False

    def _remember(self, handle: str, cells: Cells) -> None:
        names = {number: pick(cells, f"option{number} name") for number in NUMBERS}
        self._desk.scratch.note(TOPIC, handle, json.dumps(names))

    def _names(self, handle: str) -> dict[str, str] | None:
        noted = self._desk.scratch.noted(TOPIC, handle)
        return None if noted is None else json.loads(noted)

    def _style(self, cells: Cells, product_id: str) -> Style:
        metafields = {name: text for name, text in cells.items() if "(product.metafields." in name and text}
        return Style(
            id=product_id,
            title={OWN: cells["title"]},
            story={OWN: pick(cells, "body (html)", "body html", "description")},
            brand=cells.get("vendor", ""),
            category=pick(cells, "type", "product category", "google shopping / google product category"),
            facts={name.partition(" (product.metafields.")[0].capitalize(): text for name, text in metafields.items()},
            keywords=(cells.get("tags", "").replace(",", " "),),
        )


def refuse_archived(status: str, desk: Desk) -> None:
    """What a system itself has put away is not sold; a draft may be."""
    if status.lower() in ("archived", "deleted", "discontinued"):
        raise BadCell("status", f"the product is {status.lower()} there", "leave it out, or make it active there")
    if status.lower() in ("draft", "unlisted", "proposed"):
        desk.warn("status", f"the product is {status.lower()} there", "nothing, if the stores are to show it")


def _is_variant(cells: Cells) -> bool:
    return any(pick(cells, name) for name in ("option1 value", "variant sku", "sku", "variant price", "price"))


def _offer(cells: Cells, handle: str, names: dict[str, str]) -> Offer:
    values = {number: cells.get(f"option{number} value", "") for number in NUMBERS}
    options = {names[number] or f"Option {number}": value for number, value in values.items() if value}
    told = [value for value in values.values() if value.lower() != "default title"]
    return Offer(
        sku=pick(cells, "variant sku", "sku").lstrip("'") or number_of(handle, *told),
        product_id=number_of(handle),
        price=Priced(text=pick(cells, "variant price", "price")),
        was=Priced(text=pick(cells, "variant compare at price", "compare-at price", "compare at price")),
        gtins=[*split_gtins(pick(cells, "variant barcode", "barcode")), *gtins_in(_metafields(cells))],
        options=options,
        pictures=tuple(
            filter(None, (pick(cells, "variant image", "variant image url", "image src", "product image url"),))
        ),
        quantity=pick(cells, "variant inventory qty", "inventory quantity"),
        zones={
            name.removeprefix(ZONE_PRICE): Priced(text=text)
            for name, text in cells.items()
            if name.startswith(ZONE_PRICE) and text
        },
    )


def _metafields(cells: Cells) -> dict[str, str]:
    return {name: text for name, text in cells.items() if ".metafields." in name or name.startswith("metafield")}


FORMAT = Format(
    name="shopify-csv",
    of=ARTICLES,
    layout=Columns(
        {"handle", "title", "variant price"},
        {"handle", "title", "variant sku"},
        {"handle", "title", "option1 name"},
        {"url handle", "title", "option1 name"},
        {"url handle", "title", "price"},
    ),
    adapter=ShopifyRows,
)
