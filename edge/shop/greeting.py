"""What a screen may say to somebody it recognised, as HQ told it: no name, and only what such a screen may show."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import msgspec

from edge.domain.basket import MOST_OF_ONE, Fulfilment

MOST_OFFERS, MOST_LINES, MOST_SIZES = 5, 40, 5
Kind = Literal["wall", "tablet", "staff"]


class UsualSize(msgspec.Struct, frozen=True):
    """The size somebody usually takes of a category (a path from the root, joined by " > ")."""

    category: str
    size: str


class Offer(msgspec.Struct, frozen=True):
    """`text` by language; good until `until`, in ms since 1970, 0 for no end."""

    text: dict[str, str]
    until: int = 0


class Waiting(msgspec.Struct, frozen=True):
    """A line of the basket that somebody left open on another visit."""

    sku: str
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_OF_ONE)]
    fulfilment: Fulfilment


State = Literal["looking", "known", "unknown", "unreached"]


@dataclass(frozen=True, kw_only=True)
class Greeting:
    """ "looking" until HQ answers or is given up; "unknown" is also who never agreed to be remembered."""

    state: State
    language: str = ""
    initial: str = ""
    sizes: tuple[UsualSize, ...] = ()
    points: int | None = None
    offers: tuple[Offer, ...] = ()
    basket: tuple[Waiting, ...] = ()
    told: int = 0
    """When HQ said so, in ms since 1970; 0: now."""

    def on(self, kind: Kind) -> "Greeting":
        """What that kind of screen may show of it: a wall is read by whoever passes."""
        if kind == "tablet":
            return self
        basket = self.basket if kind == "wall" else ()
        initial = self.initial if kind == "wall" else ""
        return Greeting(state=self.state, language=self.language, initial=initial, basket=basket, told=self.told)

    def as_told_at(self, at: int) -> "Greeting":
        return replace(self, told=at)

    def valid(self, now: int) -> "list[Offer]":
        return [offer for offer in self.offers if not offer.until or now < offer.until]


UNREACHED = Greeting(state="unreached")


class _Told(msgspec.Struct, frozen=True):
    known: bool
    language: str = ""
    initial: str = ""
    sizes: tuple[UsualSize, ...] = ()
    points: int | None = None
    offers: tuple[Offer, ...] = ()
    basket: tuple[Waiting, ...] = ()


def greeting_of(told: dict[str, Any] | None) -> Greeting:
    """What an answer means; one that can't be understood is none."""
    try:
        answer = None if told is None else msgspec.convert(told, _Told)
    except msgspec.ValidationError:
        answer = None
    if answer is None:
        return UNREACHED
    if not answer.known:
        return Greeting(state="unknown")
    return Greeting(
        state="known",
        language=answer.language,
        initial=answer.initial[:1].upper(),
        sizes=answer.sizes[:MOST_SIZES],
        points=answer.points,
        offers=answer.offers[:MOST_OFFERS],
        basket=answer.basket[:MOST_LINES],
    )
