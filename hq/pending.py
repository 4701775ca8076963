"""Decisions that stand in the journal and that the database could not take yet."""

from collections.abc import Iterable
from threading import Lock

from hq.journal import Entry


class Pending:
    """Oldest first; safe from every thread. Lost with the process: the next start reads the journal."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def keep(self, entries: Iterable[Entry]) -> None:
        with self._lock:
            self._entries |= {entry.id: entry for entry in entries}

    def waiting(self) -> list[Entry]:
        with self._lock:
            return list(self._entries.values())

    def drop(self, entries: Iterable[Entry]) -> None:
        with self._lock:
            for entry in entries:
                self._entries.pop(entry.id, None)
