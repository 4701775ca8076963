"""Messages of the stock feed, packed once for all the boxes that lack the same: after an hour without a line a thousand
of them ask within a minute."""

from threading import Lock

from sqlalchemy import Connection

from edge.catalogue import Version
from hq.feeds import stock
from sync.codec import FeedDelta

MOST = 64 << 20
"""Octets that are kept; of what is larger alone, the last is."""
Message = tuple[FeedDelta, bytes]


class StockMessages:
    """Those that lead to the newest version, by where they begin. Any thread may ask; one packs at a time."""

    def __init__(self, signing_key: bytes) -> None:
        self._signing_key = signing_key
        self._lock = Lock()
        self._until = Version(0, 0)
        self._kept: dict[Version, Message] = {}

    def since(self, connection: Connection, version: Version) -> Message:
        """As `stock.delta_since`. `connection` must see one moment throughout."""
        until = stock.newest(connection)
        with self._lock:
            if until != self._until:
                self._until, self._kept = until, {}
            if version not in self._kept:
                message = stock.delta_since(connection, self._signing_key, version)
                while self._kept and sum(len(packed) for _, packed in self._kept.values()) + len(message[1]) > MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[version] = message
            return self._kept[version]
