"""Whether the end of a WAL can't be reached: SQLite drops a damaged transaction, and all behind it, without a word.

A power cut may tear the last transaction, which nobody was told of: the one before was synced before it began. So
where two commits or more lie behind a frame that is not whole, what was confirmed is damaged.

The form of the file: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

import logging
import shutil
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

HEADER, FRAME = 32, 24
LITTLE, BIG = 0x377F0682, 0x377F0683
TORN = 1
"""Commits behind a bad frame that a power cut accounts for."""
Sums = tuple[int, int]


@dataclass(frozen=True)
class _Frame:
    commits: bool
    salts: bytes
    whole: bool


def damaged_commits(path: Path) -> int:
    """How many confirmed transactions of the WAL at `path` SQLite won't find; 0 for a sound or torn one, or none.

    The database must not be open: a WAL that is being written anew looks damaged.
    """
    octets = path.read_bytes() if path.exists() else b""
    if len(octets) < HEADER + FRAME:
        return 0
    frames = list(_frames(octets))
    first_bad = next((n for n, frame in enumerate(frames) if not frame.whole), len(frames))
    salts = octets[16:24] if first_bad else frames[0].salts  # a header that is damaged itself names none
    behind = sum(frame.commits and frame.salts == salts for frame in frames[first_bad:])
    return behind if behind > TORN else 0


def set_aside(path: Path) -> Path | None:
    """Keeps a copy of a damaged WAL of the database at `path`, before SQLite opens it: for a person, and so that
    `tote log verify` goes on saying so. None where the WAL is sound."""
    wal, aside = path.with_name(f"{path.name}-wal"), torn_wal(path)
    if not (commits := damaged_commits(wal)):
        return None
    log.critical(
        "%s is damaged: %d transactions that were confirmed can't be read. What HQ has of them it keeps; a copy is %s",
        *(wal, commits, aside.name),
    )
    try:
        shutil.copy2(wal, aside)
    except OSError as error:  # a full disk: the box goes on, and has said so
        log.error("%s can't be written: %s", aside, error.strerror)
    return aside


def torn_wal(path: Path) -> Path:
    """Where the copy lies, if there is one."""
    return path.with_name(f"{path.name}-wal-damaged")


def _frames(octets: bytes) -> Iterator[_Frame]:
    """Each whole as far as its checksums and those before it say so."""
    magic, _, size = struct.unpack_from(">3I", octets)
    size = 65536 if size == 1 else size
    if magic not in (LITTLE, BIG) or not 512 <= size <= 65536:
        size = 4096  # SQLite's own, and ours: enough to tell that there are commits
    swapped = (magic == LITTLE) != (sys.byteorder == "little")
    sums = _sums(octets[:24], (0, 0), swapped)
    whole = sums == struct.unpack_from(">2I", octets, 24)
    for at in range(HEADER, len(octets) - FRAME - size + 1, FRAME + size):
        head = octets[at : at + FRAME]
        if whole:
            sums = _sums(head[:8] + octets[at + FRAME : at + FRAME + size], sums, swapped)
            whole = head[8:16] == octets[16:24] and sums == struct.unpack_from(">2I", head, 16)
        yield _Frame(commits=head[4:8] != b"\0\0\0\0", salts=head[8:16], whole=whole)


def _sums(octets: bytes, sums: Sums, swapped: bool) -> Sums:
    words = array("I", octets)
    if swapped:
        words.byteswap()
    first, second = sums
    pairs = iter(words)
    for one, other in zip(pairs, pairs, strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
