"""What became of codes, for who looks after them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from edge.domain import coupon
from hq.coupons.codes import named
from hq.coupons.uses import USE, is_used
from hq.errors import InputError
from hq.keys import Keys
from hq.store import tables

COUPON = tables.coupon.c


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """`again` counts uses of codes that were used before, `declared` says whether hq.toml still has it."""

    campaign: str
    declared: bool
    issued: int = 0
    open: int = 0
    used: int = 0
    again: int = 0
    void: int = 0

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SeenUse:
    """`by`: "screen" or "order"."""

    store: str
    at: int
    by: str
    outcome: str
    released: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Times in milliseconds since 1970; `until` 0 for no end."""

    code: str
    campaign: str
    issued: int
    until: int
    void: bool
    uses: tuple[SeenUse, ...]

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def campaigns(connection: Connection, declared: Sequence[str], *, now: int) -> list[Campaign]:
    """Those that are declared, and those that any code is of."""
    used = is_used(COUPON.id)
    alive = and_(COUPON.void.is_(False), ~used, or_(COUPON.until == 0, COUPON.until > now))

    def count(where: Any) -> Any:
        return func.count().filter(where)

    query = select(
        COUPON.campaign,
        func.count().label("issued"),
        count(alive).label("open"),
        count(used).label("used"),
        count(COUPON.void).label("void"),
    )
    rows = {row.campaign: row._mapping for row in connection.execute(query.group_by(COUPON.campaign))}
    twice = select(COUPON.campaign, func.count().label("n")).join_from(
        tables.coupon_use, tables.coupon, USE.coupon == COUPON.id
    )
    of_campaign = twice.where(USE.outcome == "again").group_by(COUPON.campaign)
    again = {row.campaign: row.n for row in connection.execute(of_campaign)}
    names = dict.fromkeys((*declared, *sorted(rows)))
    return [
        Campaign(**({"campaign": name} | dict(rows.get(name, {}))), declared=name in declared, again=again.get(name, 0))
        for name in names
    ]


def look(connection: Connection, keys: Keys, text: str) -> Seen:
    """Raises InputError for what is no code of this HQ."""
    name = named(keys, text)
    row = connection.execute(select(tables.coupon).where(COUPON.id == (name or ""))).first()
    if row is None:
        raise InputError(f"{text!r} is no code of this HQ: look at it again.")
    uses = connection.execute(select(tables.coupon_use).where(USE.coupon == row.id).order_by(USE.at, USE.id))
    return Seen(
        code=coupon.spelled(coupon.read(text) or ""),
        campaign=row.campaign,
        issued=row.issued,
        until=row.until,
        void=row.void,
        uses=tuple(
            SeenUse(
                store=use.store,
                at=use.at,
                by="order" if use.by_order else "screen",
                outcome=use.outcome,
                released=use.released,
            )
            for use in uses
        ),
    )
