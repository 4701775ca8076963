"""The tags that counting readers have in their fields, and when that is worth telling: without I/O.

A reader that is down, or has come back a moment ago, does not see what is there; while one of them is in that state
nothing is counted, or the shop would be sold out whenever a reader is restarted.
"""

from collections.abc import Iterable

from hardware.scan import ReaderEvent

REREAD = 20.0
"""Seconds after which a reader that came up has seen all that is in its field."""
QUIET = 3.0
"""Seconds without a change after which a change is told: a rail that is pushed past is counted once it hangs still."""
PATIENCE = 60.0
"""Seconds after which it is told even though tags still come and go."""


class Field:
    """Of the readers `names`, which together see the whole shop. Times are of a monotonic clock, in seconds."""

    def __init__(self, names: Iterable[str]) -> None:
        self._tags: dict[str, set[bytes]] = {name: set() for name in names}
        self._sees_from: dict[str, float | None] = dict.fromkeys(self._tags)
        """When each reader has seen all; None while it is down."""
        self._changed: float | None = None
        self._first_changed: float | None = None

    def hear(self, event: ReaderEvent, at: float) -> None:
        tags = self._tags[event.reader]
        before = len(tags)
        if event.kind == "up":
            tags.clear()
            self._sees_from[event.reader] = at + REREAD
        elif event.kind == "down":
            self._sees_from[event.reader] = None
        elif event.kind == "present":
            tags.add(event.tag)
        elif event.kind == "removed":
            tags.discard(event.tag)
        if event.kind == "up" or len(tags) != before:
            self._changed = at
            self._first_changed = at if self._first_changed is None else self._first_changed

    def sees_all(self, at: float) -> bool:
        return bool(self._tags) and all(since is not None and at >= since for since in self._sees_from.values())

    def is_due(self, at: float) -> bool:
        """Whether something changed that has not been told (`told`) and is to be now."""
        if self._changed is None or self._first_changed is None or not self.sees_all(at):
            return False
        return at - self._changed >= QUIET or at - self._first_changed >= PATIENCE

    def told(self) -> None:
        self._changed = self._first_changed = None

    def tags(self) -> set[bytes]:
        """Each tag once, however many readers see it."""
        return set().union(*self._tags.values())
