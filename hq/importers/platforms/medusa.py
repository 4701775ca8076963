"""Medusa: products as its seeds and API write them (JSON), and the CSV of its admin, of versions 1 and 2.

Version 1 counts money in minor units; its variants have `inventory_quantity`. Version 2 writes it as people do.
"""

import re
from collections.abc import Iterator

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import split_gtins
from hq.importers.platforms.shopify import refuse_archived
from hq.importers.record import Record, records, text, value
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
CSV_PRICE = re.compile(r"(?:variant )?price (?:(?P<region>.+?) )?\[?(?P<currency>[a-z]{3})\]?", re.IGNORECASE)


class MedusaProducts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        product_id = number_of(text(cells, "handle") or text(cells, "id") or text(cells, "title").lower())
        if not product_id:
            raise BadCell("handle", "the product has neither handle nor id", "export it again")
        refuse_archived(text(cells, "status"), self._desk)
        categories = [text(one, "name") or text(one, "id") for one in records(cells, "categories")]
        style = Style(
            id=product_id,
            title={OWN: text(cells, "title")},
            story={OWN: "\n\n".join(filter(None, (text(cells, "subtitle"), text(cells, "description"))))},
            brand=text(cells, "metadata", "brand"),
            category=(
                text(cells, "type", "value") or text(cells, "collection", "title") or "".join(categories[:1])
            ).removeprefix("pcat_"),
            facts={name.capitalize(): said for name in ("material", "origin_country") if (said := text(cells, name))},
            keywords=tuple(text(one, "value") for one in records(cells, "tags")),
        )
        return self._assortment.articles(row, cells, style, list(self._offers(cells, product_id)))

    def _offers(self, cells: Record, product_id: str) -> Iterator[Offer]:
        names = [text(one, "title") for one in records(cells, "options")]
        for variant in records(cells, "variants"):
            options = _options(variant, names)
            prices = list(_prices(variant))
            own = next(
                (one for one in prices if one.currency == self._desk.currency), prices[0] if prices else Priced(text="")
            )
            yield Offer(
                sku=text(variant, "sku") or number_of(product_id, *(options.values() or [text(variant, "title")])),
                product_id=product_id,
                price=own,
                gtins=[gtin for name in ("barcode", "ean", "upc") for gtin in split_gtins(text(variant, name))],
                options=options,
                pictures=[text(one, "url") if isinstance(one, dict) else str(one) for one in cells.get("images") or ()],
                quantity=text(variant, "inventory_quantity"),
                zones={one.currency.lower(): one for one in prices if one.currency != own.currency},
            )


def _options(variant: Record, names: list[str]) -> dict[str, str]:
    """A list of values in the order of the product's options, or an object of them by name."""
    said = value(variant, "options")
    if isinstance(said, dict):
        return {name: text(said, name) for name in said}
    values = [(text(one, "option", "title"), text(one, "value")) for one in records(variant, "options")]
    return {title or (names[n] if n < len(names) else f"Option {n + 1}"): one for n, (title, one) in enumerate(values)}


def _prices(variant: Record) -> Iterator[Priced]:
    minor = "inventory_quantity" in variant
    for one in records(variant, "prices"):
        if not value(one, "price_list_id"):
            yield Priced(text=text(one, "amount"), currency=text(one, "currency_code").upper(), exact=True, minor=minor)


class MedusaRows:
    """The admin's CSV: a row per variant, what is the product's in each of its rows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        product_id = number_of(pick(cells, "product handle", "product id"))
        if not product_id:
            raise BadCell("product handle", "the row has neither product handle nor id", "fill in the handle")
        refuse_archived(cells.get("product status", ""), self._desk)
        prices = list(_csv_prices(cells))
        own = next(
            (one for _, one in prices if one.currency == self._desk.currency),
            prices[0][1] if prices else Priced(text=""),
        )
        names = [name for name in cells if re.fullmatch(r"(variant )?option \d+ name", name)]
        options = {cells[name]: cells.get(name.replace(" name", " value"), "") for name in names if cells[name]}
        barcodes = (pick(cells, f"variant {name}") for name in ("barcode", "ean", "upc"))
        offer = Offer(
            sku=cells.get("variant sku", "")
            or number_of(product_id, *(options.values() or [cells.get("variant title", "")])),
            product_id=product_id,
            price=own,
            gtins=[gtin for cell in barcodes for gtin in split_gtins(cell)],
            options=options,
            pictures=[
                cells[name] for name in cells if re.fullmatch(r"(product )?image \d+( url)?", name) and cells[name]
            ],
            quantity=cells.get("variant inventory quantity", ""),
            zones={zone: one for zone, one in prices if one != own},
        )
        return self._assortment.article(row, cells, _csv_style(cells, product_id), offer)


def _csv_prices(cells: Cells) -> Iterator[tuple[str, Priced]]:
    """ "Price EUR", "Price France [EUR]", "Variant Price USD": zone and price."""
    for name, said in cells.items():
        found = CSV_PRICE.fullmatch(name)
        if found and said:
            currency = found["currency"].upper()
            yield (found["region"] or currency).lower(), Priced(text=said, currency=currency)


def _csv_style(cells: Cells, product_id: str) -> Style:
    tags = [said for name, said in cells.items() if name.startswith("product tag")]
    categories = [said for name, said in cells.items() if re.fullmatch(r"product category \d+( name)?", name) and said]
    return Style(
        id=product_id,
        title={OWN: cells.get("product title", "")},
        story={OWN: "\n\n".join(filter(None, (cells.get("product subtitle"), cells.get("product description"))))},
        category=pick(cells, "product type")
        or (categories[0] if categories else cells.get("product collection title", "")),
        facts={"Material": cells.get("product material", "")},
        keywords=[tag.replace(",", " ") for tag in tags],
    )


JSON = Format(
    name="medusa-json",
    of=ARTICLES,
    layout=Records(
        {"title", "variants.item.prices"},
        {"handle", "variants", "options.item.title"},
        at=("products.item", "item", "product"),
    ),
    adapter=MedusaProducts,
)
CSV = Format(
    name="medusa-csv",
    of=ARTICLES,
    layout=Columns(
        {"product handle", "product title", "variant sku"}, {"product handle", "product title", "variant title"}
    ),
    adapter=MedusaRows,
)
