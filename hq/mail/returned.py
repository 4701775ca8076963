"""What a mail server says of a mail that it could not deliver (RFC 3464), or that its reader called spam (RFC 5965).
Pure: a message's octets to what it means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from typing import Literal

Meaning = Literal["bounced", "complaint"]
NO_MAILBOX = re.compile(r"5\.1\.\d+|5\.2\.1")
"""RFC 3463: the address is wrong, or its mailbox is closed. Other refusals (full, policy, size) say nothing of the
address."""
UNSAID, OF_THE_MAILBOX, ENHANCED = "5.0.0", re.compile(r"\b55[013]\b"), re.compile(r"\b5\.[1-7]\.\d+")
"""A status that says no more than "failed", older codes of SMTP that tell it beside, and newer ones, which say more."""


@dataclass(frozen=True, kw_only=True)
class Returned:
    meaning: Meaning
    message_id: str
    """Of the mail that it is about, as its header had it."""
    address: str
    """To whom it could not be delivered; "" where it is not said."""


def returned(octets: bytes) -> Returned | None:
    """None for what is no such report, means something passing, or does not name a mail."""
    message = message_from_bytes(octets, policy=default)
    if not isinstance(message, EmailMessage) or message.get_content_type() != "multipart/report":
        return None
    parts = [part for part in message.walk() if not part.is_multipart() or part.get_content_maintype() == "message"]
    message_id = next(filter(None, map(_id_of, parts)), "")
    if not message_id:
        return None
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for address in _without_mailbox(part):
                return Returned(meaning="bounced", message_id=message_id, address=address)
        if part.get_content_type() == "message/feedback-report" and _is_abuse(part):
            return Returned(meaning="complaint", message_id=message_id, address="")
    return None


def _id_of(part: Message) -> str:
    """Of the mail or its headers that came back with the report."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        head = inner[0] if isinstance(inner, list) and inner else None
    elif kind == "text/rfc822-headers":
        head = message_from_string(_text(part), policy=default)
    else:
        return ""
    return str(head.get("Message-ID", "")).strip() if isinstance(head, Message) else ""


def _without_mailbox(part: Message) -> Iterator[str]:
    """Addresses that the report says do not exist."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        status, told = str(block.get("Status", "")).strip(), str(block.get("Diagnostic-Code", ""))
        if names_no_mailbox(status, told):
            yield _address(str(block.get("Original-Recipient", "") or block.get("Final-Recipient", "")))


def names_no_mailbox(status: str, told: str) -> bool:
    """Whether a status of RFC 3463, or where that says no more than "failed" what was told beside, means that there is
    no such mailbox."""
    if status in (UNSAID, ""):
        return bool(NO_MAILBOX.search(told) or (OF_THE_MAILBOX.search(told) and not ENHANCED.search(told)))
    return bool(NO_MAILBOX.match(status))


def _address(field: str) -> str:
    """Of "rfc822; sarah@example.com"."""
    return field.rpartition(";")[2].strip().strip("<>")


def _is_abuse(part: Message) -> bool:
    """Of what readers report, the one kind that is about what they do not want."""
    payload = part.get_payload()
    text = str(payload[0]) if isinstance(payload, list) and payload else _text(part)
    return str(message_from_string(text.lstrip(), policy=default).get("Feedback-Type", "")).strip().lower() == "abuse"


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    return octets.decode("utf-8", "replace") if isinstance(octets, bytes) else str(part.get_payload())
