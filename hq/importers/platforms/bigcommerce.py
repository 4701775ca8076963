"""BigCommerce's product CSV, of its older export (Item Type: Product, SKU, Rule) and its newer one (Item: Product,
Variant, Image). Rows below a product are its variants, rules or pictures; a variant without a price costs what its
product does."""

import re

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import split_gtins
from hq.importers.wording import number_of, pick

Cells = dict[str, str]


class BigCommerceRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)
        self._product: Cells = {}
        self._alone = ""

    def take(self, row: int, cells: Cells) -> bool:
        kind = pick(cells, "item type", "item").strip().lower()
        if kind == "product":
            return self._take_product(row, cells)
        if not self._product:
            raise BadCell(
                "item type", f"no product stands above this {kind or 'row'}", "keep a product's rows together"
            )
        if kind in ("sku", "variant"):
            return self._take_variant(row, cells)
        return False

    def _take_product(self, row: int, cells: Cells) -> bool:
        self._product, self._alone = {}, ""
        product_id = _id(cells)
        if not product_id:
            raise BadCell("product id", "the row has neither id nor SKU", "fill in the product's id")
        if pick(cells, "product visible?", "is visible").lower() in ("n", "false"):
            self._desk.warn("product visible?", "it is hidden there", "nothing, if the stores are to show it")
        offer = self._offer(cells, cells, product_id, {})
        self._product = cells
        taken = self._assortment.article(row, cells, _style(cells, product_id), offer)
        self._alone = offer.sku
        return taken

    def _take_variant(self, row: int, cells: Cells) -> bool:
        product_id = _id(self._product)
        offer = self._offer(cells, self._product, product_id, _options(cells))
        if self._alone == offer.sku:
            raise BadCell("sku", f"{offer.sku} is the product's own number", "give the variant one of its own")
        taken = self._assortment.article(row, cells, None, offer)
        if self._alone:
            self._assortment.withdraw(self._alone)
            self._alone = ""
        return taken

    def _offer(self, cells: Cells, product: Cells, product_id: str, options: dict[str, str]) -> Offer:
        own = pick(cells, "price", "calculated price")
        price = own if own.strip("0.,$") else product.get("price", "")
        sale = (cells if own.strip("0.,$") else product).get("sale price", "")
        retail = pick(product, "retail price", "msrp")
        reduced = bool(sale.strip("0.,$"))
        return Offer(
            sku=pick(cells, "product code/sku", "sku") or number_of(product_id, *options.values()),
            product_id=product_id,
            price=Priced(text=sale if reduced else price),
            was=Priced(text=price if reduced else retail),
            gtins=[
                g
                for name in ("global trade item number", "global trade number", "product upc/ean", "upc/ean", "gtin")
                for g in split_gtins(cells.get(name, ""))
            ],
            options=options,
            pictures=[
                said
                for name, said in cells.items()
                if name.startswith(("product image file", "image url")) and "://" in said
            ],
            link=url if (url := pick(cells, "product url")).startswith("http") else "",
            quantity=pick(cells, "current stock level", "current stock") if _counts(cells, product) else "",
        )


def _counts(cells: Cells, product: Cells) -> bool:
    return pick(cells, "track inventory", "inventory tracking").lower() not in ("none", "") or (
        cells is not product and bool(pick(cells, "current stock level", "current stock"))
    )


def _id(cells: Cells) -> str:
    return number_of(pick(cells, "product id", "id") or pick(cells, "product code/sku", "sku"))


def _style(cells: Cells, product_id: str) -> Style:
    categories = [part.strip() for part in re.split(r"[;|]", pick(cells, "category", "categories")) if part.strip()]
    deepest = max(categories, key=lambda path: path.count("/"), default="")
    return Style(
        id=product_id,
        title={OWN: pick(cells, "product name", "name")},
        story={OWN: pick(cells, "product description", "description")},
        brand=pick(cells, "brand name", "brand"),
        category=deepest.replace("/", ">"),
        keywords=(pick(cells, "search keywords").replace(",", " "),),
        facts={"Warranty": pick(cells, "product warranty", "warranty"), "MPN": pick(cells, "manufacturer part number")},
    )


def _options(cells: Cells) -> dict[str, str]:
    """ "[RB]Size=M,[S]Colour=Red", or "Type=Radio|Name=Size|Value=M" of the newer export."""
    told = pick(cells, "options") or pick(cells, "product name", "name")
    if "|name=" in told.lower():
        found = re.findall(r"Name=([^|]+)\|Value=([^|]+?)(?=Type=|$|\|)", told, re.IGNORECASE)
        return {name.strip(): value.strip() for name, value in found}
    pairs = (part.partition("=") for part in re.split(r",(?=\[|[^,=]+=)", told))
    return {
        re.sub(r"^\[\w+\]", "", name).strip(): value.partition(":")[0].strip() for name, mark, value in pairs if mark
    }


FORMAT = Format(
    name="bigcommerce-csv",
    of=ARTICLES,
    layout=Columns({"item type", "product name", "price"}, {"item", "name", "sku", "price"}),
    adapter=BigCommerceRows,
)
