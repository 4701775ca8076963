"""StockCounted: what a store's readers counted becomes its stock at HQ, under the store's own time where that is
believable, so that the box knows its own count again when it comes back to it in the catalogue."""

from edge.domain.article import Stock
from edge.domain.events import ArticleCount, StockCounted
from hq import stock
from hq.projection import times
from hq.projection.scene import Scene
from sync.ingest import Rejected

BELIEVED = 600_000
"""Milliseconds that a box's clock may be off before HQ corrects what it says."""
MOST, LARGEST, LONGEST = 1_000, 1_000_000, 64
"""Articles of one event, pieces of one article, characters of a SKU."""


def project(scene: Scene, event: StockCounted) -> None:
    if len(event.counts) > MOST or not all(map(_is_sound, event.counts)):
        raise Rejected(f"a count that can't be: {MOST} articles of 0 to {LARGEST} pieces each are the most")
    for count in event.counts:
        counted = Stock(
            sku=count.sku, store=scene.store, quantity=count.quantity, as_of=_as_of(scene), source=event.source
        )
        stock.take(scene.connection, counted)


def _is_sound(count: ArticleCount) -> bool:
    return 0 <= count.quantity <= LARGEST and 0 < len(count.sku) <= LONGEST and "\0" not in count.sku


def _as_of(scene: Scene) -> int:
    at, right = scene.envelope.at, scene.envelope.at - scene.skew
    if abs(scene.skew) <= BELIEVED and at <= scene.received + BELIEVED:
        return max(0, at)
    return times.possible(right, scene.received)
