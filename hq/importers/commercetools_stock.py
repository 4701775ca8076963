"""The inventory export of commercetools: `sku`, `quantityOnStock`, `supplyChannel`. A row without a channel counts what
can be sent from anywhere: the web shop."""

from typing import Any

from edge.domain.article import WEB
from hq.importers.desk import Desk
from hq.importers.format import STOCK, Columns, Format
from hq.importers.own_stock import Counts
from hq.importers.record import text


def _cells(record: dict[str, Any]) -> dict[str, str]:
    quantity = text(record, "quantityonstock")
    return {"sku": text(record, "sku"), "store": text(record, "supplychannel") or WEB, "quantity": quantity}


def _counts(desk: Desk) -> Counts:
    return Counts(desk, _cells)


FORMAT = Format(
    name="commercetools-inventory-csv",
    of=STOCK,
    layout=Columns({"sku", "quantityonstock"}),
    adapter=_counts,
)
