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
from hq.coupons import redeeming
from hq.errors import InputError
from hq.journal import Entry, Journal, Kind
from hq.linking.person import named, profiles
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
WHOLE: frozenset[Kind] = frozenset(
    {"merged", "parted", "looked", "journey-paused", "journey-resumed", "coupons-issued"}
)
"""Kinds of entries whose effect is whole at once, whether those they are about are known or not."""
NOT_NOW = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""The database's own troubles: busy with another writer, full, gone."""


def withdraw(
    hq: "Hq", profile: str, *, how: str, purposes: tuple[Purpose, ...] = PURPOSES, language: str = "", by: str = ""
) -> None:
    """The person of `profile` takes back their consent. `how`: "mail-link", "basket-page", "complaint", "staff", "hq";
    `by`: who at HQ wrote it down."""
    carry_out(hq, *_withdrawals(hq, profile, purposes, how=how, language=language, by=by))


def _withdrawals(
    hq: "Hq", profile: str, purposes: Iterable[Purpose], *, how: str, language: str, by: str = ""
) -> list[Entry]:
    said = {"purposes": list(purposes), "how": how, "language": language} | ({"by": by} if by else {})
    return _of_each(hq, "withdrawn", profile, said)


def grant(hq: "Hq", profile: str, given: Consent, *, how: str) -> None:
    """The person of `profile` says yes to what `given` says, in its words. `how`: "basket-page"."""
    said = {"purpose": given.purpose, "words": given.words, "version": given.version, "language": given.language}
    carry_out(hq, *_of_each(hq, "granted", profile, said | {"how": how}))


def _of_each(hq: "Hq", kind: Kind, profile: str, said: dict[str, Any]) -> list[Entry]:
    """An answer for each of the person's profiles: it stays theirs should these be split again."""
    with hq.reading() as connection:
        theirs = {one: _since(connection, one) for one in profiles(connection, profile)}
    return [
        hq.journal.append(kind, one, since=since, **said, after=_answered(hq, one)) for one, since in theirs.items()
    ]


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
    carry_out(hq, hq.journal.append("basket-changed", basket, **said))


def end_lending(hq: "Hq", basket: str) -> None:
    """The links by which others see this basket lead nowhere from now on."""
    carry_out(hq, hq.journal.append("lending-ended", basket))


def suppress(hq: "Hq", digest: str, reason: str) -> None:
    """Nothing but what was asked for goes to this identity again. `reason`: "unsubscribed", "bounced"."""
    carry_out(hq, hq.journal.append("suppressed", digest, reason=reason))


def unsubscribe(hq: "Hq", profile: str, *, how: str, language: str = "") -> None:
    """One click: marketing is withdrawn, with what they wanted to be told of, and every mail address of the person is
    suppressed. All of it is journalled before any of it is applied, so no half of it can be lost."""
    with hq.reading() as connection:
        digests = named(connection, profile, "mail")
        waits = people.allowed(people.answers(connection, profile), "back-in-stock")
    entries = [hq.journal.append("suppressed", digest, reason="unsubscribed") for digest in digests]
    entries += _withdrawals(hq, profile, ("marketing", *WAITING[:waits]), how=how, language=language)
    carry_out(hq, *entries)


def come_back(hq: "Hq", profile: str, *, how: str) -> None:
    """Whoever unsubscribed has said what they want again: none of their addresses is barred from it any more. What
    bounced stays barred, and what was erased."""
    held, reason = tables.suppression.c, "unsubscribed"
    with hq.reading() as connection:
        theirs = held.digest.in_(named(connection, profile, "mail")), held.reason == reason
        rows = connection.execute(select(held.digest, held.at).where(*theirs).order_by(held.digest)).all()
    lifted = [hq.journal.append("lifted", row.digest, since=row.at + 1, reason=reason, how=how) for row in rows]
    carry_out(hq, *lifted)


def mail_sent(hq: "Hq", mail: str, profile: str | None = None) -> bool:
    """The mail server took the mail of this id, to the person of `profile`: a restored HQ may know of both by this
    entry alone, and the link in that mail must still end more of them. False where its row in the database says so only
    later."""
    more: dict[str, Any] = {"profile": profile} if profile else {}
    return carry_out(hq, hq.journal.append("mail-sent", mail, **more))


def backed_up(hq: "Hq", backup: str, *, made: int) -> None:
    """The backup of this id is verified; its snapshot was taken at `made`."""
    carry_out(hq, hq.journal.append("backed-up", backup, made=made))


def mail_failed(hq: "Hq", mail: str, error: str) -> None:
    """The mail of this id is given up; `error` names no address."""
    carry_out(hq, hq.journal.append("mail-failed", mail, error=error))


