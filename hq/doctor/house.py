"""What HQ can say of itself without asking anybody."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from hq.doctor import Check
from hq.service import Hq
from hq.store import tables

MIB, MINUTE, HOUR = 1 << 20, 60_000, 3_600_000
STUCK = 30 * MINUTE
"""After so long a mail that is due waits for somebody."""
BACK = 5 * MINUTE
"""By so much the clock may seem to have gone back."""
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd touches it when it has set the clock since the start (systemd-timesyncd.service(8))."""
_BACKUPS = select(tables.decision.c.body).where(tables.decision.c.kind == "backed-up")


def examine(hq: Hq) -> Iterator[Check]:
    """All of it."""
    yield disk(hq)
    yield database(hq)
    yield backup(hq)
    yield mails(hq)
    yield clock(hq)


def disk(hq: Hq) -> Check:
    free = shutil.disk_usage(hq.dir).free // MIB
    words = f"{free:,} MiB are free where the data lies"
    remedy = "Make room: old backups first (tote-hq backup --keep DAYS), then catalogue versions nobody runs."
    return _check("disk", free >= hq.config.alarms.disk_mib, words, remedy)


def database(hq: Hq) -> Check:
    """SQLite's pages are read through; PostgreSQL is asked whether it answers."""
    try:
        with hq.reading() as connection:
            if connection.dialect.name == "sqlite":
                said = str(connection.scalar(text("PRAGMA quick_check(1)")))
                words = "its pages are whole" if said == "ok" else f"its pages are damaged: {said[:200]}"
            else:
                said, words = "ok", f"it answers: {connection.scalar(text('SHOW server_version'))}"
    except SQLAlchemyError as error:
        said, words = "", f"it does not answer: {type(error).__name__}"
    return _check("database", said == "ok", words, "Restore the last verified backup: tote-hq restore --help.")


def backup(hq: Hq) -> Check:
    """Only those that were read through and found whole count. Before the first event there is nothing to lose."""
    with hq.reading() as connection:
        made = max((int(msgspec.json.decode(body)["made"]) for body in connection.scalars(_BACKUPS)), default=None)
        first = connection.scalar(select(func.min(tables.log.c.first_received)))
        exposed = connection.scalar(select(func.sum(tables.log.c.mark - tables.log.c.backed_up))) or 0
    limit = hq.config.alarms.backup_hours
    since = made or first
    ok = since is None or hq.clock() - since <= limit * HOUR
    age = f"{(hq.clock() - since) // HOUR} hours" if since else ""
    words = f"the last verified one is {age} old" if made else "none was ever taken and verified"
    words += f"; {exposed:,} events are in none"
    return _check("backup", ok, words, f"Take one at least every {limit} hours: tote-hq backup (docs/operate.md).")


def mails(hq: Hq) -> Check:
    """Mails and text messages that are due and wait."""
    mail = tables.mail.c
    late = select(func.count()).where(mail.state == "queued", mail.due < hq.clock() - STUCK)
    with hq.reading() as connection:
        waiting = connection.scalar(late) or 0
    words = (
        f"{waiting} mails and text messages wait though they are due" if waiting else "none waits longer than it should"
    )
    return _check("mails", not waiting, words, "Set mail.smtp and text.gateway, and see tote-hq doctor's mail server.")


def clock(hq: Hq) -> Check:
    """What is in the database can't be of the future."""
    now = hq.clock()
    with hq.reading() as connection:
        latest = connection.scalar(select(func.max(tables.decision.c.at))) or 0
    synchronised = SYNCHRONISED.exists() or not SYNCHRONISED.parent.exists()
    words = "it goes forward" + ("" if synchronised else ", but no time server has set it since the start")
    if latest - now > BACK:
        words = f"it runs behind what HQ decided {(latest - now) // 1000} s later"
    return _check("clock", latest - now <= BACK and synchronised, words, "Set it: timedatectl set-ntp true.")


def _check(what: str, ok: bool, words: str, remedy: str) -> Check:
    return Check(what=what, ok=ok, words=words, remedy="" if ok else remedy)
