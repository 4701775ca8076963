"""Playing a scanner: the keys that one of each country would press for a code, read by the layout that is configured.

What arrives is compared with that: the scanner is set like the one that gives the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from edge.cli.selftest.answers import Answer
from edge.cli.selftest.codes import CODES
from hardware.keyboards import LAYOUTS, keys, strokes
from hardware.keyboards.wedge import Wedge


@dataclass(frozen=True)
class Player:
    """A way a scanner may be set: its country, upper and lower case swapped, AIM identifiers sent."""

    country: str
    inverted: bool
    aim: bool


def likeliest(heard: Sequence[Answer], layout: str, inverted: bool) -> Player:
    """The way that explains most answers; the configured one where several do."""
    ways = [
        Player(country, swapped, aim)
        for country in sorted(LAYOUTS, key=lambda name: name != layout)
        for swapped in (inverted, not inverted)
        for aim in (False, True)
    ]
    return max(ways, key=lambda way: sum(explains(way, answer, layout, inverted) for answer in heard))


def explains(way: Player, answer: Answer, layout: str, inverted: bool) -> bool:
    return any(
        answer.arrived[0] == played(way, f"{answer.code.aim if way.aim else ''}{data}", layout, inverted)
        for data in (answer.code.data, *answer.code.also)
    )


@cache
def played(way: Player, text: str, layout: str, inverted: bool = False) -> str | None:
    """What arrives of `text` from a scanner set like `way` at a reader of that layout; None where it can't type it."""
    pressed = strokes(LAYOUTS[way.country], text.swapcase() if way.inverted else text)
    if pressed is None:
        return None
    wedge, octets = Wedge(LAYOUTS[layout], inverted=inverted), b""
    for stroke in pressed:
        for key, value in (*((key, 1) for key in stroke.held), (stroke.key, 1), *((key, 0) for key in stroke.held)):
            octets += wedge.key(key, value)
    return (octets + wedge.key(keys.ENTER, 1)).decode().removesuffix("\r")


def mangled(layout: str | None) -> set[str | None]:
    """What may become of the AIM identifiers of the sheet where scanner and reader differ."""
    if layout is None:
        return set()
    ways = [Player(country, inverted, True) for country in LAYOUTS for inverted in (False, True)]
    return {played(way, code.aim, layout) for way in ways for code in CODES}
