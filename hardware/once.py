"""Readings that come by HTTP: each counts once, however often it is posted."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

REMEMBERED = 1000
"""Posts whose ids are kept: at the most a station may post, of the last three quarters of a minute; who posts gives up
after three seconds."""


class Once(Generic[T]):
    """Which posts have been applied, and what came of them. Not thread-safe."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[str, T] = OrderedDict()

    def do(self, name: str, what: Callable[[], T]) -> T:
        """What `what` gives, called at most once for `name`; one that raises has not been done. "" is always new."""
        if name and name in self._seen:
            return self._seen[name]
        done = what()
        if name:
            self._seen[name] = done
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return done
