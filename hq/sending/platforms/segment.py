"""Segment's HTTP API: "Order Completed" in batches of at most 500 KB and 2,500 events, 32 KB each.

`messageId` makes an event that is told again count once. Rules: Segment's pages "HTTP API" and "Ecommerce spec v2".
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS, Platform
from hq.sending.adapters import Sale
from hq.sending.posting import Line, NotSent
from hq.sending.tokens import token

API = "https://api.segment.io/v1"
MOST_OCTETS, MOST_OF_EVENT = 480_000, 32_000
"""A little less than the limit, for what is around the events."""


class Segment:
    hashing: ClassVar[Platform] = PLATFORMS["google"]
    most: ClassVar[int] = 2_500

    def __init__(self, destination: Destination, line: Line) -> None:
        self._url, self._key, self._line = (destination.url or API).rstrip("/") + "/batch", token(destination), line

    @staticmethod
    def oldest(store: str, now: int) -> int:
        return 0

    def tell(self, sales: Sequence[Sale], now: int) -> int:
        batch = _batch(sales)
        self._line.send("POST", self._url, {"batch": batch, "sentAt": _time(now)}, auth=(self._key, ""))
        return len(batch)


def _batch(sales: Sequence[Sale]) -> list[dict[str, Any]]:
    """The first of them, as many as a request holds."""
    batch: list[dict[str, Any]] = []
    octets = 0
    for sale in sales:
        event = _event(sale)
        size = len(json.dumps(event).encode()) + 2
        if size > MOST_OF_EVENT:
            raise NotSent(f"order {sale.order_id} has more lines than an event of Segment's takes")
        if batch and octets + size > MOST_OCTETS:
            break
        batch.append(event)
        octets += size
    return batch


def _event(sale: Sale) -> dict[str, Any]:
    products = [
        {
            "product_id": one.product_id,
            "sku": one.sku,
            "name": one.name,
            "category": one.category,
            "price": one.price,
            "quantity": one.quantity,
            "position": place,
        }
        for place, one in enumerate(sale.lines, start=1)
    ]
    money = {"currency": sale.currency, "total": sale.value, "revenue": sale.value}
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": sale.person,
        "messageId": sale.id,
        "timestamp": _time(sale.at),
        "properties": {"order_id": sale.order_id, "affiliation": sale.store, **money, "products": products},
    }


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
