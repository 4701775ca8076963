"""One event's envelope, and the hash that chains it to its predecessor."""

from functools import cached_property
from hashlib import sha256

import msgspec

GENESIS = "0" * 64
"""The hash before event 1 of every log."""

_FORM = "tote-event/1"


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """An event in a batch, as a JSON array. What the batch already says (log, number, prev) is not repeated."""

    id: str
    kind: str
    at: int
    body: str
    seal: str | None = None
    origin: str | None = None


def event_hash(
    event_id: str, log: str, n: int, kind: str, at: int, body: str, seal: str | None, origin: str | None, *, prev: str
) -> str:
    """SHA-256 in hex over the form's name and every field, a line each; the body, which may hold newlines, last."""
    form = (
        f"{_FORM}\n{event_id}\n{log}\n{n}\n{kind}\n{at}\n{'-' if seal is None else seal}\n"
        f"{'-' if origin is None else origin}\n{prev}\n{body}"
    )
    return sha256(form.encode()).hexdigest()


class Envelope(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """An event as it is stored, hashed and sent.

    `id` is 32 hex digits drawn at random; `log` names one database's life, `n` counts from 1 without gaps; `at` is the
    box's clock in milliseconds since 1970 UTC; `body` is the exact JSON text, never encoded again, so that nothing
    depends on a canonical form; `seal` is the hash of the sealed blob that travels beside the event; `origin` is
    "log:n" of an event that was appended again after a fork; `prev` is the hash of event n - 1.
    """

    id: str
    log: str
    n: int
    kind: str
    at: int
    body: str
    seal: str | None = None
    origin: str | None = None
    prev: str

    @classmethod
    def hashed(
        cls,
        event_id: str,
        log: str,
        n: int,
        kind: str,
        at: int,
        body: str,
        seal: str | None,
        origin: str | None,
        *,
        prev: str,
    ) -> "Envelope":
        """Hashed at once, for runs of many: a property that is computed when it is first asked for takes a lock, and
        with it as long as the hash itself."""
        made = cls(id=event_id, log=log, n=n, kind=kind, at=at, body=body, seal=seal, origin=origin, prev=prev)
        made.__dict__["hash"] = event_hash(event_id, log, n, kind, at, body, seal, origin, prev=prev)
        return made

    @cached_property
    def hash(self) -> str:
        """As `event_hash`."""
        return event_hash(
            self.id, self.log, self.n, self.kind, self.at, self.body, self.seal, self.origin, prev=self.prev
        )
