"""Who holds up a loyalty card, as far as HQ lets this screen know.

The card's number goes to HQ and is forgotten; what comes back is held in memory for the visit that asked, and
remembered sealed (`edge.shop.remembered`) for the times when HQ can't be asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from edge.shop.errands import Errands
from edge.shop.greeting import UNREACHED, Greeting, Kind, greeting_of
from edge.shop.holders import Holder
from edge.shop.live import Ask
from edge.shop.remembered import Remembered


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who is asked about: `question` names the kind of screen, and the card or tag."""

    holder: Holder
    kind: Kind
    question: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class _Held:
    visit: str
    greeting: Greeting
    holder: Holder
    kind: Kind


class Greetings:
    """By station. Thread-safe."""

    def __init__(self, ask: Ask, line_up: Callable[[], bool], errands: Errands, remembered: Remembered) -> None:
        self._ask, self._line_up, self._errands, self._remembered = ask, line_up, errands, remembered
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def of(self, station: str, visit: str) -> Greeting:
        """What `visit` is to be shown; one for which nobody is asked is not to be waited for."""
        held = self._held.get(station)
        return held.greeting if held and held.visit == visit else UNREACHED

    def first(self, caller: Caller) -> Greeting:
        """Before HQ answers, or where it can't be asked: the screen says that it looks, or what is remembered."""
        return Greeting(state="looking") if self._line_up() else self._recall(caller)

    def expect(self, station: str, visit: str, greeting: Greeting, caller: Caller) -> None:
        """Before the screen is painted: `greeting` is what it says at `first`."""
        with self._lock:
            self._held[station] = _Held(visit=visit, greeting=greeting, holder=caller.holder, kind=caller.kind)

    def look_up(self, station: str, visit: str, caller: Caller, greet: Callable[[Greeting], None]) -> None:
        """Returns at once; `greet` is called on another thread, unless the visit was over by then."""
        if self.of(station, visit).state == "looking":
            self._errands.run(f"greeting-{station}", lambda: self._look_up(station, visit, caller, greet))

    def forget(self, station: str) -> None:
        with self._lock:
            self._held.pop(station, None)

    def move(self, station: str, to: str, kind: Kind) -> None:
        """The visit went on at `to`, a screen of that kind."""
        with self._lock:
            if station != to and (held := self._held.pop(station, None)):
                self._held[to] = replace(held, greeting=held.greeting.on(kind), kind=kind)

    def pass_on(self, station: str, visit: str) -> None:
        """Whoever is greeted at `station` begins another visit."""
        with self._lock:
            if held := self._held.get(station):
                self._held[station] = replace(held, visit=visit)

    def took_over(self, station: str, visit: str) -> None:
        """The basket that waited is in this visit's now: nobody is offered it again."""
        with self._lock:
            held = self._held.get(station)
            if held is None or held.visit != visit:
                return
            held = self._held[station] = replace(held, greeting=replace(held.greeting, basket=()))
        self._remembered.keep(held.holder, held.kind, held.greeting)

    def _look_up(self, station: str, visit: str, caller: Caller, greet: Callable[[Greeting], None]) -> None:
        greeting = UNREACHED
        try:
            greeting = self._settled(caller, greeting_of(self._ask("profile", caller.question)))
        finally:  # whatever went wrong, nobody is left waiting
            if self._answered(station, visit, greeting):
                greet(greeting)

    def _settled(self, caller: Caller, told: Greeting) -> Greeting:
        if told.state == "unreached":
            return self._recall(caller)
        if told.state == "known":
            self._remembered.keep(caller.holder, caller.kind, told)
        else:
            self._remembered.forget(caller.holder)
        return told

    def _recall(self, caller: Caller) -> Greeting:
        return self._remembered.recall(caller.holder, caller.kind) or UNREACHED

    def _answered(self, station: str, visit: str, greeting: Greeting) -> bool:
        """Whether the visit that asked still goes on."""
        with self._lock:
            held = self._held.get(station)
            goes_on = held is not None and held.visit == visit
            if held and goes_on:
                self._held[station] = replace(held, greeting=greeting)
            return goes_on
