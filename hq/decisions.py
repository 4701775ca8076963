"""What HQ decides about people and mails: first into the journal, synced; then into the database; only then answered.

`apply` turns an entry into rows, once: the table `decision` keeps what was applied, so the whole journal can be applied
again after a crash between the two, or after a restore. A decision about somebody whom a restored database does not
know yet stands in that table and takes effect when the boxes' events bring them back (`stand`).

What is in the journal is decided, and answered as such, even where the database can't take it at that moment: then it
waits in `Hq.pending` until `settle` gets it in.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, exc, select

from edge.domain.consent import PURPOSES, Purpose
from hq import effects
from hq.journal import Entry, Journal
from hq.store import tables
from hq.store.insert import inserted

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)

CHUNK = 500
NOT_NOW = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""The database's own troubles: busy with another writer, full, gone."""


def withdraw(hq: "Hq", profile: str, *, how: str, purposes: tuple[Purpose, ...] = PURPOSES, language: str = "") -> None:
    """`profile` takes back its consent. `how`: "mail-link", "basket-page", "hq"."""
    _made(hq, hq.journal.append("withdrawn", profile, purposes=list(purposes), how=how, language=language))


def suppress(hq: "Hq", digest: str, reason: str) -> None:
    """Nothing but what was asked for goes to this identity again. `reason`: "unsubscribed", "bounced", "erased"."""
    _made(hq, hq.journal.append("suppressed", digest, reason=reason))


def unsubscribe(hq: "Hq", profile: str, *, how: str, language: str = "") -> None:
    """One click: marketing is withdrawn, and every mail address of the profile is suppressed. All of it is journalled
    before any of it is applied, so no half of it can be lost."""
    with hq.reading() as connection:
        digests = effects.digests(connection, profile, "mail")
    entries = [hq.journal.append("suppressed", digest, reason="unsubscribed") for digest in digests]
    entries.append(hq.journal.append("withdrawn", profile, purposes=["marketing"], how=how, language=language))
    _made(hq, *entries)


def mail_sent(hq: "Hq", mail: str) -> bool:
    """The mail server took the mail of this id. False where its row in the database says so only later."""
    return _made(hq, hq.journal.append("mail-sent", mail))


def orders_imported(hq: "Hq", lines: list[dict[str, Any]]) -> None:
    """Rows of `order_line` without `profile`, which is looked up when they are applied. Raises SQLAlchemy's errors when
    the database can't take them now: whoever imports is told, and importing again finds them journalled."""
    _apply_all(hq.engine, [hq.journal.append("orders-imported", "", lines=lines)])


def catch_up(journal: Journal, engine: Engine) -> None:
    """Applies every entry of the journal that the database has not seen. HQ does it before it serves anybody."""
    entries = journal.entries()
    while chunk := list(islice(entries, CHUNK)):
        _apply_all(engine, chunk)


def settle(hq: "Hq") -> bool:
    """Applies the decisions that the database could not take when they were made. False where it still can't."""
    if not (waiting := hq.pending.waiting()):
        return True
    try:
        _apply_all(hq.engine, waiting)
    except NOT_NOW:
        return False
    hq.pending.drop(waiting)
    log.info("%s decisions that had waited are in the database", len(waiting))
    return True


def apply(connection: Connection, entry: Entry) -> None:
    body = msgspec.json.encode(entry.body).decode() if entry.subject else "{}"
    row = {"id": entry.id, "kind": entry.kind, "subject": entry.subject, "at": entry.at, "body": body}
    if inserted(connection, tables.decision, row):
        effects.EFFECTS[entry.kind](connection, entry)


def stand(connection: Connection, subject: str) -> None:
    """`subject` (a profile, a mail) has just come into being: what was decided about it before takes effect."""
    for entry in list(_about(connection, subject)):
        effects.EFFECTS[entry.kind](connection, entry)


def _about(connection: Connection, subject: str) -> Iterator[Entry]:
    query = select(tables.decision).where(tables.decision.c.subject == subject)
    for row in connection.execute(query.order_by(tables.decision.c.at, tables.decision.c.id)):
        yield Entry(id=row.id, at=row.at, kind=row.kind, subject=subject, body=msgspec.json.decode(row.body))


def _made(hq: "Hq", *entries: Entry) -> bool:
    """Whether the database took them at once. Where older ones wait for it, these don't hold up who made them."""
    if not hq.pending:
        try:
            _apply_all(hq.engine, entries)
            return True
        except NOT_NOW as error:
            log.warning("the database can't take a decision now, it waits: %s", type(error).__name__)
    hq.pending.keep(entries)
    return False


def _apply_all(engine: Engine, entries: Iterable[Entry]) -> None:
    with engine.begin() as connection:
        for entry in entries:
            apply(connection, entry)
