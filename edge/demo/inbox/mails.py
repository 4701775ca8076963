"""What arrived: mails parsed from the bytes that went over SMTP, which are kept as files."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mail:
    """One mail: the envelope's sender and recipients, when it came (ms since 1970, UTC), and its bytes."""

    id: int
    sender: str
    recipients: tuple[str, ...]
    at: int
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    def body(self, kind: str) -> str:
        """The part of type text/`kind` ("plain" or "html"); "" has none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def picture(self, content_id: str) -> MIMEPart | None:
        """The part that the HTML names as `cid:content_id`."""
        wanted = f"<{content_id}>"
        return next((part for part in self.message.walk() if part.get("Content-ID") == wanted), None)

    def told(self) -> dict[str, Any]:
        """As `/messages.json` gives it."""
        return {
            "id": self.id,
            "at": self.at,
            "from": self.sender,
            "to": list(self.recipients),
            "subject": str(self.message.get("Subject", "")),
            "headers": [list(header) for header in self.headers],
            "text": self.body("plain"),
            "html": self.body("html"),
            "bytes": len(self.raw),
        }


class Mailbox:
    """All mails, oldest first, numbered from 1; also files `<id>.eml` in a folder, read again at the next start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._lock = folder, threading.Lock()
        self._mails = [self._read(path) for path in sorted(folder.glob("*.eml"))]

    def add(self, sender: str, recipients: list[str], at: int, raw: bytes) -> Mail:
        with self._lock:
            mail = Mail(len(self._mails) + 1, sender, tuple(recipients), at, raw)
            (self._folder / f"{mail.id:06}.eml").write_bytes(envelope(mail) + raw)
            self._mails.append(mail)
        return mail

    def __iter__(self) -> Iterator[Mail]:
        return iter(list(self._mails))

    def get(self, number: int) -> Mail | None:
        return next((mail for mail in self if mail.id == number), None)

    @staticmethod
    def _read(path: Path) -> Mail:
        raw = path.read_bytes()
        head = message_from_bytes(raw, policy=default)
        _, _, rest = raw.partition(b"X-Inbox-At: ")
        return Mail(
            int(path.stem),
            str(head["X-Inbox-From"]),
            tuple(str(head["X-Inbox-To"]).split()),
            int(head["X-Inbox-At"]),
            rest.partition(b"\r\n")[2],
        )


def envelope(mail: Mail) -> bytes:
    """What only SMTP knew, as header lines before the mail's own."""
    lines = [f"X-Inbox-From: {mail.sender}", f"X-Inbox-To: {' '.join(mail.recipients)}", f"X-Inbox-At: {mail.at}"]
    return "".join(f"{line}\r\n" for line in lines).encode()
