"""Feeds that tell what changed: a delta that came with a head, or that HQ is asked for, verified."""

from hashlib import sha256

import msgspec

from edge.catalogue import Version
from edge.feeds.fetching import Fetching, RefusedVersionError
from sync.codec import FeedDelta, FeedHead, decode_delta, verify_delta

Part = tuple[FeedDelta, bytes]


class Telling:
    """Of the feed of that name; `most` octets are the largest answer. Used by one thread."""

    def __init__(self, feed: str, most: int, fetching: Fetching, verify_key: bytes) -> None:
        self._feed, self._most, self._fetching, self._verify_key = feed, most, fetching, verify_key

    def beyond(self, head: FeedHead, held: Version) -> Part:
        """What leads on from `held`. Raises RefusedVersionError or CodecError for what must not be used."""
        return self._inline(head, held) or self.asked(held)

    def asked(self, held: Version) -> Part:
        packed, headers = self._fetching.octets(f"/feeds/{self._feed}?since={held}", self._most)
        delta, packed = self._checked(decode_delta(headers.get("Tote-Delta", "").encode()), packed)
        if Version(*delta.since) != held:
            raise RefusedVersionError(f"HQ was asked for {self._feed} since {held} and answered with {delta.since}")
        return delta, packed

    def _inline(self, head: FeedHead, held: Version) -> Part | None:
        for delta in head.deltas or ():
            leads_on = held.epoch == delta.since_epoch and Version(*delta.since) <= held
            if leads_on and delta.version == (head.epoch, head.n) and delta.data is not msgspec.UNSET:
                return self._checked(delta, delta.data)
        return None

    def _checked(self, delta: FeedDelta, packed: bytes) -> Part:
        verify_delta(self._verify_key, delta)
        if delta.feed != self._feed or len(packed) != delta.size or sha256(packed).hexdigest() != delta.sha256:
            raise RefusedVersionError(f"what leads to {self._feed} {delta.epoch}.{delta.n} is not what HQ signed")
        return delta, packed
