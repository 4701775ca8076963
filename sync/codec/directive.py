"""Directives: what HQ tells one store to do. A delta of that store's own feed, on its down topic.

Its octets are zstd of JSON lines, `["id", epoch, n, "kind", "body"]` each; the feed's name, and so the signature, holds
the store: what was said to one store can't be said to another.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from sync.codec.delta import FeedDelta, sign_delta, verify_delta
from sync.codec.errors import BadSignature
from sync.codec.lines import pack_lines, unpack_lines

DIRECTIVES = "directives"
LARGEST = 4 << 20
"""Octets of the directives of one message, unpacked: a bomb stops here."""


class Directive(msgspec.Struct, frozen=True, array_like=True):
    """`id` names it for ever, under whatever version it is told again; `body` is JSON text."""

    id: str
    epoch: int
    n: int
    kind: str
    body: str

    @property
    def version(self) -> tuple[int, int]:
        return self.epoch, self.n


class Directed(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="directed"):
    """On the down topic: `delta` leads from what the store has confirmed to its last directive in it."""

    delta: FeedDelta


_lines = msgspec.json.Decoder(Directive)


def directed(
    signing_key: bytes, store: str, since: tuple[int, int], directives: Sequence[Directive], level: int = 3
) -> Directed:
    """`directives` in their order, one at least; `signing_key` is the 32-byte Ed25519 seed."""
    packed = pack_lines(directives, level)
    epoch, n = directives[-1].version
    delta = FeedDelta(
        feed=feed_of(store),
        since_epoch=since[0],
        since_n=since[1],
        epoch=epoch,
        n=n,
        size=len(packed),
        sha256=sha256(packed).hexdigest(),
        data=packed,
    )
    return Directed(delta=sign_delta(signing_key, delta))


def directives_in(verify_key: bytes, store: str, delta: FeedDelta) -> tuple[Directive, ...]:
    """Raises BadSignature where it is not HQ's word to `store`, Malformed where it can't be read."""
    verify_delta(verify_key, delta)
    if delta.feed != feed_of(store):
        raise BadSignature(f"directives to {delta.feed!r} came to store {store!r}")
    packed = b"" if delta.data is msgspec.UNSET else delta.data
    if len(packed) != delta.size or sha256(packed).hexdigest() != delta.sha256:
        raise BadSignature("the directives are not those that HQ signed")
    return tuple(unpack_lines(packed, _lines, LARGEST))


def feed_of(store: str) -> str:
    return f"{DIRECTIVES}/{store}"
