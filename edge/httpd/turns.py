"""Whose turn it is: what comes from one address has a share of the threads, of the open lines, and of the time; the
rest of all three is left to everybody else, however much that address sends."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from sync.allowance import Allowance

C = TypeVar("C")
REMEMBERED = 1000
"""Addresses of which is known how much they sent."""


class Turns(Generic[C]):
    """Thread-safe. `give` hands one to a thread; it must not block."""

    def __init__(self, give: Callable[[C], None], share: int, pace: Callable[[], Allowance] | None = None) -> None:
        """At most `share` of one address have a thread, or wait for any thread to be free. `pace` makes what each
        address is allowed besides: who has used that up waits for a `tick`. None: any number."""
        self._give, self._share, self._pace, self._lock = give, share, pace, threading.Lock()
        self._taken: Counter[str] = Counter()
        self._aside: dict[str, deque[C]] = {}
        self._allowed: OrderedDict[str, Allowance] = OrderedDict()

    def come(self, address: str, one: C) -> None:
        """Has its turn now, or when others of its address have had theirs."""
        with self._lock:
            self._aside.setdefault(address, deque()).append(one)
        self._hand_on(address)

    def over(self, address: str) -> None:
        """A turn of that address has ended: the next one of it, if any waits."""
        with self._lock:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
        self._hand_on(address)

    def tick(self) -> None:
        """Time has passed."""
        with self._lock:
            waiting = list(self._aside)
        for address in waiting:
            self._hand_on(address)

    def clear(self) -> list[C]:
        """Those that wait aside, who get no turn any more."""
        with self._lock:
            left = [one for aside in self._aside.values() for one in aside]
            self._aside.clear()
        return left

    def _hand_on(self, address: str) -> None:
        while (one := self._next(address)) is not None:
            self._give(one)

    def _next(self, address: str) -> C | None:
        with self._lock:
            aside = self._aside.get(address)
            if not aside or self._taken[address] >= self._share or not self._is_allowed(address):
                return None
            self._taken[address] += 1
            one = aside.popleft()
            if not aside:
                del self._aside[address]
            return one

    def _is_allowed(self, address: str) -> bool:
        if self._pace is None:
            return True
        allowed = self._allowed.pop(address, None) or self._pace()
        self._allowed[address] = allowed
        if len(self._allowed) > REMEMBERED:
            self._allowed.popitem(last=False)
        return allowed.take()


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
