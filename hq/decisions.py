"""What HQ decides about people and mails: first into the journal, synced; then into the database; only then answered.

`apply` turns an entry into rows, once: the table `decision` keeps what was applied, so the whole journal can be applied
again after a crash between the two, or after a restore. A decision about somebody whom a restored database does not
know yet stands in that table and takes effect when the boxes' events bring them back (`stand`).
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, select

from edge.domain.consent import PURPOSES, Purpose
from hq import effects
from hq.journal import Entry, Journal, Kind
from hq.store import tables
from hq.store.insert import inserted

if TYPE_CHECKING:
    from hq.service import Hq

CHUNK = 500


def withdraw(hq: "Hq", profile: str, *, how: str, purposes: tuple[Purpose, ...] = PURPOSES, language: str = "") -> None:
    """`profile` takes back its consent. `how`: "mail-link", "basket-page", "hq"."""
    _decide(hq, "withdrawn", profile, purposes=list(purposes), how=how, language=language)


def suppress(hq: "Hq", digest: str, reason: str) -> None:
    """Nothing but what was asked for goes to this identity again. `reason`: "unsubscribed", "bounced", "erased"."""
    _decide(hq, "suppressed", digest, reason=reason)


def unsubscribe(hq: "Hq", profile: str, *, how: str, language: str = "") -> None:
    """One click: marketing is withdrawn, and every mail address of the profile is suppressed."""
    with hq.reading() as connection:
        digests = effects.digests(connection, profile, "mail")
    for digest in digests:
        suppress(hq, digest, "unsubscribed")
    withdraw(hq, profile, how=how, purposes=("marketing",), language=language)


def mail_sent(hq: "Hq", mail: str) -> None:
    """The mail server took the mail of this id."""
    _decide(hq, "mail-sent", mail)


def orders_imported(hq: "Hq", lines: list[dict[str, Any]]) -> None:
    """Rows of `order_line` without `profile`, which is looked up when they are applied."""
    _decide(hq, "orders-imported", "", lines=lines)


def catch_up(journal: Journal, engine: Engine) -> None:
    """Applies every entry of the journal that the database has not seen. HQ does it before it serves anybody."""
    entries = journal.entries()
    while chunk := list(islice(entries, CHUNK)):
        with engine.begin() as connection:
            for entry in chunk:
                apply(connection, entry)


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


def _decide(hq: "Hq", kind: Kind, subject: str, **body: Any) -> None:
    entry = hq.journal.append(kind, subject, **body)
    with hq.engine.begin() as connection:
        apply(connection, entry)
