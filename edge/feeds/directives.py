"""Directives from the line: HQ's own word to this store, or refused and HQ told; then carried out by the shop."""

import logging
from collections.abc import Sequence
from typing import Protocol

from edge.feeds.feed import Told
from sync.codec import DIRECTIVES, CodecError, Directive, FeedDelta, directives_in

log = logging.getLogger(__name__)

Version = tuple[int, int]


class Taker(Protocol):
    def take(self, directives: Sequence[Directive], since: Version, version: Version) -> None:
        """Carries out all of it, or raises."""


class DirectiveFeed:
    """Nothing is kept or tried again here: what the box does not confirm in its log, HQ says again."""

    def __init__(self, store: str, verify_key: bytes, taker: Taker, told: Told) -> None:
        self._store, self._verify_key, self._taker, self._told = store, verify_key, taker, told

    def take(self, delta: FeedDelta) -> None:
        """Never raises: it runs on the thread of the line. As long as a transaction of the log."""
        try:
            self._taker.take(directives_in(self._verify_key, self._store, delta), delta.since, delta.version)
        except CodecError as refusal:
            log.error("directives are refused: %s", refusal)
            self._told.refused(DIRECTIVES, f"{delta.epoch}.{delta.n}", str(refusal))
        except Exception:
            log.exception("directives could not be carried out, HQ says them again")
