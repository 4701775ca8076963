"""A visit goes from one screen to another, whole and once: by the code that the old screen shows, or by choosing the
new one from a list. The code is good only while its screen shows it: there is nothing to take back or to clear away."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hmac import compare_digest

from edge.domain.events import VisitEnded, VisitHandedOver, Way
from edge.domain.pickup import LETTERS
from edge.shop.errors import BoxFullError, NoPlaceError, NothingToHandOverError
from edge.shop.greetings import Greetings
from edge.shop.records import Records, Writing
from edge.shop.screens import Article, Attract, BasketScreen, Browse, HandOver, Queue, Screen, Send, TellMe, Whose
from edge.shop.settings import ShopSettings
from edge.shop.staffing import Staffing
from edge.shop.stations import Station
from edge.shop.turns import Turns
from edge.shop.visits import Visit, delete_visit, load_basket, load_visit, load_visits, move_visit

GOOD_MS = 90_000
"""Milliseconds for which a code is good."""
MARK, LENGTH = "TH-", 20
"""A code: what tells it from every other, and letters of five bits each, drawn at random."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Another screen; `free` where nobody would be disturbed."""

    station: Station
    free: bool


def is_code(text: str) -> bool:
    return text.startswith(MARK) and len(text) == len(MARK) + LENGTH


class Handing:
    """Thread-safe. Each act is one transaction: of two that want the same visit, one gets it."""

    def __init__(
        self,
        settings: ShopSettings,
        records: Records,
        turns: Turns,
        greetings: Greetings,
        staff: Staffing,
        *,
        left: Callable[[str], None],
    ) -> None:
        """`left(station)` is called when a visit went on elsewhere."""
        self._settings, self._records, self._turns = settings, records, turns
        self._greetings, self._staff, self._left = greetings, staff, left

    # ---- at the old screen -----------------------------------------------------------------------------------------

    def offer(self, station: str) -> None:
        """Shows a new code, and the other screens. Raises NothingToHandOverError where nobody is, and BoxFullError."""
        self._visit(station)
        code = MARK + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        screen = HandOver(code=code, ends=self._records.now() + GOOD_MS)
        self._turns.run(station, lambda turn: turn.show(screen, None))

    def places(self, station: str) -> Sequence[Place]:
        """The other screens, without those of staff where nobody is signed in."""
        return [
            Place(station=other, free=self._is_calm(other))
            for other in self._settings.stations.values()
            if other.id != station and (other.kind != "staff" or self._staff.at(other.id))
        ]

    def good(self, screen: HandOver) -> bool:
        return bool(screen.code) and self._records.now() < screen.ends

    def send(self, station: str, to: str) -> None:
        """Raises NothingToHandOverError, NoPlaceError (somebody is there, or nobody may see it), BoxFullError."""
        if not any(place.station.id == to and place.free for place in self.places(station)):
            raise NoPlaceError(f"{to!r} is no screen that is free")
        self._turns.across(lambda writing: self.bring(writing, self._there(writing, station), to, "list"))
        self._greetings.move(station, to, self._settings.stations[to].kind)
        self.left(station)

    def sweep(self) -> None:
        """Screens whose code is no longer good say so. Call it every few seconds."""
        for visit in self._records.read(load_visits):
            if isinstance(visit.screen, HandOver) and not self.good(visit.screen):
                self._turns.hub.publish(visit.station, visit.screen)

    # ---- at the new one --------------------------------------------------------------------------------------------

    def take(self, station: str, code: str) -> str:
        """`code` was held up at `station`. Returns the reason (of `Unknown`) why nothing came of it, "" if it did."""
        if self._settings.stations[station].kind == "staff" and self._staff.at(station) is None:
            return "sign-in-first"
        try:
            taken = self._turns.across(lambda writing: self._take(writing, station, code))
        except NoPlaceError:
            return "screen-in-use"
        except NothingToHandOverError:
            return "hand-over-done"
        except BoxFullError:
            return "storage-full"
        if (old := taken[0]) != station:
            self._greetings.move(old, station, self._settings.stations[station].kind)
            self.left(old)
        return ""

    def left(self, station: str) -> None:
        """Its visit went on elsewhere, and this is committed: what is said there of people, or waits for them, ends."""
        self._greetings.forget(station)
        self._left(station)

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _take(self, writing: Writing, station: str, code: str) -> Sequence[str]:
        shown = [visit for visit in load_visits(writing.db) if _shows(visit.screen, code, writing.at)]
        if not shown or self._turns.is_over(shown[0]):
            raise NothingToHandOverError("no screen shows this code any more")
        return self.bring(writing, shown[0], station, "code")

    def bring(self, writing: Writing, visit: Visit, to: str, via: Way) -> Sequence[str]:
        """In a transaction that is open. Returns the stations that have something else to show, the old one first;
        raises NoPlaceError where somebody's basket is open at `to`."""
        old = visit.station
        if old == to:
            return (to,)
        if there := load_visit(writing.db, to):
            if self._turns.present(writing, to) and load_basket(writing.db, there.basket_id).lines:
                raise NoPlaceError(f"somebody's basket is open at {to!r}")
            writing.append(VisitEnded(visit=there.id, station=to, reason="done"))
            delete_visit(writing.db, there)
        writing.append(VisitHandedOver(visit=visit.id, basket=visit.basket_id, station=old, to=to, via=via))
        has_lines = bool(load_basket(writing.db, visit.basket_id).lines)
        move_visit(writing.db, visit, to, _goes_on(visit.screen, has_lines), writing.at)
        return old, to

    def _there(self, writing: Writing, station: str) -> Visit:
        if (visit := self._turns.present(writing, station)) is None:
            raise NothingToHandOverError(f"nobody is at {station!r}")
        return visit

    def _visit(self, station: str) -> Visit:
        if (visit := self._turns.visit(station)) is None:
            raise NothingToHandOverError(f"nobody is at {station!r}")
        return visit

    def _is_calm(self, station: Station) -> bool:
        if station.kind == "staff":
            return isinstance(self._turns.screen(station.id), Attract | Queue)
        return self._turns.visit(station.id) is None


def _shows(screen: Screen, code: str, at: int) -> bool:
    return isinstance(screen, HandOver) and compare_digest(screen.code.encode(), code.encode()) and at < screen.ends


def _goes_on(screen: Screen, has_lines: bool) -> Screen:
    """Where the visit goes on: what was looked at, but nothing that belongs to the old screen alone."""
    if isinstance(screen, HandOver | Send | Whose):
        return BasketScreen() if has_lines else Browse()
    if isinstance(screen, Article | TellMe):  # an address may be half typed
        return Article(sku=screen.sku)
    return BasketScreen() if isinstance(screen, BasketScreen) else screen
