"""ArticleReserved, ReservationReleased, ReservationAnswered, DirectivesTaken: what stores put aside for each other."""

from edge.domain.basket import Line
from edge.domain.directives import GatherBasket
from edge.domain.events import ArticleReserved, DirectivesTaken, ReservationAnswered, ReservationReleased
from hq import directives, reservations, stores
from hq.events import FARTHEST, HEX
from hq.fleet import acting
from hq.projection.basket import check_lines
from hq.projection.scene import Scene, fitting
from hq.store import tables
from sync.ingest import Rejected

LONGEST = 31 * 86_400_000
"""Milliseconds for which anything may be put aside."""


def reserved(scene: Scene, asked: ArticleReserved) -> None:
    _check(asked.reservation)
    line = Line(item=asked.item, quantity=asked.quantity, fulfilment="collect")
    check_lines((line,))
    if asked.store == scene.store or not stores.known(scene.connection, asked.store):
        raise Rejected(f"{asked.store[:40]!r} is no other store of this retailer")
    until = _until(scene, asked.until)
    gather = GatherBasket(basket=asked.reservation, source=scene.store, lines=(line,), until=until)
    fitting(tables.reservation, {"sku": asked.item.sku})
    reservations.ask(
        scene.connection,
        asked.reservation,
        gather,
        store=asked.store,
        sku=asked.item.sku,
        event=scene.envelope.id,
        at=scene.received,
    )


def released(scene: Scene, event: ReservationReleased) -> None:
    _check(event.reservation)
    reservations.released(scene.connection, scene.store, event.reservation, event=scene.envelope.id, at=scene.received)


def answered(scene: Scene, event: ReservationAnswered) -> None:
    _check(event.reservation)
    said = (scene.envelope.log, scene.envelope.n, scene.envelope.at)
    about = {"event": scene.envelope.id, "at": scene.received}
    reservations.answered(scene.connection, scene.store, event.reservation, event.answer, said, **about)  # type: ignore[arg-type]


def taken(scene: Scene, event: DirectivesTaken) -> None:
    if not (0 <= event.epoch < 2**31 and 0 <= event.n < FARTHEST):
        raise Rejected("no version of a feed")
    for subject in directives.subjects(scene.connection, scene.store, event.refused):
        reservations.refused(scene.connection, scene.store, subject, event=scene.envelope.id, at=scene.received)
    acting.refused(scene.connection, scene.store, event.refused, at=scene.received)
    directives.taken(scene.connection, scene.store, (event.epoch, event.n), at=scene.at)


def _check(reservation: str) -> None:
    if not HEX.fullmatch(reservation):
        raise Rejected("the reservation's id is not 32 hex digits")


def _until(scene: Scene, told: int) -> int:
    """By HQ's clock: the box's may be off."""
    return min(told - scene.skew, scene.received + LONGEST)
