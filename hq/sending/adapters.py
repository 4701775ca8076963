"""What an adapter is to do, and what it is handed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from hq.config_marketing import Destination
from hq.exports.platforms import Platform
from hq.sending.posting import Line


@dataclass(frozen=True, kw_only=True, order=True)
class Key:
    """What a platform knows a person by."""

    value: str
    """SHA-256 in hex, normalised as the platform does."""
    kind: str
    """ "mail" or "phone"."""


@dataclass(frozen=True, kw_only=True)
class SoldLine:
    sku: str
    product_id: str
    name: str
    category: str
    quantity: int
    price: float
    """Of one piece, in major units of the currency."""


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order of somebody who agreed to marketing."""

    id: str
    """Derived from store and order: told again it is the same."""
    order_id: str
    store: str
    """ "web", or where it was bought."""
    at: int
    """Milliseconds since 1970."""
    currency: str
    value: float
    lines: tuple[SoldLine, ...]
    keys: tuple[Key, ...]
    person: str
    """A name of theirs for this platform alone, that leads to nobody."""


class Audience(Protocol):
    """A list of people at a platform. Both calls raise NotSent, and may be repeated: it is a set."""

    hashing: ClassVar[Platform]
    most: ClassVar[int]
    """Keys in one request."""

    def __init__(self, destination: Destination, line: Line) -> None: ...

    def add(self, keys: Sequence[Key]) -> None: ...

    def remove(self, keys: Sequence[Key]) -> None: ...


class Sales(Protocol):
    """A platform that counts sales, each id once."""

    hashing: ClassVar[Platform]
    most: ClassVar[int]
    """Sales in one request."""

    def __init__(self, destination: Destination, line: Line) -> None: ...

    @staticmethod
    def oldest(store: str, now: int) -> int:
        """From when on (ms) it takes sales of `store`."""

    def tell(self, sales: Sequence[Sale], now: int) -> int:
        """One request, of as many of the first as it holds: how many. Raises NotSent."""
