"""Codes are made and taken back: journalled first, so that a restored HQ knows the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from hq import decisions
from hq.clock import new_id
from hq.config_coupons import Coupon
from hq.coupons.codes import code_of, name_of, named
from hq.coupons.terms import terms_of
from hq.errors import InputError
from hq.service import Hq
from hq.store import tables

MOST_OPEN = 100_000
"""Codes that are out at a time: every box holds them all."""
AT_ONCE = 500
"""Codes of one entry of the journal."""
DAY = 86_400_000
COUPON, TOLD = tables.coupon.c, tables.offer_told.c


@dataclass(frozen=True, kw_only=True)
class Made:
    """`until` in milliseconds since 1970, 0 for no end."""

    code: str
    until: int


def issue(hq: Hq, campaign: str, count: int, *, profile: str = "") -> list[Made]:
    """So many new codes, to be printed; or to the person of `profile`. Raises InputError."""
    coupon = campaign_of(hq, campaign)
    if count < 1:
        raise InputError("Nothing is issued: name how many codes there are to be.")
    with hq.reading() as connection:
        out = open_codes(connection, hq.clock())
    if out + count > MOST_OPEN:
        raise InputError(
            f"{out} codes are out, and boxes hold {MOST_OPEN} at most: take back campaigns that are over "
            "(tote-hq coupon void --campaign NAME), or issue fewer."
        )
    made: list[Made] = []
    while len(made) < count:
        made += _issue(hq, coupon, f"issued {new_id()}", min(AT_ONCE, count - len(made)), profile)
    return made


def issue_once(hq: Hq, campaign: str, origin: str, *, profile: str, basket: str | None = None) -> Made | None:
    """The one code that is made of `origin`, however often it is asked for. None where no more can be issued, or the
    campaign is over."""
    with hq.reading() as connection:
        known = connection.execute(select(COUPON.until, COUPON.void).where(COUPON.origin == origin)).first()
        full = known is None and open_codes(connection, hq.clock()) >= MOST_OPEN
    if known:
        return None if known.void else Made(code=code_of(hq.keys, origin), until=known.until)
    coupon = next((one for one in hq.config.coupon if one.name == campaign), None)
    if coupon is None or full or is_over(terms_of(coupon, hq.config).until, hq.clock()):
        return None
    return _issue(hq, coupon, origin, 1, profile, basket)[0]


def void(hq: Hq, codes: Sequence[str]) -> None:
    """These are good nowhere any more. Raises InputError, having taken back none."""
    names = []
    for text in codes:
        name = named(hq.keys, text)
        with hq.reading() as connection:
            known = name and connection.scalar(select(COUPON.id).where(COUPON.id == name))
        if not known:
            raise InputError(f"{text!r} is no code of this HQ: look at it again.")
        names.append(known)
    _void(hq, names)


def void_campaign(hq: Hq, campaign: str) -> int:
    """All codes of a campaign, also of one that is declared no more. How many they were."""
    with hq.reading() as connection:
        query = select(COUPON.id).where(COUPON.campaign == campaign, COUPON.void.is_(False)).order_by(COUPON.id)
        names = list(connection.scalars(query))
    _void(hq, names)
    return len(names)


def campaign_of(hq: Hq, name: str) -> Coupon:
    """Raises InputError."""
    found = next((one for one in hq.config.coupon if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in hq.config.coupon) or "none"
        raise InputError(f"There is no campaign {name!r}; declared as [[coupon]] in hq.toml are: {known}.")
    return found


def open_codes(connection: Connection, now: int) -> int:
    """How many codes are out that boxes have to know."""
    alive = select(func.count()).select_from(tables.coupon)
    return connection.scalar(alive.where(COUPON.void.is_(False), or_(COUPON.until == 0, COUPON.until > now))) or 0


def is_over(until: int, now: int) -> bool:
    return bool(until) and now >= until


def _issue(hq: Hq, coupon: Coupon, origin: str, count: int, profile: str, basket: str | None = None) -> list[Made]:
    """Of a campaign that is over nothing is issued: InputError."""
    terms = terms_of(coupon, hq.config)
    if is_over(terms.until, hq.clock()):
        raise InputError(f"The campaign {coupon.name!r} is over: move its `until` in hq.toml, or issue of another.")
    own = max(hq.clock(), terms.starts) + round(coupon.days * DAY) if coupon.days else 0
    until = min((each for each in (own, terms.until) if each), default=0)
    origins = [origin] if count == 1 else [f"{origin} {n}" for n in range(count)]
    codes = [code_of(hq.keys, one) for one in origins]
    body: dict[str, Any] = {"campaign": coupon.name, "origin": origin, "until": until, "basket": basket}
    names = [name_of(hq.keys, code) for code in codes]
    decisions.carry_out(hq, hq.journal.append("coupons-issued", profile, names=names, **body))
    return [Made(code=code, until=until) for code in codes]


def _void(hq: Hq, names: Sequence[str]) -> None:
    decisions.carry_out(hq, *(hq.journal.append("coupon-voided", name) for name in names))
