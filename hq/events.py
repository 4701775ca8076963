"""The envelope of an event -> the domain's event and the row that keeps it, or the reason why not."""

import re
from itertools import accumulate
from typing import Any

import msgspec

from edge.domain.events import KINDS, Event
from hq.store import tables
from hq.store.fits import misfit
from sync.codec import Envelope
from sync.ingest import Rejected

LARGEST_BODY = 256 * 1024
"""Characters: a basket of 200 lines takes a fifth of it."""
DEEPEST = 32
"""Brackets within brackets: a basket's items lie four deep."""
LONGEST_REASON = 200
HEX = re.compile(r"[0-9a-f]{32}")
_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A string of JSON, or what an unclosed one leaves: it always matches, so a body is walked once."""
_BRACKET = re.compile(r"[\[\]{}]")
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()}


def decode(envelope: Envelope) -> Event:
    """Raises Rejected. Fields that this HQ does not know yet are passed over: a newer box may send them."""
    if len(envelope.body) > LARGEST_BODY:
        raise Rejected(f"the body is longer than {LARGEST_BODY} characters")
    if _depth(envelope.body) > DEEPEST:
        raise Rejected(f"the body nests deeper than {DEEPEST} brackets")
    if envelope.kind not in _DECODERS:
        raise Rejected(f"kind {envelope.kind[:64]!r} is not known to this HQ: update HQ, then replay")
    try:
        return read(envelope.kind, envelope.body)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Rejected(f"the body is no {envelope.kind} ({error})"[:LONGEST_REASON]) from error


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


def row_of(store: str, envelope: Envelope, *, received: int) -> dict[str, Any]:
    """The row of table `event`. Raises Rejected where a field of the envelope would not fit."""
    if not HEX.fullmatch(envelope.id):
        raise Rejected("the event's id is not 32 hex digits")
    row = {
        "id": envelope.id,
        "log_id": envelope.log,
        "n": envelope.n,
        "store": store,
        "kind": envelope.kind,
        "at": envelope.at,
        "received": received,
        "body": envelope.body,
        "seal": envelope.seal,
        "origin": envelope.origin,
        "hash": envelope.hash,
    }
    if why := misfit(tables.event, row):
        raise Rejected(f"the event's {why}")
    return row
