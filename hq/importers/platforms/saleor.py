"""Saleor: the dump its demo is populated from (Django's JSON of whole tables), and the CSV its dashboard exports.

In the dump a row is a variant, joined with its product, prices per channel, attributes and stock; the other tables are
no rows. Channels are price zones: the first whose currency is HQ's gives the price.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.documents import Document
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in
from hq.importers.record import Record, Row, records, text, value
from hq.importers.text import blocks
from hq.importers.wording import number_of, pick

COUNTED, WHOLE = "(warehouse quantity)", re.compile(r"[0-9]{1,12}")
NEEDED = {
    "product.product", "product.productvariant", "product.productvariantchannellisting", "product.category",
    "attribute.attribute", "attribute.attributevalue", "attribute.assignedproductattributevalue",
    "attribute.assignedvariantattribute", "attribute.assignedvariantattributevalue", "channel.channel",
    "warehouse.stock",
}  # fmt: skip


class Dump(Records):
    """Reads the tables, then gives a record per variant. A row's number is that of the object in the file."""

    def rows(self, document: Document) -> Iterator[Row]:
        tables: dict[str, dict[Any, Record]] = defaultdict(dict)
        numbers: dict[Any, int] = {}
        for number, row in super().rows(document):
            if (
                isinstance(row, dict)
                and (model := text(row, "model")) in NEEDED
                and isinstance(row.get("fields"), dict)
            ):
                tables[model][_key(row.get("pk"))] = row["fields"]
                if model == "product.productvariant":
                    numbers[_key(row.get("pk"))] = number
        joined = _Joined(tables)
        for key, variant in tables["product.productvariant"].items():
            yield numbers[key], joined.variant(key, variant)


def _key(found: object) -> str:
    return found if isinstance(found, str) else text({"": found}, "")


class _Joined:
    def __init__(self, tables: dict[str, dict[Any, Record]]) -> None:
        self._tables = tables
        self._listings = self._by("product.productvariantchannellisting", "variant")
        self._facts = self._by("attribute.assignedproductattributevalue", "product")
        self._assigned = self._by("attribute.assignedvariantattribute", "variant", keyed=True)
        self._values = self._by("attribute.assignedvariantattributevalue", "assignment")
        self._stock = self._by("warehouse.stock", "product_variant")

    def _by(self, model: str, field: str, *, keyed: bool = False) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for key, record in self._tables[model].items():
            found[_key(record.get(field))].append({**record, "pk": key} if keyed else record)
        return found

    def variant(self, key: str, variant: Record) -> Record:
        product = self._tables["product.product"].get(_key(variant.get("product")), {})
        values = [one for assigned in self._assigned[key] for one in self._values[assigned["pk"]]]
        return {
            "id": key,
            "variant": variant,
            "product": product,
            "category": self._category(_key(product.get("category"))),
            "prices": [{**one, "channel": self._channel(one)} for one in self._listings[key]],
            "options": dict(map(self._named, values)),
            "facts": dict(map(self._named, self._facts[_key(variant.get("product"))])),
            "stock": [one.get("quantity") for one in self._stock[key]],
        }

    def _channel(self, listing: Record) -> str:
        return text(self._tables["channel.channel"].get(_key(listing.get("channel")), {}), "slug")

    def _named(self, assigned: Record) -> tuple[str, str]:
        found = self._tables["attribute.attributevalue"].get(_key(assigned.get("value")), {})
        attribute = self._tables["attribute.attribute"].get(_key(found.get("attribute")), {})
        return text(attribute, "name"), text(found, "name")

    def _category(self, key: str) -> str:
        path: list[str] = []
        while (found := self._tables["product.category"].get(key)) and len(path) < 10:
            path.insert(0, text(found, "name"))
            key = _key(found.get("parent"))
        return ">".join(path)