def erase(hq: "Hq", profile: str, *, by: str = "") -> list[Entry]:
    """Forgets a person, all their profiles: rows and keys are gone when this returns, and what the boxes send again is
    not opened. Where somebody reads SQLite's log for longer, it is emptied of them later, by `hq.settling`.

    Never waits in `Hq.pending`: between naming what there is and taking it out nothing of theirs may come in. Raises
    InputError for an unknown profile, SQLAlchemy's errors where the database is too busy: nothing is decided then.
    """
    with hq.engine.begin() as connection:
        theirs = profiles(connection, profile)
        locked = select(tables.profile.c.id).where(among(tables.profile.c.id, theirs)).order_by(tables.profile.c.id)
        if profile not in connection.scalars(locked.with_for_update()).all():
            raise InputError(f"There is no profile {profile}.")
        named = [(one, _since(connection, one), erasure.facts(connection, hq.keys, one)) for one in theirs]
        who = {"by": by} if by else {}
        entries = [hq.journal.append("erased", one, since=since, **facts, **who) for one, since, facts in named]
        for entry in entries:
            apply(connection, entry)
        erasure.mark_log(connection, entries[-1].id)
    if not erasure.empty_log(hq, wait_ms=erasure.PATIENCE_MS):
        log.warning("somebody reads the database: its log still holds rows of the erased, HQ empties it soon")
    log.info("profile %s is erased", ", ".join(theirs))
    return entries


def looked(hq: "Hq", profile: str, *, by: str, how: str) -> None:
    """Somebody at HQ looked at what is held of a person: `by` is whom the system knows them as, `how` what they saw."""
    carry_out(hq, hq.journal.append("looked", profile, by=by, how=how))


def orders_imported(
    hq: "Hq",
    lines: list[dict[str, Any]],
    collect: Sequence[dict[str, str]] = (),
    taken_back: Sequence[redeeming.TakenBack] = (),
) -> None:
    """Rows of `order_line` without `profile`, which is looked up when they are applied, and which of the orders a store
    is to gather (`hq.collecting`). `taken_back`: those of `lines` that take something of another order back.

    Which uses of codes they are, and which orders are taken back whole, is decided in the transaction that applies
    them, with the codes locked: of two who tell of one code at once one is first. Raises SQLAlchemy's errors when the
    database can't take them now: whoever imports is told, and importing again finds what is journalled."""
    with hq.engine.begin() as connection:
        redeeming.lock(connection, lines)
        undone = redeeming.undone(connection, taken_back)
        codes = redeeming.uses(connection, lines, undone)
        told = {"collect": list(collect), "codes": codes, "undone": undone}
        more: dict[str, Any] = {name: given for name, given in told.items() if given}
        apply(connection, hq.journal.append("orders-imported", "", lines=lines, **more))


def customers_told(hq: "Hq", people: list[dict[str, Any]]) -> None:
    """The retailer's list names `people`, each with a language and what they are `named` by (`hq.linking.listed`).
    Raises as `orders_imported`."""
    _apply_all(hq.engine, [hq.journal.append("customers-told", "", people=people)])


def web_told(hq: "Hq", profile: str, *, shop: str, rows: list[dict[str, Any]]) -> bool:
    """The web shop `shop` told what the person of `profile`, who allows it, did there: rows of `web_event`,
    without what the entry itself says of them. It comes behind what they did before, whatever HQ's clock says. False
    where the database says so only later."""
    told = tables.web_event.c
    with hq.reading() as connection:
        latest = connection.scalar(select(func.max(told.at)).where(told.profile == profile)) or 0
    return carry_out(hq, hq.journal.append("web-told", profile, since=latest + 1, shop=shop, rows=rows))


def review_decided(hq: "Hq", review: str, *, state: str, words: str) -> bool:
    """Somebody decided that the review of this id, as it says `words` (a hash), is "shown" or "refused". False where
    the database says so only later."""
    return carry_out(hq, hq.journal.append("review-decided", review, state=state, words=words))


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
        if entry.kind not in WHOLE:
            effects.EFFECTS[entry.kind](connection, entry)


def _about(connection: Connection, subject: str) -> Iterator[Entry]:
    rows = connection.execute(_ABOUT, {"its_subject": subject}).all()
    erased = max((row.at for row in rows if row.kind == "erased"), default=-1)
    for row in (row for row in rows if row.at > erased):
        yield Entry(id=row.id, at=row.at, kind=row.kind, subject=subject, body=msgspec.json.decode(row.body))


def carry_out(hq: "Hq", *entries: Entry) -> bool:
    """Puts into the database what is journalled. Whether it took them at once: where older ones wait for it, these
    don't hold up who made them."""
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
