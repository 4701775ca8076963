"""What HQ tells a store to do. Each is carried out once, in order, and answered by events in the box's log.

Each is about one basket, reservation or the like, and says all that is to be known of it: of two of one kind about the
same the later one counts, so HQ keeps no other. A field added later needs a default.
"""

from dataclasses import dataclass

from edge.domain.basket import Line
from edge.domain.coupon import Word
from edge.domain.reservation import State


@dataclass(frozen=True, kw_only=True)
class GatherBasket:
    """Put these lines aside for whoever comes with the pick-up code of `basket`. `source` is the store that asks for
    it, or WEB; after `until` (ms since 1970, 0: no end) nobody comes for it any more."""

    basket: str
    source: str
    lines: tuple[Line, ...]
    until: int = 0
    number: str = ""
    """Of the web shop's order, by which its buyer asks for it."""


@dataclass(frozen=True, kw_only=True)
class ChangeBasket:
    """The shopper has chosen on their phone what they want of `basket`, one of this store's own: all of `lines`, and
    nothing else any more."""

    basket: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class LetBasketGo:
    """Nobody wants it any more: out of the queue, what lies aside goes back."""

    basket: str


@dataclass(frozen=True, kw_only=True)
class LearnOfReservation:
    """How it stands with a reservation that this store made elsewhere."""

    reservation: str
    state: State


@dataclass(frozen=True, kw_only=True)
class LearnOfCoupon:
    """HQ's word on the use of a code that this store's event `use` told of. Where there was another use, it was at
    `store` (or WEB) at `at`, ms since 1970."""

    use: str
    word: Word
    store: str = ""
    at: int = 0


@dataclass(frozen=True, kw_only=True)
class EraseBlobs:
    """Somebody was erased: delete the sealed addresses that lie beside these events. The events themselves stay."""

    events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RestartBrowser:
    """Somebody at HQ asked for it, as with all that bear an `action`: `ActionEnded` says how it went. The page of
    `station`, of every one where that is "", is loaded anew; so is the browser that the box itself runs."""

    action: str
    station: str = ""


@dataclass(frozen=True, kw_only=True)
class FetchAgain:
    """Fetch the catalogue that is in use once more, whole."""

    action: str


@dataclass(frozen=True, kw_only=True)
class SendBundle:
    """Send HQ what `tote doctor --bundle` writes."""

    action: str


@dataclass(frozen=True, kw_only=True)
class RotateKeys:
    """Make another key for the line, and get a certificate for it."""

    action: str


@dataclass(frozen=True, kw_only=True)
class LockStation:
    """Nobody is `station` any more, nor becomes it, until it is let in again (`locked` false) and paired anew."""

    action: str
    station: str
    locked: bool


Directive = (
    GatherBasket
    | ChangeBasket
    | LetBasketGo
    | LearnOfReservation
    | LearnOfCoupon
    | EraseBlobs
    | RestartBrowser
    | FetchAgain
    | SendBundle
    | RotateKeys
    | LockStation
)

KINDS: dict[str, type[Directive]] = {kind.__name__: kind for kind in Directive.__args__}
"""Every kind by the name it travels under."""
