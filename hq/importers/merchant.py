"""Google Merchant feeds and Meta catalogues: an item is a variant, its item_group_id the product. As XML (RSS 2.0 or
Atom, elements in the namespace `g:` beside plain ones) and as tables (support.google.com/merchants/answer/7052112,
developers.facebook.com, "Catalog: supported fields").
"""

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell, required
from hq.importers.desk import Desk
from hq.importers.documents import Document
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import split_gtins
from hq.importers.platforms.shopify import refuse_archived
from hq.importers.record import Record, records, texts
from hq.importers.record import text as text_of
from hq.importers.running_now import is_running_within
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
SOLD = {"in stock", "in_stock", "instock", "limited availability", "available for order", "available_for_order"}
SOLD_OUT = {"out of stock", "out_of_stock", "discontinued", "backorder", "preorder"}
"""A feed says only whether the web shop has any; `Stock.source` "availability" tells it from a count."""
FACTS = (
    "material",
    "pattern",
    "gender",
    "age_group",
    "condition",
    "mpn",
    "size_type",
    "size_system",
    "energy_efficiency_class",
)
NOT_TOLD = {"new", "adult", "regular"}
"""Values that go without saying."""


def fields(item: Record) -> Cells:
    """The texts of an item by their plain names; of a field that stands there both ways `g:` wins."""
    found: Cells = {}
    for name in sorted(item, key=lambda name: not name.startswith("g:")):
        value = item[name]
        if isinstance(value, str):
            found.setdefault(name.removeprefix("g:").replace(" ", "_"), value)  # cleaned already
            continue
        told = text_of(value, "@href") or text_of(value, "") if isinstance(value, dict) else ",".join(texts(item, name))
        found.setdefault(name.removeprefix("g:").replace(" ", "_"), told)
    return {name: told for name, told in found.items() if told}


class MerchantItems:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        said = fields(cells)
        sku = required(said, "id")
        product_id = number_of(said.get("item_group_id", "")) or number_of(sku)
        refuse_archived(said.get("status", ""), self._desk)
        try:
            required(said, "price")
            price, was = self._prices(said)
            style = self._style(said, cells, product_id)
        except BadCell:
            self._desk.articles.refuse(sku)
            raise
        has = said.get("availability", "").lower()
        offer = Offer(
            sku=sku,
            product_id=product_id,
            price=price,
            was=was,
            gtins=split_gtins(said.get("gtin", "")),
            options={name: said[name] for name in ("size", "color") if name in said},
            pictures=[url for name in ("image_link", "additional_image_link") for url in said.get(name, "").split(",")],
            link=said.get("link", ""),
            quantity=pick(said, "quantity_to_sell_on_facebook", "inventory", "quantity"),
            available=True if has in SOLD else False if has in SOLD_OUT else None,
        )
        return self._assortment.article(row, said, style, offer)

    def _prices(self, cells: Cells) -> tuple[Priced, Priced | None]:
        full, sale = cells["price"], cells.get("sale_price", "")
        if not sale or not is_running_within(cells.get("sale_price_effective_date", ""), self._desk.now):
            return Priced(text=full), None
        before = self._assortment.amount(Priced(text=full))
        now = self._assortment.amount(Priced(text=sale, currency=before.currency), "sale_price")
        if now.currency != before.currency:
            raise BadCell("sale_price", "it is in another currency than the price", "write both in one currency")
        if now.amount >= before.amount:
            return Priced(text=full), None
        return Priced(text=sale, currency=before.currency), Priced(text=full)

    def _style(self, cells: Cells, item: Record, product_id: str) -> Style:
        details = {
            text_of(one, "g:attribute_name"): text_of(one, "g:attribute_value")
            for one in records(item, "g:product_detail")
        }
        category = pick(cells, "product_type", "google_product_category", "fb_product_category", "category")
        told = {name: cells[name] for name in FACTS if cells.get(name) and cells[name].lower() not in NOT_TOLD}
        return Style(
            id=product_id,
            title={OWN: required(cells, "title", 10_000)},
            story={OWN: pick(cells, "rich_text_description", "description")},
            brand=cells.get("brand", ""),
            category="" if category.isdigit() else category.partition(",")[0] if "," in category else category,
            facts={**{name.replace("_", " ").capitalize(): text for name, text in told.items()}, **details},
        )


class Delimited(Columns):
    """A table whose cells are apart by one delimiter."""

    def __init__(self, delimiter: str, *needed: set[str]) -> None:
        super().__init__(*needed)
        self._delimiter = delimiter

    def tells(self, document: Document) -> bool:
        return super().tells(document) and getattr(document, "delimiter", "") == self._delimiter


ITEM = (
    {"id", "title", "price", "availability"},
    {"id", "title", "price", "image_link"},
    {"id", "title", "price", "link"},
)
SPACED = (
    {"id", "title", "price", "image link"},
    {"g:id", "g:title", "g:price"},
    {"id", "title", "price", "google product category"},
)
XML = Format(
    name="google-merchant-xml",
    of=ARTICLES,
    layout=Records(
        {"g:id"},
        {"g:title"},
        {"g:price"},
        {"id", "title", "price"},
        at=("rss.channel.item", "feed.entry", "RDF.item", "rss.item"),
    ),
    adapter=MerchantItems,
)
TSV = Format(name="google-merchant-tsv", of=ARTICLES, layout=Delimited("\t", *ITEM, *SPACED), adapter=MerchantItems)
META = Format(name="meta-catalogue-csv", of=ARTICLES, layout=Columns(*ITEM, *SPACED), adapter=MerchantItems)
