"""Mails that come back: a Maildir into which a mail server delivers what is sent to the sender's address. What mail
services tell of them by webhook has the same effects (`hq.mail.web`).

Whoever's address does not exist gets no more mails, and whoever calls one spam is unsubscribed. A report counts only
where it names a mail that HQ sent, by its Message-ID, which nobody but its receiver can know; and then only against the
person it went to. What was understood is deleted, the rest stays for a person to read.
"""

import logging
import re
from pathlib import Path

from sqlalchemy import Connection, select

from hq import decisions, identity, people
from hq.linking.person import named
from hq.mail.returned import Returned, returned
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables

log = logging.getLogger(__name__)

POLL = 10.0
LARGEST = 4 << 20
"""Octets of a report; the largest of our own mails is a tenth."""
EVENT = re.compile(r"<(?:[a-z0-9-]+\.)?([0-9a-f]{32})@")


def watcher(hq: Hq, *, poll: float = POLL) -> Recurring:
    returns = Returns(hq)
    return Recurring("returned mails", (returns.look, "returned mails wait"), poll=poll)


class Returns:
    def __init__(self, hq: Hq) -> None:
        self._hq, self._folder = hq, Path(hq.config.mail.returns)
        self._is_there = True

    def look(self) -> int:
        """Takes what has come; returns how many of them meant something."""
        if not self._hq.config.mail.returns:
            return 0
        fresh = self._folder / "new"
        if not fresh.is_dir():
            if self._is_there:
                log.error(
                    "mail.returns: %s is no Maildir (it has no folder `new`), or HQ may not read it", self._folder
                )
            self._is_there = False
            return 0
        self._is_there = True
        return sum(self._take(file) for file in sorted(fresh.iterdir()) if file.is_file())

    def _take(self, file: Path) -> bool:
        told = returned(file.read_bytes()) if file.stat().st_size <= LARGEST else None
        if told and decided(self._hq, told):
            file.unlink()
            return True
        seen = self._folder / "cur"
        seen.mkdir(exist_ok=True)
        file.rename(seen / f"{file.name.partition(':')[0]}:2,S")  # as a mail program marks what was looked at
        return False


def decided(hq: Hq, told: Returned) -> bool:
    """Does what `told` asks for; False where it is about no mail that HQ sent."""
    with hq.reading() as reading:
        profile = _receiver(reading, told.message_id)
        mails = _against(reading, hq, profile, told.address) if profile else []
    if not profile:
        return False
    if told.meaning == "complaint":
        decisions.unsubscribe(hq, profile, how="complaint")
    for digest in mails if told.meaning == "bounced" else ():
        decisions.suppress(hq, digest, "bounced")
    log.info("a mail came back: %s", told.meaning)
    return True


def _receiver(reading: Connection, message_id: str) -> str | None:
    """The profile that the mail of this Message-ID went to."""
    mail, found = tables.mail.c, EVENT.match(message_id)
    if not found:
        return None
    query = select(mail.profile).where(mail.event == found[1], mail.message_id == message_id)
    profile: str | None = reading.scalar(query)
    return profile


def _against(reading: Connection, hq: Hq, profile: str, address: str) -> list[str]:
    """The digest of the person's address that does not exist, [] where it is barred already. Where the report names
    none of theirs (it was forwarded), it is the one that is written to."""
    theirs = named(reading, profile, "mail")
    told = _digest(hq, address)
    latest = _digest(hq, people.mail_of(reading, profile) or "")
    digest = told if told in theirs else latest
    barred = select(tables.suppression.c.digest).where(
        tables.suppression.c.digest == digest, tables.suppression.c.reason == "bounced"
    )
    return [digest] if digest and reading.scalar(barred) is None else []


def _digest(hq: Hq, address: str) -> str:
    try:
        return identity.digest(hq.keys, "mail", address)
    except identity.BadMail:
        return ""
