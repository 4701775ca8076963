"""Whose turn it is: what comes from one address has a share of the threads and of the open lines; the rest of both is
left to everybody else, however much that address sends."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")


class Turns(Generic[C]):
    """Thread-safe. `give` hands one to a thread; it must not block."""

    def __init__(self, give: Callable[[C], None], share: int) -> None:
        """At most `share` of one address have a thread, or wait for any thread to be free."""
        self._give, self._share, self._lock = give, share, threading.Lock()
        self._taken: Counter[str] = Counter()
        self._aside: dict[str, deque[C]] = {}

    def come(self, address: str, one: C) -> None:
        """Has its turn now, or when others of its address have had theirs."""
        with self._lock:
            if self._taken[address] >= self._share:
                self._aside.setdefault(address, deque()).append(one)
                return
            self._taken[address] += 1
        self._give(one)

    def over(self, address: str) -> None:
        """A turn of that address has ended: the next one of it, if any waits."""
        with self._lock:
            if not (aside := self._aside.get(address)):
                self._taken[address] -= 1
                if not self._taken[address]:
                    del self._taken[address]
                return
            following = aside.popleft()
            if not aside:
                del self._aside[address]
        self._give(following)

    def clear(self) -> list[C]:
        """Those that wait aside, who get no turn any more."""
        with self._lock:
            left = [one for aside in self._aside.values() for one in aside]
            self._aside.clear()
        return left


class Lines:
    """Counts open lines. Thread-safe."""

    def __init__(self, each: int, altogether: int) -> None:
        """At most `each` of one address, and `altogether`."""
        self._each, self._altogether, self._lock = each, altogether, threading.Lock()
        self._open: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Whether one more of that address may be open."""
        with self._lock:
            if self._open[address] >= self._each or self._open.total() >= self._altogether:
                return False
            self._open[address] += 1
            return True

    def give_back(self, address: str) -> None:
        with self._lock:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