class SaleorVariants:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        product_id = text(cells, "variant", "product")
        if not cells["product"]:
            raise BadCell("product", f"its product {product_id} is not in the file", "export the whole catalogue")
        prices = [one for one in records(cells, "prices") if text(one, "price_amount")]
        own = next((one for one in prices if text(one, "currency") == self._desk.currency), prices[0] if prices else {})
        offer = Offer(
            sku=text(cells, "variant", "sku") or number_of("variant", text(cells, "id")),
            product_id=number_of(product_id),
            price=_price(own),
            was=Priced(text=text(own, "price_amount"), currency=text(own, "currency"), exact=True),
            gtins=gtins_in({**_metadata(cells, "variant"), **_metadata(cells, "product")}),
            options=cells["options"] or {"": text(cells, "variant", "name")},
            quantity=str(sum(int(one) for one in cells["stock"] if isinstance(one, int))) if cells["stock"] else "",
            zones={text(one, "channel"): _price(one) for one in prices if one is not own and text(one, "channel")},
        )
        return self._assortment.article(row, cells, _style(cells, number_of(product_id)), offer)


def _price(listing: Record) -> Priced:
    """What the customer pays: with the channel's discount, where there is one."""
    amount = text(listing, "discounted_price_amount") or text(listing, "price_amount")
    return Priced(text=amount, currency=text(listing, "currency"), exact=True)


def _style(cells: Record, product_id: str) -> Style:
    story = blocks(value(cells, "product", "description")) or text(cells, "product", "description_plaintext")
    return Style(
        id=product_id,
        title={OWN: text(cells, "product", "name")},
        story={OWN: story},
        brand=cells["facts"].get("Brand", "") or cells["facts"].get("Publisher", ""),
        category=cells["category"],
        facts=cells["facts"],
    )


def _metadata(cells: Record, of: str) -> dict[str, str]:
    found = value(cells, of, "metadata")
    return {name: text(found, name) for name in found} if isinstance(found, dict) else {}


class SaleorRows:
    """The dashboard's CSV: a row per variant, prices as "CHANNEL (channel price amount)"."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        product_id = number_of(cells.get("id", "").replace("=", ""))
        if not product_id:
            raise BadCell("id", "id is missing", "export the products with their ids")
        attributes = {name: text for name, text in cells.items() if name.endswith(" attribute)") and text}
        channels = [
            name.removesuffix(" (channel price amount)") for name in cells if name.endswith(" (channel price amount)")
        ]
        prices = {one: priced for one in channels if (priced := _of_channel(cells, one)).text}
        first = next(
            (one for one, priced in prices.items() if priced.currency == self._desk.currency), next(iter(prices), "")
        )
        stock = [int(text) for name, text in cells.items() if name.endswith(COUNTED) and WHOLE.fullmatch(text)]
        options = {_named(name): text for name, text in attributes.items() if name.endswith("(variant attribute)")}
        offer = Offer(
            sku=pick(cells, "variant sku", "sku")
            or number_of(pick(cells, "variant id").replace("=", ""))
            or product_id,
            product_id=product_id,
            price=prices.get(first, Priced(text="")),
            gtins=gtins_in(attributes),
            options=options,
            quantity=str(sum(stock)) if stock else "",
            zones={one: priced for one, priced in prices.items() if one != first},
        )
        facts = {_named(name): text for name, text in attributes.items() if name.endswith("(product attribute)")}
        style = Style(
            id=product_id,
            title={OWN: cells.get("name", "")},
            story={OWN: cells.get("description", "")},
            category=cells.get("category", ""),
            facts=facts,
            brand=facts.get("Brand", ""),
        )
        return self._assortment.article(row, cells, style, offer)


def _named(column: str) -> str:
    return column.rpartition(" (")[0].replace("-", " ").capitalize()


def _of_channel(cells: dict[str, str], channel: str) -> Priced:
    amount = pick(cells, f"{channel} (channel discounted price amount)", f"{channel} (channel price amount)")
    return Priced(text=amount, currency=cells.get(f"{channel} (channel currency code)", ""), exact=True)


DUMP = Format(name="saleor-json", of=ARTICLES, layout=Dump({"model", "pk", "fields"}), adapter=SaleorVariants)
CSV = Format(
    name="saleor-csv",
    of=ARTICLES,
    layout=Columns(
        {"id", "name", "variant sku"}, {"id", "name", "variant id"}, {"id", "name", "* (channel price amount)"}
    ),
    adapter=SaleorRows,
)
