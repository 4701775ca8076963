"""BasketPurchased: what staff marked as bought becomes an order of the store that names the basket, and so its person:
every exclusion follows as from a till's."""

from typing import Any

from edge.domain.basket import Line
from edge.domain.events import BasketPurchased
from hq import marks
from hq.collecting import is_web_order
from hq.events import HEX
from hq.projection.basket import check_lines
from hq.projection.scene import Scene, fitting
from hq.store import tables
from hq.store.insert import put
from sync.ingest import Rejected


def project(scene: Scene, bought: BasketPurchased) -> None:
    if not HEX.fullmatch(bought.basket):
        raise Rejected("the basket's id is not 32 hex digits")
    check_lines(bought.lines)
    if is_web_order(scene.connection, bought.basket):
        return  # it is an order already, and was only handed over
    order = marks.order_id(scene.envelope.id)
    for line in bought.lines:
        row = _row(scene, order, bought.basket, line)
        put(scene.connection, tables.order_line, fitting(tables.order_line, row))
    scene.later.own_of_basket(bought.basket)


def _row(scene: Scene, order: str, basket: str, line: Line) -> dict[str, Any]:
    item = line.item
    return {
        "store": scene.store,
        "order_id": order,
        "sku": item.sku,
        "quantity": line.quantity,
        "price": item.price,
        "currency": item.currency,
        "basket": basket,
        "at": scene.at,
    }
