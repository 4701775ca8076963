"""`[[points]]` of the settings: how much earns a point, from which day on."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hq.config import Config
from hq.coupons.terms import money_of, start_of
from hq.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A point for each whole `every` (minor units of `currency`) in a piece's price, from `since` (ms since 1970)."""

    every: int
    currency: str
    since: int


def rates_of(config: Config) -> tuple[Rate, ...]:
    """The latest first. Raises ConfigError."""
    zone = ZoneInfo(config.shop.timezone)
    found = []
    for one in config.points:
        every = money_of(one.every, "points.every")
        if every is None:
            raise ConfigError('points.every must be an amount with its currency, such as "1.00 EUR".')
        since = start_of(one.since, zone, "points.since")
        found.append(Rate(every=every.amount, currency=every.currency, since=since))
    if len({(rate.currency, rate.since) for rate in found}) < len(found):
        raise ConfigError("points.since: two tables of one currency begin on the same day.")
    return tuple(sorted(found, key=lambda rate: -rate.since))


def points(rates: tuple[Rate, ...], price: int, currency: str, at: int) -> int:
    """Of one piece."""
    rate = next((one for one in rates if one.currency == currency and one.since <= at), None)
    return price // rate.every if rate else 0
