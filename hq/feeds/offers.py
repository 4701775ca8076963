"""The feed `offers`: which codes are good, and what each campaign's are good for. Of a code boxes get its name, a slow
hash, its last moment and whether it is used: no code, and nobody's.

Whatever changes a code enters it into `offer_pending`; a version of the feed tells what lies there. What is over falls
out of it after a while, at HQ and on the boxes by themselves, so it grows no larger than the codes that are out.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from edge.catalogue import Version
from edge.domain.coupon import FEED, Issued, State, Terms, Told
from hq.coupons.uses import is_used
from hq.feeds.told import TellingFeed
from hq.store.many import among
from hq.store.tables import coupon, offer_pending, offer_told
from sync.codec import FeedDelta, FeedHead, pack_encoded

PART = 5_000
"""Codes of one version: a box takes them in while shoppers wait."""
MOST = 2 * PART
"""Rows of one message."""
KEPT = 30 * 86_400_000
"""Milliseconds for which boxes know that a code is over, and can say so."""
CODE, CAMPAIGN = "c/", "t/"
"""What the ids of `offer_told` begin with."""
OFFERS = TellingFeed(name=FEED, table=offer_told, pack=lambda rows: pack_encoded(row.doc.encode() for row in rows))
_T = offer_told.c


def is_pending(connection: Connection, terms: Mapping[str, Terms], *, now: int) -> bool:
    waits = connection.scalar(select(offer_pending.c.id).limit(1)) is not None
    over = select(_T.id).where(*_over(now)).limit(1)
    return waits or bool(_campaigns(connection, terms)) or connection.scalar(over) is not None


def publish_offers(
    connection: Connection, signing_key: bytes, terms: Mapping[str, Terms], *, now: int
) -> FeedHead | None:
    """Versions with all that changed, the newest head of them; None where nothing did. `connection` is in no
    transaction."""
    head = None
    while part := _publish_part(connection, signing_key, terms, now):
        head = part
    return head


def delta_since(connection: Connection, signing_key: bytes, version: Version) -> tuple[FeedDelta, bytes]:
    """The next part of what a box at `version` lacks, signed, and its octets: it asks again from where that ends."""
    newest, after = OFFERS.newest(connection), OFFERS.known_since(connection, version)
    query = select(_T.id, _T.n, _T.doc).where(_T.n > after).order_by(_T.n, _T.id)
    rows = connection.execute(query.limit(MOST + 1)).all()
    until = newest
    if len(rows) > MOST:  # whole versions only: none tells more than PART, and the terms of the campaigns
        until = Version(newest.epoch, rows[-1].n - 1)
        rows = [row for row in rows if row.n <= until.n]
    packed = OFFERS.pack(rows)
    return OFFERS.signed(signing_key, version, until, packed), packed


def _publish_part(connection: Connection, signing_key: bytes, terms: Mapping[str, Terms], now: int) -> FeedHead | None:
    with connection.begin():
        connection.execute(delete(offer_told).where(*_over(now)))
        ids = list(connection.scalars(select(offer_pending.c.id).limit(PART)))
        changed = _campaigns(connection, terms) | _codes(connection, ids, now)
        connection.execute(delete(offer_pending).where(among(offer_pending.c.id, ids)))
        return OFFERS.enter(connection, changed, signing_key, now) if changed else None


def _campaigns(connection: Connection, terms: Mapping[str, Terms]) -> dict[str, dict[str, Any]]:
    """Those whose terms boxes know otherwise, or not at all, and those that are declared no more."""
    query = select(_T.id, _T.doc).where(_T.id.startswith(CAMPAIGN, autoescape=True))
    told = {row.id.removeprefix(CAMPAIGN): row.doc for row in connection.execute(query)}
    docs = {name: _doc(Told(gone=name)) for name in told} | {name: _doc(Told(terms=own)) for name, own in terms.items()}
    return {CAMPAIGN + name: {"doc": doc, "ends": 0} for name, doc in docs.items() if told.get(name) != doc}


def _codes(connection: Connection, ids: list[str], now: int) -> dict[str, dict[str, Any]]:
    query = select(coupon.c.id, coupon.c.campaign, coupon.c.until, coupon.c.void, is_used(coupon.c.id).label("used"))
    rows = connection.execute(query.where(among(coupon.c.id, ids)))
    return {CODE + row.id: _code(row, now) for row in rows}


def _code(row: Any, now: int) -> dict[str, Any]:
    state: State = "void" if row.void else "used" if row.used else "open"
    ends = now + KEPT if state != "open" else row.until + KEPT if row.until else 0
    issued = Issued(name=row.id, campaign=row.campaign, until=row.until, state=state, ends=ends)
    return {"doc": _doc(Told(code=issued)), "ends": ends}


def _doc(told: Told) -> str:
    return msgspec.json.encode(told).decode()


def _over(now: int) -> tuple[Any, ...]:
    return _T.ends > 0, _T.ends < now
