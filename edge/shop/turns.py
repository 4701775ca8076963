"""Runs use cases at stations: one transaction each, then the screens and the uplink are told.

A disk that is full, or fails, must not stop anybody from looking around, nor keep a shopper's screen after they are
gone. What a station shows is then held in memory until a transaction succeeds again.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from edge.domain.basket import Basket
from edge.hub import Hub
from edge.shop.errors import BoxFullError
from edge.shop.records import Records, Writing
from edge.shop.screens import Attract, CatalogueChanged, Screen
from edge.shop.turn import Turn
from edge.shop.visits import Visit, delete_visit, idle_stations, load_basket, load_visit, screen_of

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Unsaved:
    """What a station shows while the disk is full."""

    screen: Screen
    touched: int


class Turns:
    def __init__(
        self,
        records: Records,
        *,
        language: str,
    ) -> None:
        """`language` is what a new visit begins in."""
        self.hub: Hub[Screen | CatalogueChanged] = Hub()
        self._records, self._language = records, language
        self._unsaved: dict[str, Unsaved] = {}
        self._over: dict[str, str] = {}
        """Visits that ended while the disk was full, by station: their rows are still there, and nobody's any more."""

    def visit(self, station: str) -> Visit | None:
        visit = self._records.read(lambda db: load_visit(db, station))
        return None if visit and self.is_over(visit) else visit

    def screen(self, station: str) -> Screen:
        held = self._unsaved.get(station)
        return held.screen if held else screen_of(self.visit(station))

    def basket(self, station: str) -> Basket:
        """The basket of the visit at `station`; an empty one where nobody is."""
        visit = self.visit(station)
        return self._records.read(lambda db: load_basket(db, visit.basket_id)) if visit else Basket(id="")

    def idle(self, now: int, idle_ms: int) -> Sequence[str]:
        """Stations that show somebody's screen and were not touched for so long."""
        stored = self._records.read(lambda db: idle_stations(db, now, idle_ms))
        held = [s for s, unsaved in list(self._unsaved.items()) if unsaved.touched < now - idle_ms]
        return [s for s in dict.fromkeys((*stored, *held)) if self.screen(s) != Attract() or self.visit(s)]

    def run(self, station: str, do: Callable[[Turn], T], *, publish: bool = True) -> T:
        """Raises BoxFullError, having changed nothing."""
        result, turn = self._records.write(lambda writing: self.turn(writing, station, do))
        self._unsaved.pop(station, None)
        self._over.pop(station, None)
        if publish:
            self.hub.publish(station, turn.screen)
        return result

    def run_or_show(self, station: str, do: Callable[[Turn], object], screen: Screen) -> Screen:
        """As `run`; on a full disk the station shows `screen` all the same. Returns what it shows."""
        try:
            self.run(station, do)
        except BoxFullError:
            self.hold(station, screen)
        return self.screen(station)

    def hold(self, station: str, screen: Screen) -> Screen:
        """Shows what could not be recorded, until a transaction succeeds again. Call it on BoxFullError."""
        log.exception("what was done at %s could not be recorded", station)
        if screen == Attract():
            self._leave(station)
        self._unsaved[station] = Unsaved(screen, self._records.now())
        self.hub.publish(station, screen)
        return screen

    def across(self, do: Callable[[Writing], Sequence[str]]) -> Sequence[str]:
        """A change of more than one station: `do` returns those that changed, the one that forgets first. Raises
        BoxFullError, having changed nothing."""
        stations = self._records.write(do)
        for station in stations:
            self._unsaved.pop(station, None)
            self._over.pop(station, None)
        for station in stations:
            self.hub.publish(station, self.screen(station))
        return stations

    def is_over(self, visit: Visit) -> bool:
        """Whether it ended, though its row is still there."""
        return self._over.get(visit.station) == visit.id

    def present(self, writing: Writing, station: str) -> Visit | None:
        """Who is at `station`."""
        visit = load_visit(writing.db, station)
        return None if visit and self.is_over(visit) else visit

    def turn(self, writing: Writing, station: str, do: Callable[[Turn], T]) -> tuple[T, Turn]:
        """`do` at one station, in a transaction that is open."""
        turn = Turn(writing, station, language=self._language)
        if turn.visit_id is not None and turn.visit_id == self._over.get(station):
            turn.end("done")
        result = do(turn)
        turn.finish()
        return result, turn

    def _leave(self, station: str) -> None:
        """The visit is over though its end could not be recorded: that its row goes may still succeed."""
        visit = self._records.read(lambda db: load_visit(db, station))
        if visit is None:
            return
        self._over[station] = visit.id
        with suppress(BoxFullError):
            self._records.write(lambda writing: delete_visit(writing.db, visit))
