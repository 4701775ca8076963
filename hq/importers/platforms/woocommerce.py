"""WooCommerce's product CSV (its own exporter; github.com/woocommerce/woocommerce, "Product CSV Import Schema").

`variable` rows are products without a price; `variation` rows are their variants and name them in Parent, by SKU or as
"id:12". What is `simple` is both. A parent may come after its variations, or not at all.
"""

import re

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, split_gtins
from hq.importers.running_now import is_running
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
TOPIC = "woocommerce"
UNSOLD = {"grouped": "a group is sold by its parts", "bundle": "a bundle is sold by its parts"}
ORPHAN = "nothing, if its parent comes later; else export both together"


class WooCommerceRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        kinds = {kind.strip().lower() for kind in cells.get("type", "simple").split(",")}
        if unsold := kinds & UNSOLD.keys():
            raise BadCell("type", UNSOLD[unsold.pop()], "nothing to do, where the parts stand in the file")
        if cells.get("published") in ("0", "-1") and "variation" not in kinds:
            self._desk.warn("published", "it is not published there", "nothing, if the stores are to show it")
        if kinds & {"variable", "variable-subscription"}:
            return self._parent(cells)
        if kinds & {"variation", "subscription_variation"}:
            return self._variation(row, cells)
        product_id = self._named(cells)
        return self._assortment.article(row, cells, self._style(cells, product_id), self._offer(cells, product_id))

    def _parent(self, cells: Cells) -> bool:
        self._assortment.product(self._style(cells, self._named(cells)))
        return True

    def _variation(self, row: int, cells: Cells) -> bool:
        parent = cells.get("parent", "")
        if not parent:
            raise BadCell("parent", "the variation names no parent", "export it together with its product")
        product_id = self._desk.scratch.noted(TOPIC, parent) or number_of(parent)
        style = None
        if not self._assortment.knows(product_id):
            self._desk.warn("parent", f"no product {parent} came before; its own name stands for it", ORPHAN)
            name = cells.get("name", "").rpartition(" - ")[0] or cells.get("name", "")
            style = self._style({**cells, "name": name}, product_id)
        return self._assortment.article(row, cells, style, self._offer(cells, product_id))

    def _named(self, cells: Cells) -> str:
        """The product's id, noted under both names by which variations may call it."""
        id_, sku = cells.get("id", ""), cells.get("sku", "")
        if not (id_ or sku):
            raise BadCell("sku", "the row has neither ID nor SKU", "fill in its SKU")
        product_id = number_of(sku or f"id:{id_}")
        for name in filter(None, (f"id:{id_}" if id_ else "", sku)):
            self._desk.scratch.note(TOPIC, name, product_id)
        return product_id

    def _style(self, cells: Cells, product_id: str) -> Style:
        attributes = _attributes(cells)
        shorter, longer = cells.get("short description", ""), cells.get("description", "")
        return Style(
            id=product_id,
            title={OWN: cells.get("name", "")},
            story={OWN: f"<p>{shorter}</p><p>{longer}</p>" if shorter and longer else longer or shorter},
            brand=pick(cells, "brands", "brand") or attributes.get("Brand", ""),
            category=deepest(cells.get("categories", "")),
            goes_with=[number_of(ref) for name in ("cross-sells", "upsells") for ref in apart(cells.get(name, ""))],
            facts={name: text for name, text in attributes.items() if "," not in text or "|" in text},
            keywords=(cells.get("tags", "").replace(",", " "),),
        )

    def _offer(self, cells: Cells, product_id: str) -> Offer:
        regular, sale = cells.get("regular price", ""), cells.get("sale price", "")
        starts, ends = cells.get("date sale price starts", ""), cells.get("date sale price ends", "")
        reduced = bool(sale) and is_running(starts, ends, self._desk.now)
        stock = cells.get("stock", "")
        said = cells.get("in stock?", "")
        return Offer(
            sku=cells.get("sku", "") or number_of(f"id:{cells.get('id', '')}"),
            product_id=product_id,
            price=Priced(text=sale if reduced else regular or pick(cells, "price")),
            was=Priced(text=regular) if reduced else None,
            gtins=[*split_gtins(pick(cells, "gtin, upc, ean, or isbn")), *gtins_in(_hidden(cells))],
            options={name: text for name, text in _attributes(cells).items() if "," not in text},
            pictures=apart(cells.get("images", "")),
            link=pick(cells, "external url", "permalink"),
            quantity=stock if re.fullmatch(r"-?[\d.,]+", stock) else "",
            available=None if not said else said.lower() not in ("0", "no", "outofstock"),
        )


def _attributes(cells: Cells) -> dict[str, str]:
    """Attribute 1 … n: what a variation has one value of, a product a list."""
    names = ((name, text) for name, text in cells.items() if re.fullmatch(r"attribute \d+ name", name) and text)
    return {text: cells.get(f"{name.removesuffix(' name')} value(s)", "") for name, text in names}


def _hidden(cells: Cells) -> dict[str, str]:
    """What plug-ins keep numbers in."""
    metas = {name.removeprefix("meta: ").strip("_"): text for name, text in cells.items() if name.startswith("meta:")}
    return {**metas, **_attributes(cells)}


def apart(text: str) -> list[str]:
    r""" "a, b\, c" -> ["a", "b, c"]."""
    return [part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", text) if part.strip()]


def deepest(text: str) -> str:
    """Of several category paths the one that says most."""
    return max(apart(text), key=lambda path: path.count(">"), default="")


FORMAT = Format(
    name="woocommerce-csv",
    of=ARTICLES,
    layout=Columns({"type", "sku", "name", "regular price"}, {"id", "type", "name", "regular price"}),
    adapter=WooCommerceRows,
)
