"""Tote's own orders, told here and taken by `hq.orders`."""

from hq.importers import format as kinds
from hq.importers.format import Columns, Format

ORDERS = "tote-orders-csv"
FORMAT = Format(name=ORDERS, of=kinds.ORDERS, layout=Columns({"order_id", "sku", "quantity"}), adapter=None)
