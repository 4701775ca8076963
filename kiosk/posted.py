"""What a reader somewhere else posts, read strictly into the event that a reader here would have told."""

import re
import time
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, cast

from hardware.scan import ReaderEvent, Scan

MOST_BYTES = 8192
"""The longest NDEF message or symbol taken."""
MOST_LETTERS = 300
REASONS = frozenset(
    {
        "tag-empty",
        "tag-foreign",
        "tag-torn",
        "tag-damaged",
        "tags-many",
        "barcode-torn",
        "barcode-long",
        "barcode-dropped",
        "picture-unreadable",
    }
)
"""The words of `ReaderEvent.reason`."""
COMMON = {"kind", "reader", "id", "source"}
FIELDS: dict[str, set[str]] = {
    "scan": {"symbology", "data", "text", "uid"},
    "partial": {"reason", "error", "raw"},
    "present": {"tag"},
    "removed": {"tag"},
    "up": set(),
    "down": {"error"},
}
"""What each kind may bear beside `COMMON`."""
WORD = re.compile(r"[A-Za-z0-9_-]{0,64}")

UNNAMED = "browser"
"""The reader of a page that names none."""

Kind = Literal["scan", "present", "removed", "partial", "up", "down"]


class BadPostError(Exception):
    """What was posted is none of the things it may be; `str()` says what to send instead."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Posted:
    """`id` names the event, so that it counts once however often it comes; `source` is the page or device."""

    event: ReaderEvent
    id: str
    source: str


def parse(body: Any, kinds: Collection[str]) -> Posted:
    """`body` is decoded JSON; without a "kind" it is the first of `kinds`. Raises BadPostError."""
    fields = _texts(body)
    kind = fields.get("kind", next(iter(kinds)))
    if kind not in kinds:
        raise BadPostError(f'"kind" must be one of {", ".join(kinds)} here, not {kind[:40]!r}')
    for name in fields.keys() - COMMON - FIELDS[kind]:
        raise BadPostError(f"{kind} has no {name[:40]!r}; it takes: {', '.join(sorted(COMMON | FIELDS[kind]))}")
    return Posted(event=_event(cast(Kind, kind), fields), id=_word(fields, "id"), source=_word(fields, "source"))


def _texts(body: Any) -> dict[str, str]:
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise BadPostError("an object of texts is wanted: symbology, and data (base64) or text")
    return body


def _event(kind: Kind, fields: dict[str, str]) -> ReaderEvent:
    reader, at = _line(fields, "reader", 64) or UNNAMED, time.time()
    return ReaderEvent(
        kind=kind,
        reader=reader,
        at=at,
        scan=_scan(fields, reader, at) if kind == "scan" else None,
        error=_line(fields, "error", MOST_LETTERS),
        reason=_reason(fields) if kind == "partial" else "",
        raw=_octets(fields, "raw", MOST_BYTES),
        tag=_octets(fields, "tag", 64),
    )


def _scan(fields: dict[str, str], reader: str, at: float) -> Scan:
    return Scan(
        reader=reader, symbology=_word(fields, "symbology"), data=_data(fields), at=at, uid=_octets(fields, "uid", 64)
    )


def _data(fields: dict[str, str]) -> bytes:
    if ("data" in fields) == ("text" in fields):
        raise BadPostError('a scan needs "data" in base64, or "text", and not both')
    try:
        data = _octets(fields, "data", MOST_BYTES) or fields.get("text", "").encode()
    except UnicodeEncodeError as error:  # JSON can spell half a surrogate pair, which no log or database takes
        raise BadPostError('"text" holds half a letter') from error
    if not 0 < len(data) <= MOST_BYTES:
        raise BadPostError(f"a scan has 1 to {MOST_BYTES} bytes, not {len(data)}", 413 if data else 400)
    return data


def _reason(fields: dict[str, str]) -> str:
    if fields.get("reason") not in REASONS:
        raise BadPostError(f'"reason" must be one of {", ".join(sorted(REASONS))}')
    return fields["reason"]


def _octets(fields: dict[str, str], name: str, most: int) -> bytes:
    text = fields.get(name, "")
    if len(text) > most * 4 // 3 + 4:
        raise BadPostError(f'"{name}" has more than {most} bytes', 413)
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise BadPostError(f'"{name}" must be base64') from error


def _word(fields: dict[str, str], name: str) -> str:
    if not WORD.fullmatch(fields.get(name, "")):
        raise BadPostError(f'"{name}" must be at most 64 letters a-z, digits, "-" and "_"')
    return fields.get(name, "")


def _line(fields: dict[str, str], name: str, most: int) -> str:
    text = fields.get(name, "")
    if len(text) > most or not text.isprintable():
        raise BadPostError(f'"{name}" must be one line of at most {most} letters')
    return text
