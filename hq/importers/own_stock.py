"""Counts of stock: Tote's own CSV and JSON.

`sku` (or `gtin`), `store` ("web" is the web shop), `quantity`, `as_of`, `full`. Counts are absolute, so that a repeat
is harmless. A full list of a store says of what it does not name that there is none.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from edge.domain.article import WEB, Stock, Store
from hq import stock
from hq.importers.cells import BadCell, past, required, sku_of, store_id, whole, yes
from hq.importers.desk import Desk
from hq.importers.enveloped import Enveloped
from hq.importers.format import STOCK, Columns, Format, Records
from hq.importers.matching import Known, Matching
from hq.importers.record import text

NOT_YET = "import its articles too; until then this is kept but not shown"
LARGEST = 1_000_000_000
NAMED, FULL = "stock.named", "stock.full"
"""Topics of the scratch: what a full list named, and the stores it is full of."""
FIELDS = ("sku", "gtin", "store", "quantity", "as_of", "full", "source")
Cells = dict[str, str]


class Counts:
    """Takes counts as cells of the names in FIELDS; `cells_of` makes them of a record of another form."""

    def __init__(self, desk: Desk, cells_of: Callable[[dict[str, Any]], Cells]) -> None:
        self._desk, self._cells_of = desk, cells_of
        self._matching, self._stores = Matching(desk), Known(desk, Store)
        self._last_sales: dict[str, int] = {}
        self._aside: Counter[tuple[str, str]] | None = None
        self._doubt = ""

    def take(self, row: int, record: dict[str, Any]) -> bool:
        cells = self._cells_of(record)
        store = self._store(cells)
        sku = self._sku(cells, store)
        if self._is_full(cells, store):
            self._note_full(sku, store, cells)
        return self._count(sku, store, cells)

    def finish(self) -> None:
        """What a full list does not name is gone, unless it was counted later than the list was made."""
        doubt = self._doubt or ("" if self._desk.intact() else "a row is damaged")
        for store, as_of in list(self._desk.scratch.notes(FULL)):
            if doubt:
                reason = f"what {store} no longer has was left as it is: {doubt}"
                self._desk.warn("full", reason, "mend the row and import again")
                continue
            for count in list(stock.counts_of(self._desk.articles.connection, store)):
                if self._desk.scratch.noted(NAMED, f"{count.sku}@{store}") is None and count.as_of <= int(as_of):
                    self._put(Stock(sku=count.sku, store=store, quantity=0, as_of=int(as_of)))

    def _store(self, cells: Cells) -> str:
        only = self._desk.only
        try:
            store = only if only and not cells.get("store") else store_id(cells, "store")
        except BadCell:
            self._doubt = "a row does not tell its store"
            raise
        if only and store != only:
            raise BadCell("store", f"{store} is not this door's store", f"this door takes counts of {only} only")
        return store

    def _sku(self, cells: Cells, store: str) -> str:
        try:
            named = cells.get("sku", "") or required(cells, "gtin" if "gtin" in cells else "sku")
            return self._matching.sku(cells.get("sku", ""), cells.get("gtin", "")) or sku_of({"sku": named})
        except BadCell:
            self._doubt = f"a row of {store} does not tell its article"
            raise

    def _is_full(self, cells: Cells, store: str) -> bool:
        try:
            return self._desk.replace or yes(cells.get("full", ""), "full")
        except BadCell:
            self._doubt = f"a row of {store} does not tell whether it is full"
            raise

    def _note_full(self, sku: str, store: str, cells: Cells) -> None:
        """Named is also what is wrong otherwise: a count that can't be read is not none."""
        self._desk.scratch.note(NAMED, f"{sku}@{store}", "")
        as_of = past(cells.get("as_of", ""), "as_of", self._desk.now)
        known = int(self._desk.scratch.noted(FULL, store) or as_of)
        self._desk.scratch.note(FULL, store, str(max(known, as_of)))

    def _count(self, sku: str, store: str, cells: Cells) -> bool:
        quantity = whole(required(cells, "quantity"), "quantity")
        if not 0 <= quantity <= LARGEST:
            more = "is less than nothing" if quantity < 0 else "is more than any store holds"
            raise BadCell("quantity", f"{quantity} {more}", "write what can be sold, 0 at least")
        as_of = past(cells.get("as_of", ""), "as_of", self._desk.now)
        self._remark(sku, store)
        held = self._desk.articles.get(Stock, stock.key(sku, store))
        if held and held.as_of > as_of:
            reason = f"a newer count of {sku} in {store} is known"
            self._desk.warn("as_of", reason, "nothing to do: the newer one stays")
            return False
        self._put(Stock(sku=sku, store=store, quantity=quantity, as_of=as_of, source=cells.get("source") or "feed"))
        return True

    def _put(self, count: Stock) -> None:
        """Less what the tills have sold since it was counted, and what is put aside."""
        connection = self._desk.articles.connection
        if count.store not in self._last_sales:
            self._last_sales[count.store] = stock.last_sale(connection, count.store)
        if self._last_sales[count.store] > count.as_of:
            count = stock.less_sold(connection, count)
        if self._aside is None:
            self._aside = stock.put_aside(connection)
        count = replace(count, quantity=count.quantity - self._aside[count.sku, count.store])
        self._desk.articles.put(stock.key(count.sku, count.store), count.sku, count)

    def _remark(self, sku: str, store: str) -> None:
        if sku not in self._matching.skus:
            self._desk.warn("sku", f"{sku} is not in the catalogue", NOT_YET)
        if store != WEB and store not in self._stores:
            self._desk.warn("store", f"{store} is no store HQ knows", "import the stores first, or correct the id")


def own_cells(record: dict[str, Any]) -> Cells:
    return {name: text(record, name) for name in FIELDS if name in record}


def own_counts(desk: Desk) -> Counts:
    return Counts(desk, own_cells)


SOLD = {"order_id", "receipt"}
CSV = Format(
    name="tote-stock-csv",
    of=STOCK,
    layout=Columns({"sku", "store", "quantity"}, {"gtin", "store", "quantity"}, without=SOLD),
    adapter=own_counts,
)
JSON = Format(
    name="tote-stock-json",
    of=STOCK,
    layout=Records({"sku", "store", "quantity"}, {"gtin", "store", "quantity"}, at=("item", "counts.item")),
    adapter=own_counts,
)
JSON_OF_A_STORE = Format(
    name="tote-stock-json-store",
    of=STOCK,
    layout=Enveloped({"sku", "quantity"}, {"gtin", "quantity"}, lists=("counts", "stock"), around={"store"}),
    adapter=own_counts,
)
AT_A_DOOR = (
    Format(
        name=CSV.name,
        of=STOCK,
        layout=Columns({"sku", "quantity"}, {"gtin", "quantity"}, without=SOLD),
        adapter=own_counts,
    ),
    Format(
        name=JSON.name,
        of=STOCK,
        layout=Records(
            {"sku", "quantity"}, {"gtin", "quantity"}, at=("item", "counts.item", "stock.item", "item.counts.item")
        ),
        adapter=own_counts,
    ),
)
"""Counts that name no store: those of the store that the door or folder belongs to."""
