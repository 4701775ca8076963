"""Icecat's product data as JSON lists them: `id`, `title`, `supplier`, a list of `ean`, attributes as attr_…

The manufacturer's number (`name`) is not unique, so the SKU is Icecat's `id`. Prices, where there are any, are whole
numbers of minor units; data sheets have none.
"""

import re

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.record import Record, text, texts, value
from hq.importers.wording import number_of

ATTRIBUTE = re.compile(r"attr_[a-z]_(.+?)(__[a-z_]*)?")


class IcecatProducts:
    def __init__(self, desk: Desk) -> None:
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        id_ = number_of(text(cells, "id"))
        if not id_:
            raise BadCell("id", "the product has no id", "export it again")
        facts = _facts(cells)
        style = Style(
            id=id_,
            title={OWN: text(cells, "title") or text(cells, "name")},
            story={OWN: text(cells, "long_description") or text(cells, "short_description")},
            brand=text(cells, "supplier") or text(cells, "brand"),
            category=text(cells, "category"),
            facts=facts,
            keywords=(text(cells, "name"),),
        )
        cents = value(cells, "price")
        price = Priced(text=text(cells, "price"), exact=True, minor=isinstance(cents, int)) if cents else None
        options = {name: text(cells, f"attr_t_{name}") for name in ("product_colour",)}
        offer = Offer(
            sku=id_,
            product_id=id_,
            price=price,
            gtins=texts(cells, "ean"),
            options={"colour": options["product_colour"]},
            pictures=[url for name in ("img_500x500", "img_high", "img_low") if (url := text(cells, name))],
        )
        return self._assortment.article(row, cells, style, offer)


def _facts(cells: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in cells:
        if told := ATTRIBUTE.fullmatch(name):
            found.setdefault(told.group(1).replace("_", " ").strip().capitalize(), text(cells, name))
    return found


FORMAT = Format(
    name="icecat-json",
    of=ARTICLES,
    layout=Records({"id", "title", "supplier", "ean"}, at=("item", "products.item")),
    adapter=IcecatProducts,
)
