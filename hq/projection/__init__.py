"""From a box's event to HQ's rows. Ids are derived from the event, so the same event always makes the same rows."""

from collections.abc import Callable
from typing import Any

from edge.domain.events import (
    ActionEnded,
    ArticleReserved,
    BackInStockAsked,
    BasketPurchased,
    BasketSent,
    CatalogueTurned,
    CouponRedeemed,
    CouponReleased,
    DirectivesTaken,
    ReservationAnswered,
    ReservationReleased,
    SigningKeyMade,
    StockCounted,
    VersionRefused,
)
from hq.projection import action, basket, box_key, catalogue, coupon, purchase, reservation, stock, wish
from hq.projection.scene import Scene

PROJECTORS: dict[str, Callable[[Scene, Any], None]] = {
    ActionEnded.__name__: action.ended,
    ArticleReserved.__name__: reservation.reserved,
    BasketSent.__name__: basket.project,
    BackInStockAsked.__name__: wish.project,
    BasketPurchased.__name__: purchase.project,
    CatalogueTurned.__name__: catalogue.project,
    CouponRedeemed.__name__: coupon.redeemed,
    CouponReleased.__name__: coupon.released,
    DirectivesTaken.__name__: reservation.taken,
    ReservationAnswered.__name__: reservation.answered,
    ReservationReleased.__name__: reservation.released,
    SigningKeyMade.__name__: box_key.project,
    StockCounted.__name__: stock.project,
    VersionRefused.__name__: catalogue.refused,
}
"""The kinds that change more than the table of events. A projector raises `sync.ingest.Rejected` for a bad event."""
SEALED = frozenset({BasketSent.__name__, BackInStockAsked.__name__})
"""Those among them whose projector opens the sealed address."""
