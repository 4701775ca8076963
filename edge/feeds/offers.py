"""Codes and campaigns that HQ tells of: verified, part by part, each taken in by the shop in one transaction."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from edge.catalogue import Version
from edge.domain.coupon import FEED, Told
from edge.feeds.fetching import Fetching, RefusedVersionError
from edge.feeds.telling import Telling
from sync.codec import FeedHead, unpack_lines

LARGEST, LARGEST_PLAIN = 4 << 20, 16 << 20
"""Octets of one answer, and unpacked."""
_lines = msgspec.json.Decoder(Told)


class OfferTaker(Protocol):
    @property
    def version(self) -> Version:
        """Of what was taken last, 0-0 before the first."""

    def take(self, told: Sequence[Told], version: Version) -> None:
        """Keeps all of it, or raises."""


class OfferFeed:
    """Used by one thread."""

    def __init__(self, taker: OfferTaker, fetching: Fetching, verify_key: bytes) -> None:
        self._taker, self._telling = taker, Telling(FEED, LARGEST, fetching, verify_key)

    def take(self, head: FeedHead) -> None:
        """Raises RefusedVersionError or CodecError for what must not be used."""
        while (held := self._taker.version) < Version(head.epoch, head.n):
            delta, packed = self._telling.beyond(head, held)
            if Version(*delta.version) <= held:
                raise RefusedVersionError(f"HQ was asked for offers since {held} and answered with {delta.version}")
            self._taker.take(list(unpack_lines(packed, _lines, LARGEST_PLAIN)), Version(*delta.version))
