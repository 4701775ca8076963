"""The queue in the table `mail`: claims that run out, and tries that grow further apart.

A claim moves a row's `due` into the future in one statement, so of two senders one gets it. There is no state
"sending": whoever is killed simply lets the claim run out, or the next start of the service releases it. A claimed row
has been tried and has no error; one that waits for its next try has one.
"""

from typing import Any

from sqlalchemy import Engine, Row, Update, select, update

from hq import decisions
from hq.outbox import ASKED, TEXTS
from hq.service import Hq
from hq.store import tables

CLAIM_MS = 5 * 60_000
"""Longer than the slowest hand-over to a mail server (smtplib's time limit times its few round trips)."""
FIRST_MS, LONGEST_MS = 30_000, 4 * 3_600_000
LAST_TRY = 40
"""Tries before a mail is given up: some six days at the longest pause, longer than mail servers themselves try."""

mail = tables.mail.c


def due(hq: Hq, limit: int = 20, *, texts: bool = False) -> list[str]:
    """Ids of mails that want to be sent now, or of text messages: those somebody asked for before all others, then the
    longest due."""
    of_kind = mail.kind.in_(TEXTS) if texts else mail.kind.not_in(TEXTS)
    query = select(mail.id).where(mail.state == "queued", mail.due <= hq.clock(), of_kind)
    query = query.order_by(mail.kind.not_in(ASKED), mail.due, mail.id)
    with hq.reading() as connection:
        return list(connection.scalars(query.limit(limit)))


def claim(hq: Hq, id: str) -> Row[Any] | None:  # noqa: A002
    """The row, ours until CLAIM_MS from now; None where another sender was first."""
    now = hq.clock()
    mine = _queued(id).where(mail.due <= now).values(due=now + CLAIM_MS, tries=mail.tries + 1, error="")
    with hq.engine.begin() as connection:
        if not connection.execute(mine).rowcount:
            return None
        return connection.execute(select(tables.mail).where(mail.id == id)).one()


def release(hq: Hq) -> None:
    """Makes due at once what a killed sender had claimed. Only for whoever knows that no other sender is at work."""
    claimed = (mail.state == "queued", mail.tries > 0, mail.error == "", mail.due > hq.clock())
    _run(hq.engine, update(tables.mail).where(*claimed).values(due=hq.clock()))


def retry(hq: Hq, row: Row[Any], error: str) -> None:
    """After a passing failure: again after a pause that doubles with each try, given up after LAST_TRY."""
    if row.tries >= LAST_TRY:
        fail(hq, row, error)
    else:
        _run(hq.engine, _queued(row.id).values(due=hq.clock() + pause(row.tries), error=error))


def put_off(hq: Hq, row: Row[Any], until: int, why: str) -> None:
    """It may not go yet. That was no try: nothing failed."""
    _run(hq.engine, _queued(row.id).values(due=until, tries=0, error=why))


def end(hq: Hq, row: Row[Any], state: str, why: str) -> None:
    """It will not go: "dropped", or "control" where nothing but the control group spoke against it."""
    _run(hq.engine, _queued(row.id).values(state=state, error=why))


def fail(hq: Hq, row: Row[Any], error: str) -> None:
    """After a failure that no further try would mend: journalled, so that no restored HQ tries it once more, perhaps
    months later."""
    decisions.mail_failed(hq, row.id, error)


def sent(hq: Hq, row: Row[Any]) -> None:
    """The mail server has had it already; its entry in the journal is the record, and tells when."""
    _run(hq.engine, _queued(row.id).values(state="sent", sent=hq.clock(), error=""))


def pause(tries: int) -> int:
    """Milliseconds until the next try: 30 s, 1 min, 2 min … 4 h."""
    return int(min(FIRST_MS * 2 ** min(tries - 1, 20), LONGEST_MS))


def _queued(id: str) -> Update:  # noqa: A002
    return update(tables.mail).where(mail.id == id, mail.state == "queued")


def _run(engine: Engine, statement: Update) -> None:
    with engine.begin() as connection:
        connection.execute(statement)
