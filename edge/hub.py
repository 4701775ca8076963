"""Who is to be told what: each open screen of a station has a queue of its own."""

import queue
import threading
from collections import defaultdict
from types import TracebackType
from typing import Generic, TypeVar

M = TypeVar("M")

BACKLOG = 100
"""Messages a screen may lag behind; a screen only needs the latest, so older ones fall away first."""


class Subscription(Generic[M]):
    """One open screen. `get` waits for its next message."""

    def __init__(self, hub: "Hub[M]", station: str) -> None:
        self._hub, self._station = hub, station
        self._messages: queue.Queue[M] = queue.Queue(BACKLOG)

    def __enter__(self) -> "Subscription[M]":
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._hub.leave(self._station, self)

    def get(self, timeout: float) -> M | None:
        """The next message, None after `timeout` seconds without one."""
        try:
            return self._messages.get(timeout=timeout)
        except queue.Empty:
            return None

    def put(self, message: M) -> None:
        try:
            self._messages.put_nowait(message)
        except queue.Full:
            self._messages.get_nowait()
            self._messages.put_nowait(message)


class Hub(Generic[M]):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: dict[str, set[Subscription[M]]] = defaultdict(set)

    def subscribe(self, station: str) -> Subscription[M]:
        subscription = Subscription(self, station)
        with self._lock:
            self._subscriptions[station].add(subscription)
        return subscription

    def leave(self, station: str, subscription: Subscription[M]) -> None:
        with self._lock:
            self._subscriptions[station].discard(subscription)

    def publish(self, station: str, message: M) -> None:
        with self._lock:
            for subscription in self._subscriptions[station]:
                subscription.put(message)

    def publish_to_all(self, message: M) -> None:
        with self._lock:
            for subscriptions in self._subscriptions.values():
                for subscription in subscriptions:
                    subscription.put(message)

    def count(self, station: str) -> int:
        """Open screens of a station."""
        with self._lock:
            return len(self._subscriptions[station])
