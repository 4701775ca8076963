"""What HQ decides about people and mails: first into the journal, synced; then into the database; only then answered.

`apply` turns an entry into rows, once: the table `decision` keeps what was applied, so the whole journal can be applied
again after a crash between the two, or after a restore. A decision about somebody whom a restored database does not
know yet stands in that table and takes effect when the boxes' events bring them back (`stand`).

What is in the journal is decided, and answered as such, even where the database can't take it at that moment: then it
waits in `Hq.pending` until `settle` gets it in.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, exc, func, select

from edge.domain.consent import PURPOSES, Consent, Purpose
from hq import effects, erasure, people
from hq.choices import Choice
from hq.errors import InputError
from hq.journal import Entry, Journal
from hq.store import tables
from hq.store.engine import reading
from hq.store.insert import inserted
from hq.store.many import among

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)

CHUNK = 500
_ABOUT = (
    select(tables.decision)
    .where(tables.decision.c.subject == bindparam("its_subject"))
    .order_by(tables.decision.c.at, tables.decision.c.id)
)
"""Asked for every mail and every new profile."""
WAITING: tuple[Purpose, ...] = ("back-in-stock",)
NOT_NOW = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""The database's own troubles: busy with another writer, full, gone."""


def withdraw(hq: "Hq", profile: str, *, how: str, purposes: tuple[Purpose, ...] = PURPOSES, language: str = "") -> None:
    """`profile` takes back its consent. `how`: "mail-link", "basket-page", "complaint", "hq"."""
    _made(hq, _withdrawal(hq, profile, purposes, how=how, language=language))


def _withdrawal(hq: "Hq", profile: str, purposes: Iterable[Purpose], *, how: str, language: str) -> Entry:
    more = {"purposes": list(purposes), "how": how, "language": language, "after": _answered(hq, profile)}
    with hq.reading() as connection:
        since = _since(connection, profile)
    return hq.journal.append("withdrawn", profile, since=since, **more)


def grant(hq: "Hq", profile: str, given: Consent, *, how: str) -> None:
    """`profile` says yes to what `given` says, in its words. `how`: "basket-page"."""
    said = {"purpose": given.purpose, "words": given.words, "version": given.version, "language": given.language}
    with hq.reading() as connection:
        since = _since(connection, profile)
    _made(hq, hq.journal.append("granted", profile, since=since, **said, how=how, after=_answered(hq, profile)))


def _since(connection: Connection, profile: str) -> int:
    """Behind everything that a person said or HQ decided about them: a new decision must count as the latest, also
    where HQ's clock was set back."""
    consent, entry = tables.consent.c, tables.decision.c
    answered = connection.scalar(select(func.max(consent.at)).where(consent.profile == profile))
    decided = connection.scalar(select(func.max(entry.at)).where(entry.subject == profile))
    return 1 + max(answered or 0, decided or 0)


def _answered(hq: "Hq", profile: str) -> list[str]:
    """The events whose answers are known when a person decides anew, oldest first: that these came before stays true
    whatever a box's clock says when it sends them again."""
    consent = tables.consent.c
    asked = select(consent.event, func.min(consent.at).label("at")).where(consent.profile == profile)
    theirs = asked.where(consent.how == people.SCREEN).group_by(consent.event).order_by("at", consent.event)
    with hq.reading() as connection:
        return [row.event for row in connection.execute(theirs)]


def change_basket(hq: "Hq", basket: str, choice: Choice) -> None:
    """Whoever holds the basket of this id in their hand wants an article of it so."""
    said: dict[str, Any] = {"sku": choice.sku, "quantity": choice.quantity, "fulfilment": choice.fulfilment}
    _made(hq, hq.journal.append("basket-changed", basket, **said))


def suppress(hq: "Hq", digest: str, reason: str) -> None:
    """Nothing but what was asked for goes to this identity again. `reason`: "unsubscribed", "bounced"."""
    _made(hq, hq.journal.append("suppressed", digest, reason=reason))


def unsubscribe(hq: "Hq", profile: str, *, how: str, language: str = "") -> None:
    """One click: marketing is withdrawn, with what they wanted to be told of, and every mail address of the profile is
    suppressed. All of it is journalled before any of it is applied, so no half of it can be lost."""
    with hq.reading() as connection:
        digests = effects.digests(connection, profile, "mail")
        waits = people.allowed(people.answers(connection, profile), "back-in-stock")
    entries = [hq.journal.append("suppressed", digest, reason="unsubscribed") for digest in digests]
    entries.append(_withdrawal(hq, profile, ("marketing", *WAITING[:waits]), how=how, language=language))
    _made(hq, *entries)


