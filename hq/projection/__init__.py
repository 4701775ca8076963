"""From a box's event to HQ's rows. Ids are derived from the event, so the same event always makes the same rows."""

from collections.abc import Callable
from typing import Any

from edge.domain.events import (
    BackInStockAsked,
    BasketPurchased,
    BasketSent,
    CatalogueTurned,
    SigningKeyMade,
    StockCounted,
    VersionRefused,
)
from hq.projection import basket, box_key, catalogue, purchase, stock, wish
from hq.projection.scene import Scene

PROJECTORS: dict[str, Callable[[Scene, Any], None]] = {
    BasketSent.__name__: basket.project,
    BackInStockAsked.__name__: wish.project,
    BasketPurchased.__name__: purchase.project,
    CatalogueTurned.__name__: catalogue.project,
    SigningKeyMade.__name__: box_key.project,
    StockCounted.__name__: stock.project,
    VersionRefused.__name__: catalogue.refused,
}
"""The kinds that change more than the table of events. A projector raises `sync.ingest.Rejected` for a bad event."""
SEALED = frozenset({BasketSent.__name__, BackInStockAsked.__name__})
"""Those among them whose projector opens the sealed address."""
