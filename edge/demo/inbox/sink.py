"""The SMTP side of the inbox (aiosmtpd)."""

import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from edge.demo.inbox.mails import Mailbox


class Sink:
    """Accepts every mail for every address."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        raw, now = envelope.original_content or b"", time.time_ns() // 1_000_000
        mail = self._mailbox.add(envelope.mail_from or "", envelope.rcpt_tos, now, raw)
        return f"250 kept as {mail.id}"


def sink(mailbox: Mailbox, port: int) -> Controller:
    """A server on loopback, not started; `.start()` and `.stop()` it."""
    return Controller(Sink(mailbox), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
