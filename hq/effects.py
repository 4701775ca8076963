"""What each kind of journal entry changes in the database.

Applied once each, in the order of the journal. An effect may depend on what the database holds only in ways that the
boxes' events make good when they come later: what it finds missing, `decisions.stand` comes back to.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select, update

from hq import blobs, collecting, erasure, passing
from hq.authority import records as certificates
from hq.buyers import assign
from hq.coupons import records, redeeming
from hq.fleet import acting
from hq.journal import Entry, Kind
from hq.linking import listed, naming, ruling
from hq.reviews import decided
from hq.store import tables
from hq.store.insert import insert_new, put
from hq.webapi import carts


def _withdrawn(connection: Connection, entry: Entry) -> None:
    if not _known(connection, entry.subject):
        return
    for purpose in entry.body["purposes"]:
        connection.execute(tables.consent.insert().values(_answer(entry, purpose, granted=False)))
    if "profiling" in entry.body["purposes"]:
        identity = tables.identity.c
        cookies = delete(tables.identity).where(identity.profile == entry.subject, identity.kind == "cookie")
        connection.execute(cookies.where(identity.created <= entry.at))


def _granted(connection: Connection, entry: Entry) -> None:
    if _known(connection, entry.subject):
        row = _answer(entry, entry.body["purpose"], granted=True)
        connection.execute(tables.consent.insert().values(row))


def _known(connection: Connection, profile: str) -> bool:
    """False in a restored database that has yet to hear of this person."""
    return connection.scalar(select(tables.profile.c.id).where(tables.profile.c.id == profile)) is not None


def _answer(entry: Entry, purpose: str, *, granted: bool) -> dict[str, Any]:
    words = entry.body.get("words", "")
    return {
        "profile": entry.subject,
        "purpose": purpose,
        "granted": granted,
        "words": words,
        "words_hash": sha256(words.encode()).hexdigest(),
        "version": entry.body.get("version", ""),
        "language": entry.body["language"],
        "how": entry.body["how"],
        "event": entry.id,
        "at": entry.at,
    }


def _suppressed(connection: Connection, entry: Entry) -> None:
    """The first reason stays; of two given at once by two processes it is the same one after every restore."""
    row = {"digest": entry.subject, "reason": entry.body["reason"], "at": entry.at}
    if entry.body["reason"] == "erased":
        erasure.suppress(connection, [entry.subject], at=entry.at)
        return
    insert_new(connection, tables.suppression, [row])
    held = tables.suppression.c
    later = update(tables.suppression).where(held.digest == entry.subject, held.at > entry.at)
    connection.execute(later.where(held.reason != "erased").values(row))


def _lifted(connection: Connection, entry: Entry) -> None:
    held = tables.suppression.c
    own = (held.digest == entry.subject, held.reason == entry.body["reason"], held.at <= entry.at)
    connection.execute(delete(tables.suppression).where(*own))


def _mail_sent(connection: Connection, entry: Entry) -> None:
    sent = {"state": "sent", "sent": entry.at, "error": ""}
    connection.execute(update(tables.mail).where(tables.mail.c.id == entry.subject).values(sent))


def _mail_failed(connection: Connection, entry: Entry) -> None:
    mail = tables.mail.c
    failed = {"state": "failed", "error": entry.body["error"]}
    connection.execute(update(tables.mail).where(mail.id == entry.subject, mail.state == "queued").values(failed))


def _orders_imported(connection: Connection, entry: Entry) -> None:
    lines = erasure.nameless(connection, entry.body["lines"])
    insert_new(connection, tables.order_line, [line | {"profile": None} for line in lines])
    order = tables.order_line.c
    for line in lines:
        named = (order.store == line["store"]) & (order.order_id == line["order_id"]) & (order.sku == line["sku"])
        assign(connection, named)
    naming.link(connection, map(naming.of_order, lines))
    for told in entry.body.get("collect", ()):
        collecting.direct(connection, told, at=entry.at)
    redeeming.apply(connection, entry.body.get("codes", ()), entry.body.get("undone", ()), at=entry.at)


def _erased(connection: Connection, entry: Entry) -> None:
    body = entry.body
    erasure.list_events(connection, body["events"], at=entry.at)
    blobs.erase(connection, entry.id, body["events"], at=entry.at)
    erasure.suppress(connection, body["digests"], at=entry.at)
    erasure.forget(connection, entry.subject, digests=body["digests"], baskets=body["baskets"])
    carts.forget(connection, entry.subject)


def _erased_late(connection: Connection, entry: Entry) -> None:
    erasure.list_events(connection, [entry.subject], at=entry.at)


def _basket_changed(connection: Connection, entry: Entry) -> None:
    """Whether the basket is there or not: a restored HQ may hear of it again only later. Entries of before people could
    choose how an article comes home say nothing of that."""
    choice = {"basket": entry.subject, "sku": entry.body["sku"], "quantity": entry.body["quantity"]}
    way = {"fulfilment": entry.body.get("fulfilment", "")}
    put(connection, tables.shared_choice, choice | way | {"at": entry.at})
    passing.chose(connection, entry.subject, at=entry.at)


def _noted(_connection: Connection, _entry: Entry) -> None:
    """The entry itself is the record, in the table `decision`."""


EFFECTS: dict[Kind, Callable[[Connection, Entry], None]] = {
    "withdrawn": _withdrawn,
    "granted": _granted,
    "suppressed": _suppressed,
    "lifted": _lifted,
    "mail-sent": _mail_sent,
    "mail-failed": _mail_failed,
    "orders-imported": _orders_imported,
    "review-decided": decided.apply,
    "erased": _erased,
    "erased-late": _erased_late,
    "returned": _noted,
    "enrolled": certificates.enrolled,
    "revoked": certificates.revoked,
    "basket-changed": _basket_changed,
    "lending-ended": _noted,
    "journey-paused": _noted,
    "journey-resumed": _noted,
    "merged": ruling.apply,
    "parted": ruling.apply,
    "customers-told": listed.apply,
    "looked": _noted,
    "web-told": carts.apply,
    "coupons-issued": records.issued,
    "coupon-voided": records.voided,
    "coupon-decided": _noted,
    "friend-brought": _noted,
    "box-told": acting.told,
    "backed-up": _noted,
    "restored": _noted,
}
