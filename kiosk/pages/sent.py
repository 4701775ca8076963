"""The basket is on its way, or will be."""

from typing import Any

from edge.codes.drawing import qr
from edge.domain import pickup
from edge.shop import Sent, Shop, Station


def page(shop: Shop, station: Station, screen: Sent) -> dict[str, Any]:
    code = pickup.code(shop.basket(station.id).id)
    return {
        "key": "sent",
        "say": "",
        "online": screen.online,
        "channel": screen.channel,
        "code": pickup.spelled(code),
        "qr": qr(pickup.in_barcode(code)),
    }
