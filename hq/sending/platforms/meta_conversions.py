"""Meta's Conversions API: purchases in stores (`physical_store`) and in the web (`website`), 1,000 events at most.

Sales in the web may be 7 days old, those in stores 62: one that is older would refuse the whole batch. `event_id` and
`order_id` make an event that is told again, or by a browser as well, count once. Rules: Meta's pages "Server event
parameters" and "Offline events".
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from edge.domain.article import WEB
from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS, Platform
from hq.sending.adapters import Key, Sale
from hq.sending.platforms.meta import GRAPH
from hq.sending.posting import Line
from hq.sending.tokens import token

DAY = 86_400_000
WEB_DAYS, STORE_DAYS = 7, 62
AGENT = "Tote HQ"
"""Whoever tells of the sale: HQ knows no browser of an order's."""


class MetaConversions:
    hashing: ClassVar[Platform] = PLATFORMS["meta"]
    most: ClassVar[int] = 1_000

    def __init__(self, destination: Destination, line: Line) -> None:
        self._url = f"{(destination.url or GRAPH).rstrip('/')}/{destination.id}/events"
        self._headers = {"Authorization": f"Bearer {token(destination)}"}
        self._site, self._line = destination.site, line

    @staticmethod
    def oldest(store: str, now: int) -> int:
        return now - (WEB_DAYS if store == WEB else STORE_DAYS) * DAY + DAY // 24

    def tell(self, sales: Sequence[Sale], now: int) -> int:
        body = {"data": [self._event(sale) for sale in sales]}
        self._line.send("POST", self._url, body, headers=self._headers)
        return len(sales)

    def _event(self, sale: Sale) -> dict[str, Any]:
        web = sale.store == WEB
        user: dict[str, Any] = {"external_id": [sale.person]}
        user |= {name: found for name, kind in (("em", "mail"), ("ph", "phone")) if (found := _of(sale.keys, kind))}
        event = {
            "event_name": "Purchase",
            "event_time": sale.at // 1000,
            "event_id": sale.id,
            "action_source": "website" if web else "physical_store",
            "user_data": user | ({"client_user_agent": AGENT} if web else {}),
            "custom_data": {
                "currency": sale.currency,
                "value": sale.value,
                "order_id": sale.order_id,
                "content_type": "product",
                "contents": [{"id": one.sku, "quantity": one.quantity, "item_price": one.price} for one in sale.lines],
            },
        }
        return event | ({"event_source_url": self._site} if web else {})


def _of(keys: Sequence[Key], kind: str) -> list[str]:
    return [key.value for key in keys if key.kind == kind]
