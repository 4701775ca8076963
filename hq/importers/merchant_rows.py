"""Items of a Google Merchant feed to articles: an item is a variant, its item_group_id the product."""

from edge.domain.article import WEB, Product, Stock, Variant
from edge.domain.money import Money
from hq.importers.cells import LONGEST_STORY, LONGEST_TITLE, BadCell, money, optional, required, sku_of
from hq.importers.desk import Cells, Desk, Gtins, Repeats
from hq.importers.text import plain

SOLD = {"in stock": 1, "in_stock": 1, "limited availability": 1, "out of stock": 0, "out_of_stock": 0}
"""A feed says only whether the web shop has any; `Stock.source` "availability" tells it from a count."""


class MerchantItems:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gtins = Gtins(desk)
        self._repeats = Repeats()
        self._positions: dict[str, int] = {}

    def take(self, row: int, cells: dict[str, str]) -> bool:
        sku = sku_of(cells, "id")
        product_id = required(cells, "item_group_id") if cells.get("item_group_id") else sku
        price, was = self._prices(cells)
        title = required(cells, "title", LONGEST_TITLE)
        if not self._repeats.is_new(row, sku, cells):
            return False
        if product_id not in self._positions:
            self._desk.articles.put(product_id, "", self._product(cells, product_id, title))
        self._positions[product_id] = self._positions.get(product_id, 0) + 1
        self._desk.articles.put(sku, product_id, self._variant(cells, sku, product_id, price, was))
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

    def _variant(self, cells: Cells, sku: str, product_id: str, price: Money, was: Money | None) -> Variant:
        return Variant(
            sku=sku,
            product_id=product_id,
            gtin=self._gtins.keep(cells.get("gtin", ""), sku),
            price=self._desk.priced(price),
            was=was,
            size=optional(cells, "size"),
            colour=optional(cells, "color"),
            link=self._desk.link(cells.get("link", "")),
            position=self._positions[product_id],
        )

    def _availability(self, said: str, sku: str) -> None:
        if said in SOLD:
            value = Stock(sku=sku, store=WEB, quantity=SOLD[said], as_of=self._desk.now, source="availability")
            self._desk.articles.put(f"{sku}@{WEB}", sku, value)
