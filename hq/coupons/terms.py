"""`[[coupon]]` of the settings -> the terms that boxes are told."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from edge.domain.coupon import Terms
from edge.domain.money import Money
from hq.config import Config
from hq.config_coupons import Coupon
from hq.errors import ConfigError
from hq.importers.cells import BadCell, money

NAME = re.compile(r"[a-z0-9-]{1,32}")
LONGEST_DAYS = 3_660


def check_coupons(config: Config) -> None:
    """Raises ConfigError for a campaign that makes no sense."""
    names = [coupon.name for coupon in config.coupon]
    if again := next((name for name in names if names.count(name) > 1), ""):
        raise ConfigError(f"coupon.name: {again!r} is taken. Give each campaign a name of its own.")
    if config.friends.coupon and config.friends.coupon not in names:
        raise ConfigError(f"friends.coupon: there is no [[coupon]] with the name {config.friends.coupon!r}.")
    if not 0 <= config.friends.wait_days <= 365:
        raise ConfigError(f"friends.wait_days must lie between 0 and 365, not {config.friends.wait_days}.")
    for coupon in config.coupon:
        if not NAME.fullmatch(coupon.name):
            raise ConfigError(f"coupon.name must be 1 to 32 of a-z, 0-9 and -, not {coupon.name!r}.")
        if not 0 <= coupon.percent <= 100:
            raise ConfigError(f"coupon.percent must lie between 1 and 100, not {coupon.percent}.")
        if bool(coupon.percent) == bool(coupon.amount):
            raise ConfigError(f"coupon.percent: {coupon.name!r} needs percent or amount, and not both.")
        if not 0 <= coupon.days <= LONGEST_DAYS:
            raise ConfigError(f"coupon.days must lie between 0 and {LONGEST_DAYS}, not {coupon.days:g}.")
        terms_of(coupon, config)


def terms_of(coupon: Coupon, config: Config) -> Terms:
    """Raises ConfigError."""
    off, least = money_of(coupon.amount, "coupon.amount"), money_of(coupon.minimum, "coupon.minimum")
    if off and least and off.currency != least.currency:
        raise ConfigError("coupon.minimum must be of the same currency as coupon.amount.")
    zone = ZoneInfo(config.shop.timezone)
    starts, until = start_of(coupon.starts, zone, "coupon.starts"), _end(coupon.until, zone)
    if until and until <= starts:
        raise ConfigError("coupon.until must not lie before coupon.starts.")
    named = off or least
    return Terms(
        campaign=coupon.name,
        percent=coupon.percent,
        amount=off.amount if off else 0,
        currency=named.currency if named else "",
        minimum=least.amount if least else 0,
        starts=starts,
        until=until,
        articles=coupon.articles,
        categories=coupon.categories,
        stores=coupon.stores,
    )


def all_terms(config: Config) -> dict[str, Terms]:
    """By the campaign's name."""
    return {coupon.name: terms_of(coupon, config) for coupon in config.coupon}


def money_of(text: str, key: str) -> Money | None:
    """None of "". Raises ConfigError for what is no amount with its currency."""
    if not text:
        return None
    try:
        found = money(text, "", key)
    except BadCell as bad:
        raise ConfigError(f'{key} must be an amount with its currency, such as "10.00 EUR", not {text!r}.') from bad
    if not found.amount:
        raise ConfigError(f"{key} must be more than nothing.")
    return found


def start_of(text: str, zone: ZoneInfo, key: str) -> int:
    """The first moment of that day in milliseconds since 1970; 0 of "". Raises ConfigError."""
    return _moment(_day(text, key), zone) if text else 0


def _end(text: str, zone: ZoneInfo) -> int:
    """The first moment after that day."""
    return _moment(_day(text, "coupon.until") + timedelta(days=1), zone) if text else 0


def _day(text: str, key: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f'{key} must be a day such as "2026-11-27", not {text!r}.') from error


def _moment(day: date, zone: ZoneInfo) -> int:
    return max(0, int(datetime.combine(day, time(), zone).timestamp() * 1000))
