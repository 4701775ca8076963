"""Which files in a folder are complete: those that were renamed to their name, and those that have lain quiet."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNFINISHED = (
    ".part",
    ".partial",
    ".filepart",
    ".tmp",
    ".temp",
    ".upload",
    ".uploading",
    ".writing",
    ".crdownload",
    "~",
)
"""How programs name what they are still writing; names that begin with a point are taken so too."""


@dataclass(frozen=True)
class State:
    """What changes while somebody writes."""

    inode: int
    size: int
    modified: int


class Incoming:
    """To be looked at again and again, at times of a monotonic clock in seconds. `quiet`: how long a file must not have
    changed."""

    def __init__(self, folder: Path, quiet: float) -> None:
        self._folder, self._quiet = folder, quiet
        self._seen: dict[Path, tuple[State, float]] = {}
        self._unfinished: set[int] = set()
        """Inodes seen under names of what is not finished: once under another name, they are."""

    def complete(self, at: float) -> list[tuple[Path, State]]:
        """Files to be taken now, by name. Raises OSError where the folder can't be read."""
        there = dict(_files(self._folder))
        self._seen = {path: known for path, known in self._seen.items() if path in there}
        found = []
        for path, state in sorted(there.items()):
            if _is_unfinished(path):
                self._unfinished.add(state.inode)
                continue
            known = self._seen.get(path)
            if known is None or known[0] != state:
                self._seen[path] = known = (state, at)
            if at - known[1] >= self._quiet or state.inode in self._unfinished:
                found.append((path, state))
        self._unfinished &= {state.inode for state in there.values()}
        return found

    def later(self, path: Path, at: float) -> None:
        """It could not be taken: as if it had changed now."""
        if path in self._seen:
            self._seen[path] = (self._seen[path][0], at)
            self._unfinished.discard(self._seen[path][0].inode)


def state_of(path: Path) -> State | None:
    """None where it is no plain file (any more). A link is none: it might lead out of the folder."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return State(found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _files(folder: Path) -> Iterator[tuple[Path, State]]:
    for path in folder.iterdir():
        if state := state_of(path):
            yield path, state


def _is_unfinished(path: Path) -> bool:
    return path.name.startswith(".") or path.name.lower().endswith(UNFINISHED)
