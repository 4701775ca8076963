"""The envelope of an event -> the domain's event and the row that keeps it, or the reason why not."""

import re
from itertools import accumulate
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from edge.domain.events import KINDS, Event
from hq.store import tables
from hq.store.fits import misfit
from sync.codec import Envelope, blob_hash
from sync.ledger import Rejected

LARGEST_BODY = 256 * 1024
"""Characters: a basket of 200 lines takes a fifth of it."""
DEEPEST = 32
"""Brackets within brackets: a basket's items lie four deep."""
LONGEST_REASON = 200
NEWER = "if a newer box wrote it, update HQ, then replay it; else drop it"
FORGED = "no box writes such a one; look at that box, then drop it"
"""What to do about it."""
HEX = re.compile(r"[0-9a-f]{32}")
_ORIGIN = re.compile(r"[0-9a-f]{32}:[1-9][0-9]{0,18}")
_LONGEST_KIND, _LONGEST_SEAL = 64, 64
FARTHEST = 2**63
"""What a column of numbers holds."""
_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A string of JSON, or what an unclosed one leaves: it always matches, so a body is walked once."""
_BRACKET = re.compile(r"[\[\]{}]")
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}


def decode(envelope: Envelope) -> Event:
    """Raises Rejected. Fields that this HQ does not know yet are passed over: a newer box may send them."""
    if len(envelope.body) > LARGEST_BODY:
        raise Rejected(f"the body is longer than {LARGEST_BODY} characters: {FORGED}")
    if _depth(envelope.body) > DEEPEST:
        raise Rejected(f"the body nests deeper than {DEEPEST} brackets: {FORGED}")
    if envelope.kind not in _DECODERS:
        raise Rejected(f"kind {envelope.kind[:64]!r} is not known to this HQ: update HQ, then replay")
    try:
        return read(envelope.kind, envelope.body)
    except (msgspec.MsgspecError, UnicodeError) as error:
        why = f"the body is no {envelope.kind} ({error})"[: LONGEST_REASON - len(NEWER) - 2]
        raise Rejected(f"{why}: {NEWER}") from error


def read(kind: str, body: str) -> Event:
    """The event of a body that was decoded before; `kind` is one of `KINDS`. Raises msgspec.MsgspecError."""
    event: Event = _DECODERS[kind].decode(body)
    return event


def _depth(body: str) -> int:
    """How deep the brackets of `body` nest, those in its strings aside: readers of JSON run out of stack."""
    if body.count("[") + body.count("{") <= DEEPEST:
        return DEEPEST  # as deep as it could be
    brackets = _BRACKET.findall(_TEXT.sub("", body))
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def row_of(store: str, envelope: Envelope, blob: bytes | None, *, received: int) -> tuple[Any, ...]:
    """The row of table `event`, a value for each of its columns. Raises Rejected where a field of the envelope would
    not fit, or is no truth: what HQ keeps of an envelope it has looked at."""
    if not HEX.fullmatch(envelope.id):
        raise Rejected(f"the event's id is not 32 hex digits: {FORGED}")
    if envelope.origin is not None and not _ORIGIN.fullmatch(envelope.origin):
        raise Rejected(f"the event's origin is no log and number: {FORGED}")
    if blob is not None and blob_hash(blob) != envelope.seal:
        raise Rejected(f"the sealed address is not the one that the event names: {FORGED}")
    if not _fits(envelope):
        raise Rejected(f"the event's {_misfit(envelope)}")
    return (
        envelope.id,
        envelope.log,
        envelope.n,
        store,
        envelope.kind,
        envelope.at,
        received,
        envelope.body,
        envelope.seal,
        envelope.origin,
        envelope.hash,
    )


def _fits(envelope: Envelope) -> bool:
    """Whether the envelope fits its columns: `misfit`'s question, asked of every event and so in the quickest way."""
    return (
        len(envelope.kind) <= _LONGEST_KIND
        and -FARTHEST <= envelope.at < FARTHEST
        and (envelope.seal is None or len(envelope.seal) <= _LONGEST_SEAL)
        and "\0" not in envelope.body
        and "\0" not in envelope.kind
        and (envelope.seal is None or "\0" not in envelope.seal)
    )


def _misfit(envelope: Envelope) -> str:
    fields = {name: getattr(envelope, name) for name in ("kind", "at", "body", "seal")}
    return misfit(tables.event, fields) or "fields don't fit"


def kept(connection: Connection, event_id: str) -> Row[Any] | None:
    """The row of an event that was applied."""
    return connection.execute(select(tables.event).where(tables.event.c.id == event_id)).first()
