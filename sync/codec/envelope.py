"""One event's envelope, and the hash that chains it to its predecessor."""

from functools import cached_property
from hashlib import sha256

import msgspec

GENESIS = "0" * 64
"""The hash before event 1 of every log."""

_FORM = "tote-event/1"


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

    @cached_property
    def hash(self) -> str:
        """SHA-256 in hex over the form's name and every field, a line each; the body, which may hold newlines, last."""
        seal = "-" if self.seal is None else self.seal
        origin = "-" if self.origin is None else self.origin
        fields = (self.id, self.log, self.n, self.kind, self.at, seal, origin, self.prev)
        return sha256("\n".join((_FORM, *map(str, fields), self.body)).encode()).hexdigest()