def mail_sent(hq: "Hq", mail: str) -> bool:
    """The mail server took the mail of this id. False where its row in the database says so only later."""
    return _made(hq, hq.journal.append("mail-sent", mail))


def backed_up(hq: "Hq", backup: str, *, made: int) -> None:
    """The backup of this id is verified; its snapshot was taken at `made`."""
    _made(hq, hq.journal.append("backed-up", backup, made=made))


def mail_failed(hq: "Hq", mail: str, error: str) -> None:
    """The mail of this id is given up; `error` names no address."""
    _made(hq, hq.journal.append("mail-failed", mail, error=error))


def erase(hq: "Hq", profile: str) -> Entry:
    """Forgets a person: rows and key are gone when this returns, and what the boxes send again is not opened. Where
    somebody reads SQLite's log for longer, it is emptied of them later, by `hq.settling`.

    Never waits in `Hq.pending`: between naming what there is and taking it out nothing of theirs may come in. Raises
    InputError for an unknown profile, SQLAlchemy's errors where the database is too busy: nothing is decided then.
    """
    with hq.engine.begin() as connection:
        locked = select(tables.profile.c.id).where(tables.profile.c.id == profile).with_for_update()
        if connection.scalar(locked) is None:
            raise InputError(f"There is no profile {profile}.")
        since = _since(connection, profile)
        entry = hq.journal.append("erased", profile, since=since, **erasure.facts(connection, hq.keys, profile))
        apply(connection, entry)
        erasure.mark_log(connection, entry.id)
    if not erasure.empty_log(hq, wait_ms=erasure.PATIENCE_MS):
        log.warning("somebody reads the database: its log still holds rows of the erased, HQ empties it soon")
    log.info("profile %s is erased", profile)
    return entry


def orders_imported(hq: "Hq", lines: list[dict[str, Any]], collect: Sequence[dict[str, str]] = ()) -> None:
    """Rows of `order_line` without `profile`, which is looked up when they are applied, and which of the orders a store
    is to gather (`hq.collecting`). Raises SQLAlchemy's errors when
    the database can't take them now: whoever imports is told, and importing again finds them journalled."""
    more: dict[str, Any] = {"collect": list(collect)} if collect else {}
    _apply_all(hq.engine, [hq.journal.append("orders-imported", "", lines=lines, **more)])


def review_decided(hq: "Hq", review: str, *, state: str, words: str) -> bool:
    """Somebody decided that the review of this id, as it says `words` (a hash), is "shown" or "refused". False where
    the database says so only later."""
    return _made(hq, hq.journal.append("review-decided", review, state=state, words=words))


def catch_up(journal: Journal, engine: Engine) -> None:
    """Applies every entry of the journal that the database has not seen. HQ does it before it serves anybody."""
    entries = journal.entries()
    while chunk := list(islice(entries, CHUNK)):
        with reading(engine) as connection:
            seen = _seen(connection, [entry.id for entry in chunk])
        if fresh := [entry for entry in chunk if entry.id not in seen]:
            _apply_all(engine, fresh)


def _seen(connection: Connection, ids: list[str]) -> set[str]:
    """A journal of years is read at every start: what is in the database takes no lock and no statement of its own."""
    entry = tables.decision.c.id
    return set(connection.scalars(select(entry).where(among(entry, ids))))


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
    body = msgspec.json.encode(entry.body, order="sorted").decode() if entry.subject else "{}"
    row = {"id": entry.id, "kind": entry.kind, "subject": entry.subject, "at": entry.at, "body": body}
    if inserted(connection, tables.decision, row):
        effects.EFFECTS[entry.kind](connection, entry)


def stand(connection: Connection, subject: str) -> None:
    """`subject` (a profile, a mail) has just come into being: what was decided about it before takes effect. Where that
    was a person who was erased, only what was decided since: whoever comes back begins anew."""
    for entry in list(_about(connection, subject)):
        effects.EFFECTS[entry.kind](connection, entry)


def _about(connection: Connection, subject: str) -> Iterator[Entry]:
    rows = connection.execute(_ABOUT, {"its_subject": subject}).all()
    erased = max((row.at for row in rows if row.kind == "erased"), default=-1)
    for row in (row for row in rows if row.at > erased):
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
