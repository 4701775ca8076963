"""A loyalty card or wristband is held up: it brings its own visit from another screen, or begins one, or joins the one
here. Two people's baskets never become one by themselves: where it is not clear whose the one here is, the screen asks.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from edge.catalogue import Shelf
from edge.domain.events import VisitEnded
from edge.shop import coupon_uses
from edge.shop.errors import BoxFullError, NotNowError
from edge.shop.greeting import Greeting
from edge.shop.greetings import Caller, Greetings
from edge.shop.handing import Handing
from edge.shop.holders import holder
from edge.shop.homeward import Homeward
from edge.shop.reading import Reading
from edge.shop.records import Records, Writing
from edge.shop.screens import Article, BasketScreen, Screen, Welcome, Whose
from edge.shop.settings import ShopSettings
from edge.shop.turn import Found
from edge.shop.turns import Turns
from edge.shop.visits import Visit, delete_visit, load_basket, load_visit, load_visits
from edge.store import advance


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """Who held up a card while somebody else's basket was open, until the screen is answered."""

    visit: str
    caller: Caller


class Recognising:
    """Thread-safe. `changed(station)` is called when a station has something else to show than its row says."""

    def __init__(
        self,
        settings: ShopSettings,
        records: Records,
        shelf: Shelf,
        turns: Turns,
        greetings: Greetings,
        handing: Handing,
        homeward: Homeward,
        *,
        changed: Callable[[str], None],
    ) -> None:
        self._settings, self._records, self._shelf, self._turns = settings, records, shelf, turns
        self._greetings, self._handing, self._changed = greetings, handing, changed
        self._homeward = homeward
        self._waiting: dict[str, _Waiting] = {}

    # ---- a card ----------------------------------------------------------------------------------------------------

    def held_up(self, station: str, reading: Reading) -> Screen:
        """`reading` is of a person's card or tag. A disk that is full still greets, and moves nothing."""
        caller, before = self._caller(station, reading), self._turns.screen(station)
        first = self._greetings.first(caller)
        try:
            changed = self._turns.across(lambda writing: self._take_in(writing, station, reading, caller, first))
        except BoxFullError:
            back = before.sku if isinstance(before, Article) else ""
            return self._turns.hold(station, reading.screen("scan-not-recorded", back))
        for old in changed[:-1]:
            self._handing.left(old)
        visit = self._turns.visit(station)
        if visit and isinstance(visit.screen, Whose):
            self._waiting[station] = _Waiting(visit=visit.id, caller=caller)
        elif visit:
            self._look_up(station, visit.id, caller)
        return self._turns.screen(station)

    # ---- what the shopper answers ----------------------------------------------------------------------------------

    def stay(self, station: str) -> None:
        """The basket here is mine: it goes on, and nothing of the card that was held up is kept."""
        self._waiting.pop(station, None)
        self._turns.run(station, lambda turn: turn.show(BasketScreen(), None))

    def own(self, station: str) -> None:
        """The basket here is not mine: its visit ends, and my own begins, or comes from where it is. Raises NotNowError
        where nobody held up a card."""
        waiting, asked = self._waiting.pop(station, None), self._turns.visit(station)
        caller = waiting.caller if waiting and asked and waiting.visit == asked.id else None
        first = self._greetings.first(caller) if caller else None
        for old in self._turns.across(lambda writing: self._begin(writing, station, caller, first))[:-1]:
            self._handing.left(old)
        if caller and (visit := self._turns.visit(station)):
            self._look_up(station, visit.id, caller)

    def take_over(self, station: str) -> None:
        """The basket that waits from another visit comes into this one: of an article that is in both, as many as the
        larger number says. Raises NotNowError where none waits, and BoxFullError."""
        visit = self._turns.visit(station)
        waits = self._greetings.of(station, visit.id).basket if visit else ()
        if visit is None or not waits:
            raise NotNowError("no basket waits for whoever is here")
        catalogue = self._shelf.current()
        found = [
            Found(
                item=catalogue.item(line.sku, visit.language),
                quantity=line.quantity,
                fulfilment=line.fulfilment,
                store=self._homeward.collected_at(line.sku) if line.fulfilment == "collect" else "",
            )
            for line in waits
            if catalogue.by_sku(line.sku)
        ]
        self._turns.run(station, lambda turn: turn.take_over(found))
        self._greetings.took_over(station, visit.id)
        self._changed(station)

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _caller(self, station: str, reading: Reading) -> Caller:
        who = {"card": reading.card} if reading.card else {"tag": reading.tag}
        kind = self._settings.stations[station].kind
        return Caller(holder=holder(self._settings.card_secret, **who), kind=kind, question={"screen": kind, **who})

    def _take_in(
        self, writing: Writing, station: str, reading: Reading, caller: Caller, first: Greeting
    ) -> Sequence[str]:
        """Returns the stations that have something else to show."""
        if reading.sun and not advance(writing.db, reading.sun.uid, reading.sun.counter, reading.delivery):
            self._turns.turn(writing, station, lambda turn: turn.scanned(reading))  # a copy moves nobody's visit
            return (station,)
        name = "" if caller.kind == "staff" else caller.holder.name
        here, there = self._turns.present(writing, station), self._elsewhere(writing, name, station)
        if here and name and self._is_anothers(writing, here, there, name):
            self._turns.turn(writing, station, lambda turn: turn.ask_whose(reading, name))
            return (station,)
        if there:
            stations = self._handing.bring(writing, there, station, "tag")
        else:
            stations = (station,)
            if here and name and here.holder not in ("", name):
                _end(writing, here)
            self._turns.turn(writing, station, lambda turn: turn.recognise(reading, name))
        self._expect(writing, station, caller, first)
        return stations

    def _begin(self, writing: Writing, station: str, caller: Caller | None, first: Greeting | None) -> Sequence[str]:
        here = self._turns.present(writing, station)
        name = "" if here is None else here.screen.holder if isinstance(here.screen, Whose) else here.holder
        if here is None or not name:
            raise NotNowError("nobody held up a card here")
        _end(writing, here)
        if there := self._elsewhere(writing, name, station):
            stations = self._handing.bring(writing, there, station, "tag")
        else:
            stations = (station,)
            self._turns.turn(writing, station, lambda turn: turn.begin(Welcome(), name))
        if caller and first:
            self._expect(writing, station, caller, first)
        elif visit := load_visit(writing.db, station):
            self._greetings.pass_on(station, visit.id)
        return stations

    def _expect(self, writing: Writing, station: str, caller: Caller, first: Greeting) -> None:
        if visit := load_visit(writing.db, station):
            self._greetings.expect(station, visit.id, first, caller)

    def _elsewhere(self, writing: Writing, name: str, station: str) -> Visit | None:
        """The visit of the same card at another screen."""
        others = (visit for visit in load_visits(writing.db) if visit.station != station)
        return next((v for v in others if name and v.holder == name and not self._turns.is_over(v)), None)

    def _is_anothers(self, writing: Writing, here: Visit, there: Visit | None, name: str) -> bool:
        """Whether the basket here may be somebody else's: of another card, or of none while one's own is elsewhere."""
        if not load_basket(writing.db, here.basket_id).lines or here.holder == name:
            return False
        return bool(here.holder) or there is not None

    def _look_up(self, station: str, visit: str, caller: Caller) -> None:
        self._greetings.look_up(station, visit, caller, lambda met: self._greet(station, visit, met))

    def _greet(self, station: str, visit: str, met: Greeting) -> None:
        if met.language in self._settings.languages and isinstance(self._turns.screen(station), Welcome):
            with suppress(BoxFullError):  # greeted all the same, in the language that is spoken
                self._turns.run(station, lambda turn: turn.greet(visit, met.language), publish=False)
        self._changed(station)


def _end(writing: Writing, visit: Visit) -> None:
    coupon_uses.leave(writing, visit.basket_id, visit.station)
    writing.append(VisitEnded(visit=visit.id, station=visit.station, reason="done"))
    delete_visit(writing.db, visit)
