"""What every trigger answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row

from hq.audience.rules import Decision
from hq.config import Journey
from hq.journeys.rules import HOUR
from hq.journeys.world import World
from hq.live.basket import LiveBasket
from hq.store import tables

MAIL = tables.mail.c


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """That something happened which a journey writes about: one message for each. A row of `mail` bears the same."""

    event: str
    """32 hex digits, always the same for this occasion."""
    profile: str
    at: int
    """In ms."""
    basket: str | None = None
    store: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """How it stands with an occasion at this moment."""

    began: int = 0
    store: str = ""
    """Where the person was, or is asked to."""
    over: str = ""
    """Why there is nothing to write about any more, in words."""
    ends: int | None = None
    decisions: Sequence[Decision] = field(default=())
    """Of what the message could be about, best first."""


class Trigger(Protocol):
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        """Those for which the journey is not too late, oldest first, without those of which the table `mail` has a row
        with `begun`."""
        ...

    def state(self, connection: Connection, world: World, journey: Journey, row: "Occasion | Row[Any]") -> State: ...

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        """What the message shows: `skus`, at today's prices; None where it is no longer kept."""
        ...


def since(journey: Journey, now: int) -> int:
    """When that must have happened, in ms, for which the journey is not too late."""
    return now - round(journey.until_hours * HOUR)
