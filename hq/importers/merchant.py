"""Google Merchant feeds: an item is a variant, its item_group_id the product. XML (RSS 2.0 or Atom, elements in the
namespace `g:` beside plain ones) and tables with the same names."""

from edge.domain.article import WEB, Product, Stock, Variant
from edge.domain.money import Money
from hq.importers.cells import LONGEST_STORY, LONGEST_TITLE, BadCell, money, optional, required, sku_of
from hq.importers.desk import Cells, Desk, Gtins, Repeats
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.record import Record
from hq.importers.record import text as text_of
from hq.importers.text import plain

SOLD = {"in stock": 1, "in_stock": 1, "limited availability": 1, "out of stock": 0, "out_of_stock": 0}
"""A feed says only whether the web shop has any; `Stock.source` "availability" tells it from a count."""


def fields(item: Record) -> dict[str, str]:
    """The texts of an item by their plain names; of a field that stands there both ways `g:` wins."""
    found: dict[str, str] = {}
    for name in sorted(item, key=lambda name: not name.startswith("g:")):
        value = item[name]
        text = text_of(value, "@href") if isinstance(value, dict) else text_of(item, name)
        found.setdefault(name.removeprefix("g:"), text)
    return {name: text for name, text in found.items() if text}


class MerchantItems:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gtins = Gtins(desk)
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, cells: Record) -> bool:
        cells = fields(cells)
        sku = sku_of(cells, "id")
        product_id = required(cells, "item_group_id") if cells.get("item_group_id") else sku
        price, was = self._prices(cells)
        title = required(cells, "title", LONGEST_TITLE)
        if not self._repeats.is_new(row, sku, cells):
            return False
        position = self._desk.scratch.next_place(product_id)
        if position == 1:
            self._desk.articles.put(product_id, "", self._product(cells, product_id, title))
        self._desk.articles.put(sku, product_id, self._variant(cells, sku, product_id, price, was, position))
        self._availability(cells.get("availability", "").lower(), sku)
        return True

    def _prices(self, cells: dict[str, str]) -> tuple[Money, Money | None]:
        price = money(required(cells, "price"), self._desk.currency)
        if not cells.get("sale_price"):
            return price, None
        sale = money(cells["sale_price"], price.currency, "sale_price")
        if sale.currency != price.currency:
            raise BadCell("sale_price", "it is in another currency than the price", "write both in one currency")
        return (sale, price) if sale.amount < price.amount else (price, None)

    def _product(self, cells: Cells, product_id: str, title: str) -> Product:
        held = self._desk.articles.get(Product, product_id)
        story = plain(optional(cells, "description", LONGEST_STORY))
        category = optional(cells, "product_type") or optional(cells, "google_product_category")
        return Product(
            id=product_id,
            brand=optional(cells, "brand"),
            category=" > ".join(part.strip() for part in category.split(">") if part.strip()),
            title={**(held.title if held else {}), self._desk.language: plain(title)},
            story={**(held.story if held else {}), **({self._desk.language: story} if story else {})},
            goes_with=held.goes_with if held else (),
            popularity=held.popularity if held else 0,
        )

    def _variant(
        self, cells: Cells, sku: str, product_id: str, price: Money, was: Money | None, position: int
    ) -> Variant:
        return Variant(
            sku=sku,
            product_id=product_id,
            gtin=self._gtins.keep(cells.get("gtin", ""), sku),
            price=self._desk.priced(price),
            was=was,
            size=optional(cells, "size"),
            colour=optional(cells, "color"),
            link=self._desk.link(cells.get("link", "")),
            position=position,
        )

    def _availability(self, said: str, sku: str) -> None:
        if said in SOLD:
            value = Stock(sku=sku, store=WEB, quantity=SOLD[said], as_of=self._desk.now, source="availability")
            self._desk.articles.put(f"{sku}@{WEB}", sku, value)


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
