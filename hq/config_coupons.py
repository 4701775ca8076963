"""Settings about single-use codes, points and friends: `[[coupon]]`, `[[points]]`, `[friends]`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Coupon:
    """A campaign whose single-use codes take something off (docs/coupons.md)."""

    name: str
    """1 to 32 of a-z, 0-9 and "-"."""
    percent: int = 0
    """What it takes off, in per cent of what it is good for."""
    amount: str = ""
    """Or how much, such as "10.00 EUR": of `percent` and `amount` one."""
    minimum: str = ""
    """What the basket must come to, such as "50.00 EUR"; "" is any."""
    starts: str = ""
    """The first day, such as "2026-11-27", by shop.timezone; "" is now."""
    until: str = ""
    """The last day; "" is no end."""
    days: float = 0
    """For how many days a code is good from when it is issued; 0 for as long as the campaign."""
    articles: tuple[str, ...] = ()
    """SKUs and ids of products that it is good for; [] with no `categories` is all."""
    categories: tuple[str, ...] = ()
    """Paths from the root, such as "Shoes > Boots", that it is good for, with all below them."""
    stores: tuple[str, ...] = ()
    """Ids of the stores where it is good; [] is all."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """What a purchase earns, from a day on."""

    every: str
    """A piece earns one point for each whole one of these in its price, such as "1.00 EUR"."""
    since: str = "1970-01-01"
    """The day from which it counts, by shop.timezone: a later table does not change what was earned before it."""


@dataclass(frozen=True, kw_only=True)
class Friends:
    """Whoever brings a friend (docs/coupons.md)."""

    coupon: str = ""
    """The name of the campaign of which both get a code after the friend's first purchase; "" is off."""
    wait_days: int = 14
    """How long the friend must have kept something, at least as long as it may be sent back. Half as long again at
    most, by chance, so that who brought them does not learn when it was."""
