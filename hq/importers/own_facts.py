"""New prices of articles that are there."""

from dataclasses import replace

from edge.domain.article import Variant
from hq.importers.cells import (
    BadCell,
    required,
)
from hq.importers.desk import Desk, Repeats
from hq.importers.format import PRICES as PRICE_LIST
from hq.importers.format import Columns, Format
from hq.importers.own_articles import prices

UNLISTED = "check how it is spelled, or import the article first: articles.csv"
NOT_YET = "import its articles too; until then this is kept but not shown"


class PriceRows:
    """`sku`, `price`, and `was` if reductions are to change with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        sku = required(cells, "sku")
        held = self._desk.articles.get(Variant, sku)
        if held is None:
            raise BadCell("sku", f"{sku} is not in the catalogue", UNLISTED)
        price, was = prices(cells, held.price.currency)
        if "was" not in cells and held.was and held.was.currency == price.currency and held.was.amount > price.amount:
            was = held.was
        if not self._repeats.is_new(row, sku, cells):
            return False
        self._desk.articles.put(sku, held.product_id, replace(held, price=self._desk.priced(price), was=was))
        return True


PRICES = Format(
    name="tote-prices-csv",
    of=PRICE_LIST,
    layout=Columns({"sku", "price"}, without={"title*", "name*", "slug", "handle"}),
    adapter=PriceRows,
)
