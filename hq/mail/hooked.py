"""What a mail service tells by webhook of mails that came back: its JSON to what it means. Pure.

    tote      {"returned": [{"meaning": "bounced" or "complaint", "message_id", "address"}]}, or one of them alone
    mailgun   the events `failed` and `complained`
    postmark  `Bounce` and `SpamComplaint`; it knows our Message-ID as metadata of the mail (`METADATA`)
    ses       notifications and events of Amazon SES, as SNS brings them, with the original headers included

As with reports in a mailbox only those count that say that there is no such mailbox, and those of readers who call a
mail spam: a full mailbox and a refused picture say nothing of the address.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hq.mail.returned import Returned, names_no_mailbox

METADATA = "tote-message-id"
"""Header X-PM-Metadata-… of mails, which Postmark hands back."""
GONE = frozenset({"HardBounce", "BadEmailAddress"})
"""Postmark's words for an address that does not exist."""
Told = Mapping[str, Any]


class UnreadableError(Exception):
    """`str()` says what is wanted instead."""


def returned_by(shape: str, told: object) -> list[Returned]:
    """`told` is the parsed JSON. [] for what means something passing, or does not name a mail."""
    found = SHAPES[shape](_table(told))
    return [one for one in found if one.message_id]


def subscription(told: object) -> str:
    """The address by which SNS is told that we want its notices; "" for everything else."""
    is_one = isinstance(told, dict) and told.get("Type") == "SubscriptionConfirmation"
    return _text(told, "SubscribeURL") if is_one and isinstance(told, dict) else ""


def _tote(told: Told) -> Iterator[Returned]:
    for one in _list(told, "returned") if "returned" in told else [told]:
        if one.get("meaning") not in ("bounced", "complaint"):
            raise UnreadableError('"meaning" must be "bounced" or "complaint"')
        yield Returned(meaning=one["meaning"], message_id=_id(one, "message_id"), address=_text(one, "address"))


def _mailgun(told: Told) -> Iterator[Returned]:
    event = _of(told, "event-data")
    message_id, address = _id(_of(_of(event, "message"), "headers"), "message-id"), _text(event, "recipient")
    status = _of(event, "delivery-status")
    reason, kind = _text(event, "reason"), _text(event, "event")
    if kind == "complained" or reason == "suppress-complaint":
        yield Returned(meaning="complaint", message_id=message_id, address="")
    elif kind == "failed" and _text(event, "severity") == "permanent":
        told_beside = f"{_text(status, 'code')} {_text(status, 'message')} {_text(status, 'description')}"
        if reason == "suppress-bounce" or names_no_mailbox(_text(status, "enhanced-code"), told_beside):
            yield Returned(meaning="bounced", message_id=message_id, address=address)


def _postmark(told: Told) -> Iterator[Returned]:
    kind, type_ = _text(told, "RecordType"), _text(told, "Type")
    message_id = _id(_of(told, "Metadata"), METADATA)
    if kind == "SpamComplaint" or type_ == "SpamComplaint":
        yield Returned(meaning="complaint", message_id=message_id, address="")
    elif kind == "Bounce" and type_ in GONE:
        yield Returned(meaning="bounced", message_id=message_id, address=_text(told, "Email"))


def _ses(told: Told) -> Iterator[Returned]:
    if "Message" in told:  # SNS puts what it brings into a text
        told = _inside(_text(told, "Message"))
    kind, message_id = _text(told, "notificationType") or _text(told, "eventType"), _original_id(_of(told, "mail"))
    bounce, complaint = _of(told, "bounce"), _of(told, "complaint")
    if kind == "Complaint" and _text(complaint, "complaintFeedbackType") in ("", "abuse"):
        yield Returned(meaning="complaint", message_id=message_id, address="")
    elif kind == "Bounce" and _text(bounce, "bounceType") == "Permanent":
        known = _text(bounce, "bounceSubType") in ("NoEmail", "Suppressed", "OnAccountSuppressionList")
        for one in _list(bounce, "bouncedRecipients"):
            if known or names_no_mailbox(_text(one, "status"), _text(one, "diagnosticCode")):
                yield Returned(meaning="bounced", message_id=message_id, address=_text(one, "emailAddress"))


def _inside(text: str) -> Told:
    """{} for SNS's own notices, which are plain text."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _original_id(mail: Told) -> str:
    """SES gives mails an id of its own; ours is among the headers that it kept."""
    headers = [one for one in _list(mail, "headers") if _text(one, "name").lower() == "message-id"]
    return _id(headers[0], "value") if headers else _id(_of(mail, "commonHeaders"), "messageId")


def _id(told: Told, name: str) -> str:
    """With its angle brackets, which some leave out."""
    text = _text(told, name).strip("<>")
    return f"<{text}>" if text else ""


def _table(value: object) -> Told:
    if not isinstance(value, dict):
        raise UnreadableError("a JSON object is wanted")
    return value


def _of(told: Told, name: str) -> Told:
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _list(told: Told, name: str) -> list[Told]:
    value = told.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(told: Told, name: str) -> str:
    value = told.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""


SHAPES: dict[str, Callable[[Told], Iterator[Returned]]] = {
    "tote": _tote,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "ses": _ses,
}
