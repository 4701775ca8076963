"""Who holds up a loyalty card, as far as HQ lets this screen know. Nothing of it is written down anywhere.

The card's number goes to HQ and is forgotten; what comes back is held in memory for the visit that asked, no longer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import msgspec

from edge.shop.errands import Errands
from edge.shop.live import Ask


class UsualSize(msgspec.Struct, frozen=True):
    """The size somebody usually takes of a category (a path from the root, joined by " > ")."""

    category: str
    size: str


@dataclass(frozen=True, kw_only=True)
class Greeting:
    """ "looking" until HQ answers or is given up; "unknown" is also who never agreed to be remembered."""

    state: Literal["looking", "known", "unknown", "unreached"]
    language: str = ""
    sizes: tuple[UsualSize, ...] = ()


class _Told(msgspec.Struct, frozen=True):
    known: bool
    language: str = ""
    sizes: tuple[UsualSize, ...] = ()


UNREACHED = Greeting(state="unreached")


class Greetings:
    """By station. Thread-safe."""

    def __init__(self, ask: Ask, line_up: Callable[[], bool], errands: Errands) -> None:
        self._ask, self._line_up, self._errands, self._lock = ask, line_up, errands, Lock()
        self._held: dict[str, tuple[str, Greeting]] = {}

    def of(self, station: str, visit: str) -> Greeting:
        """What `visit` is to be shown; one for which nobody is asked is not to be waited for."""
        whose, greeting = self._held.get(station, ("", UNREACHED))
        return greeting if whose == visit else UNREACHED

    def expect(self, station: str, visit: str) -> None:
        """Before the screen is painted: it says that it looks, or at once that it can't."""
        with self._lock:
            self._held[station] = (visit, Greeting(state="looking") if self._line_up() else UNREACHED)

    def look_up(self, station: str, visit: str, question: dict[str, str], greet: Callable[[Greeting], None]) -> None:
        """`question` names screen and card (or tag). Returns at once; `greet` is called on another thread, unless the
        visit was over by then."""
        if self.of(station, visit).state == "looking":
            self._errands.run(f"greeting-{station}", lambda: self._look_up(station, visit, question, greet))

    def forget(self, station: str) -> None:
        with self._lock:
            self._held.pop(station, None)

    def _look_up(self, station: str, visit: str, question: dict[str, str], greet: Callable[[Greeting], None]) -> None:
        greeting = UNREACHED
        try:
            greeting = greeting_of(self._ask("profile", question))
        finally:  # whatever went wrong, nobody is left waiting
            if self._answered(station, visit, greeting):
                greet(greeting)

    def _answered(self, station: str, visit: str, greeting: Greeting) -> bool:
        """Whether the visit that asked still goes on."""
        with self._lock:
            goes_on = self._held.get(station, ("", None))[0] == visit
            if goes_on:
                self._held[station] = (visit, greeting)
            return goes_on


def greeting_of(told: dict[str, Any] | None) -> Greeting:
    """What an answer means; one that can't be understood is none."""
    try:
        answer = None if told is None else msgspec.convert(told, _Told)
    except msgspec.ValidationError:
        answer = None
    if answer is None:
        return UNREACHED
    state: Literal["known", "unknown"] = "known" if answer.known else "unknown"
    return Greeting(state=state, language=answer.language, sizes=answer.sizes)
