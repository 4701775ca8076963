"""GA4's Measurement Protocol: a purchase a request, for requests are of one person; it may be 72 hours old.

The protocol answers 2xx to whatever it is told; `transaction_id` makes a purchase that is told again count once. The
secret stands in the address, which is why no address of a request is ever written anywhere.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS, Platform
from hq.sending.adapters import Sale
from hq.sending.posting import Line
from hq.sending.tokens import token

COLLECT = "https://www.google-analytics.com/mp/collect"
HOUR = 3_600_000
HOURS = 71
"""An hour less than it takes, for the way there."""


class Ga4:
    hashing: ClassVar[Platform] = PLATFORMS["google"]
    most: ClassVar[int] = 1

    def __init__(self, destination: Destination, line: Line) -> None:
        self._url = destination.url or COLLECT
        self._who = {"measurement_id": destination.id, "api_secret": token(destination)}
        self._line = line

    @staticmethod
    def oldest(store: str, now: int) -> int:
        return now - HOURS * HOUR

    def tell(self, sales: Sequence[Sale], now: int) -> int:
        self._line.send("POST", self._url, _body(sales[0]), params=self._who)
        return 1


def _body(sale: Sale) -> dict[str, Any]:
    purchase = {
        "transaction_id": sale.id,
        "affiliation": sale.store,
        "currency": sale.currency,
        "value": sale.value,
        "items": [
            {
                "item_id": one.sku,
                "item_name": one.name,
                "item_category": one.category,
                "price": one.price,
                "quantity": one.quantity,
            }
            for one in sale.lines
        ],
    }
    return {
        "client_id": _client(sale.person),
        "user_id": sale.person,
        "timestamp_micros": sale.at * 1000,
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "GRANTED"},
        "events": [{"name": "purchase", "params": purchase}],
    }


def _client(person: str) -> str:
    """In the form of a browser's: two numbers."""
    number = int(person[:16], 16)
    return f"{number % 2_147_483_647}.{(number >> 32) % 2_147_483_647}"
