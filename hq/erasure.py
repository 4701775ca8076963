"""Forgetting a person: what is theirs, taking it out, and knowing their events when these come again.

An erasure names event ids. Their sealed addresses are never opened again, however often a box sends them; the events
themselves stay, so that every chain still verifies. Whoever comes back after their erasure is a new person.
"""

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, exc, select, update

from hq import identity
from hq.buyers import assign
from hq.coupons import records
from hq.errors import InputError
from hq.keys import Keys
from hq.linking.person import bare
from hq.linking.regrouping import regrouping
from hq.outcomes import following
from hq.store import tables
from hq.store.engine import truncate_log
from hq.store.insert import insert_new, put
from hq.store.many import among
from sync.codec import BadSeal, unseal

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)

REASON = "erased"
PATIENCE_MS, AGAIN_MS = 1000, 100
"""How long the emptying of SQLite's log waits for readers, and holds up writers: at once, and each time it is tried
again."""
UNEMPTIED = "log-unemptied"
"""The setting that stands while SQLite's log may hold rows of somebody erased: known to every process, and after a
crash. Its value is the erasure, so that of two only the last one's emptying counts."""
THEIRS = (
    tables.basket,
    tables.wish,
    tables.consent,
    tables.identity,
    tables.customer,
    tables.person_key,
    tables.web_visit,
    tables.web_event,
)
"""What hangs on a profile, beside its mails, which name baskets."""
NAMES = ("buyer", "card", "phone", "customer")
"""Columns of `order_line` with the hash of what somebody is known by."""
_HELD, _SETTING = tables.suppression.c, tables.setting.c
_LISTED = select(tables.erased.c.event).where(tables.erased.c.event == bindparam("its_event"))
_LAST = select(_HELD.at).where(_HELD.digest == bindparam("its_digest"), _HELD.reason == REASON)


def facts(connection: Connection, keys: Keys, profile: str) -> dict[str, list[str]]:
    """What an erasure of one profile must name, so that it has the same effect on a database that was restored from
    before: the keyed hashes of its identities and of those that only orders named, the events that carried its address,
    its baskets."""
    row = tables.identity.c
    known = connection.execute(select(row.kind, row.digest).where(row.profile == profile)).all()
    ordered = {digest for _, digest in bare(connection, profile)}
    digests = sorted({r.digest for r in known if r.kind != "cookie"} | ordered)
    return {
        "digests": digests,
        "events": sorted({*_events(connection, profile), *_quarantined(connection, keys, set(digests))}),
        "baskets": sorted(connection.scalars(select(tables.basket.c.id).where(tables.basket.c.profile == profile))),
    }


def _events(connection: Connection, profile: str) -> Iterable[str]:
    """Every basket that was sent has put a mail into the queue."""
    for table in (tables.mail, tables.basket, tables.wish):
        yield from connection.scalars(select(table.c.event).where(table.c.profile == profile))


def _quarantined(connection: Connection, keys: Keys, digests: set[str]) -> Iterable[str]:
    """Events that could not be applied, whose sealed address is this person's."""
    bad = tables.quarantine.c
    for event, blob in connection.execute(select(bad.event_id, bad.blob).where(bad.blob.is_not(None))).all():
        if (digest := _digest_in(keys, blob)) and digest in digests:
            yield event


def _digest_in(keys: Keys, blob: bytes) -> str:
    try:
        told = msgspec.json.decode(unseal(keys.seal, blob))
        kind: identity.IdentityKind = "phone" if told.get("phone") else "mail"
        return identity.digest(keys, kind, told[kind])
    except (BadSeal, InputError, msgspec.MsgspecError, LookupError, TypeError, AttributeError):
        return ""


def list_events(connection: Connection, events: Sequence[str], *, at: int) -> None:
    """From now on `events` are not opened. Their sealed addresses that wait in quarantine are dropped."""
    insert_new(connection, tables.erased, [{"event": event, "at": at} for event in events])
    bad = tables.quarantine
    for event in events:
        connection.execute(update(bad).where(bad.c.event_id == event).values(blob=None))


def suppress(connection: Connection, digests: Iterable[str], *, at: int) -> None:
    """The last word, whatever stood there before."""
    for digest in digests:
        put(connection, tables.suppression, {"digest": digest, "reason": REASON, "at": at})


