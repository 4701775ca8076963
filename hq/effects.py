"""What each kind of journal entry changes in the database."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, update

from hq.journal import Entry, Kind
from hq.store import tables
from hq.store.insert import insert_new


def digests(connection: Connection, profile: str, kind: str) -> list[str]:
    """The keyed hashes of the profile's identities of one kind ("mail", "card" …)."""
    identity = tables.identity.c
    query = select(identity.digest).where(identity.profile == profile, identity.kind == kind)
    return list(connection.scalars(query.order_by(identity.digest)))


def _withdrawn(connection: Connection, entry: Entry) -> None:
    known = select(tables.profile.c.id).where(tables.profile.c.id == entry.subject)
    if connection.scalar(known) is None:
        return  # a restored database: `decisions.stand` comes back to it
    for purpose in entry.body["purposes"]:
        connection.execute(tables.consent.insert().values(_withdrawal(entry, purpose)))


def _withdrawal(entry: Entry, purpose: str) -> dict[str, Any]:
    return {
        "profile": entry.subject,
        "purpose": purpose,
        "granted": False,
        "words": "",
        "words_hash": sha256(b"").hexdigest(),
        "version": "",
        "language": entry.body["language"],
        "how": entry.body["how"],
        "event": entry.id,
        "at": entry.at,
    }


def _suppressed(connection: Connection, entry: Entry) -> None:
    row = {"digest": entry.subject, "reason": entry.body["reason"], "at": entry.at}
    insert_new(connection, tables.suppression, [row])
    if entry.body["reason"] == "erased":  # the last word, whatever stood there before
        connection.execute(update(tables.suppression).where(tables.suppression.c.digest == entry.subject).values(row))


def _mail_sent(connection: Connection, entry: Entry) -> None:
    sent = {"state": "sent", "sent": entry.at, "error": ""}
    connection.execute(update(tables.mail).where(tables.mail.c.id == entry.subject).values(sent))


def _orders_imported(connection: Connection, entry: Entry) -> None:
    insert_new(connection, tables.order_line, [line | {"profile": None} for line in entry.body["lines"]])
    for line in entry.body["lines"]:
        if profile := _buyer(connection, line):
            key = tables.order_line.c
            named = (key.store == line["store"], key.order_id == line["order_id"], key.sku == line["sku"])
            connection.execute(update(tables.order_line).where(*named, key.profile.is_(None)).values(profile=profile))


def _buyer(connection: Connection, line: dict[str, Any]) -> str | None:
    """Whose order it is: the basket says it best, then the mail address, then the card."""
    basket = select(tables.basket.c.profile).where(tables.basket.c.id == line["basket"])
    if line["basket"] and (profile := connection.scalar(basket)):
        return str(profile)
    for kind, digest in (("mail", line["buyer"]), ("card", line["card"])):
        identity = tables.identity.c
        query = select(identity.profile).where(identity.kind == kind, identity.digest == digest)
        if digest and (profile := connection.scalar(query)):
            return str(profile)
    return None


EFFECTS: dict[Kind, Callable[[Connection, Entry], None]] = {
    "withdrawn": _withdrawn,
    "suppressed": _suppressed,
    "mail-sent": _mail_sent,
    "orders-imported": _orders_imported,
}
