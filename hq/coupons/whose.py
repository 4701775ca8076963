"""The codes that are somebody's and still good."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select

from edge.domain.coupon import Terms
from hq.config import Config
from hq.coupons.codes import code_of
from hq.coupons.issuing import is_over
from hq.coupons.terms import all_terms
from hq.coupons.uses import is_used
from hq.keys import Keys
from hq.linking.person import profiles_of
from hq.store import tables

COUPON = tables.coupon.c


@dataclass(frozen=True, kw_only=True)
class Open:
    """`until` in milliseconds since 1970, 0 for no end; `basket` is what its message was about, None for none."""

    code: str
    until: int
    terms: Terms
    basket: str | None


def theirs_open(connection: Connection, keys: Keys, config: Config, profile: str, now: int) -> list[Open]:
    """Of the person of `profile`, those first that end first. Of a campaign that is declared no more there is none."""
    return _open(connection, keys, config, now, COUPON.profile.in_(profiles_of(profile)))


def still_open(connection: Connection, keys: Keys, config: Config, name: str, now: int) -> Open | None:
    """The code of that name, while it is good."""
    return next(iter(_open(connection, keys, config, now, COUPON.id == name)), None)


def _open(connection: Connection, keys: Keys, config: Config, now: int, which: ColumnElement[bool]) -> list[Open]:
    declared = all_terms(config)
    good = (COUPON.void.is_(False), ~is_used(COUPON.id), or_(COUPON.until == 0, COUPON.until > now))
    query = select(tables.coupon).where(which, *good)
    rows = connection.execute(query.order_by(COUPON.until == 0, COUPON.until, COUPON.id)).all()
    return [
        Open(code=code_of(keys, row.origin), until=row.until, terms=declared[row.campaign], basket=row.basket)
        for row in rows
        if row.campaign in declared and not is_over(declared[row.campaign].until, now)
    ]