def forget(connection: Connection, profile: str, *, digests: Sequence[str], baskets: Sequence[str]) -> None:
    """Takes out a profile's key and rows. Orders stay as sales, without a trace of who it was."""
    with regrouping(connection, digests):
        for table in (tables.link, tables.ruling):
            _untie(connection, table, digests)
        _take_out(connection, profile)
    _disown(connection, profile, digests, baskets)
    following.forget(connection, profile, baskets)


def _untie(connection: Connection, pairs: Table, digests: Sequence[str]) -> None:
    """Each pair stands twice, and is found by its first."""
    one, other = pairs.c.one, pairs.c.other
    beside = list(connection.scalars(select(other).where(among(one, digests)).distinct()))
    connection.execute(delete(pairs).where(among(one, beside), among(other, digests)))
    connection.execute(delete(pairs).where(among(one, digests)))


def _take_out(connection: Connection, profile: str) -> None:
    mine = select(tables.basket.c.id).where(tables.basket.c.profile == profile)
    connection.execute(delete(tables.mail).where(tables.mail.c.profile == profile))
    for lines in (tables.basket_line, tables.shared_choice):
        connection.execute(delete(lines).where(lines.c.basket.in_(mine)))
    records.disown(connection, profile)
    for table in THEIRS:
        connection.execute(delete(table).where(table.c.profile == profile))
    told = update(tables.told_key).where(tables.told_key.c.person == profile)
    connection.execute(told.values(person=None))  # to be taken back from the platforms, and forgotten then
    connection.execute(delete(tables.profile).where(tables.profile.c.id == profile))


def _disown(connection: Connection, profile: str, digests: Sequence[str], baskets: Sequence[str]) -> None:
    order = tables.order_line.c
    columns = ((column, digests) for column in (order.buyer, order.card, order.phone, order.customer))
    for column, values in (*columns, (order.basket, baskets)):
        named: dict[str, Any] = {column.name: None, "profile": profile}  # found again by it in the line below
        connection.execute(update(tables.order_line).where(column.in_(values)).values(named))
    assign(connection, order.profile == profile)


def is_listed(connection: Connection, event: str) -> bool:
    return connection.scalar(_LISTED, {"its_event": event}) is not None


def last(connection: Connection, digest: str) -> int | None:
    """When the person of this identity was erased last; None for everybody else."""
    at: int | None = connection.scalar(_LAST, {"its_digest": digest})
    return at


def nameless(connection: Connection, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `order_line` without the hash of who was erased when they were bought, or since: an old file that is
    imported late brings back no purchase to whoever comes back."""
    digests = {line[column] for line in lines for column in NAMES if line.get(column)}
    held = select(_HELD.digest, _HELD.at).where(among(_HELD.digest, digests), _HELD.reason == REASON)
    erased = {row.digest: row.at for row in connection.execute(held)} if digests else {}
    return [
        {name: None if name in NAMES and erased.get(value, -1) >= line["at"] else value for name, value in line.items()}
        for line in lines
    ]


def mark_log(connection: Connection, entry: str) -> None:
    """In the transaction of the erasure `entry`: the log is to be emptied behind it."""
    if connection.dialect.name == "sqlite":
        put(connection, tables.setting, {"key": UNEMPTIED, "value": entry})


def empty_log(hq: "Hq", *, wait_ms: int = AGAIN_MS) -> bool:
    """Empties SQLite's log where an erasure asks for it. False where it is to be tried again."""
    try:
        with hq.reading() as connection:
            entry = connection.scalar(select(_SETTING.value).where(_SETTING.key == UNEMPTIED))
        return entry is None or (truncate_log(hq.engine, wait_ms=wait_ms) and _unmarked(hq, entry))
    except (sqlite3.Error, exc.SQLAlchemyError) as error:  # busy, or the disk's trouble: the erasure stands
        log.warning("the database's log can't be emptied of who was erased yet: %s", type(error).__name__)
        return False


def _unmarked(hq: "Hq", entry: str) -> bool:
    with hq.engine.begin() as connection:
        connection.execute(delete(tables.setting).where(_SETTING.key == UNEMPTIED, _SETTING.value == entry))
    return True
