"""What `tote doctor` finds on the disk: room, who may read what, the store's pages, its write-ahead log, its chain."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from edge.cli.log import broken
from edge.cli.selftest.answers import Finding
from edge.config import Config
from edge.store import Database, EventLog, StorageError, Verdict
from edge.watching import machine

START = "start the box (tote run): it goes on with all that can be read; docs/operate.md"
FIRST_START = "start the box once: tote run"
LOW = 500 * 1024 * 1024
"""Bytes free below which the disk is a finding."""
LONG_WAL = 256 * 1024 * 1024
"""Bytes of a write-ahead log that somebody keeps from being carried over: it is a few MB in good health."""
GROUP, OTHERS = 0o070, 0o007


def examine_disk(config: Config, settings: Path) -> Iterator[Finding]:
    folder = Path(config.dir)
    yield _room(folder)
    yield _rights(config, settings)
    yield _pages(folder / "store.db")
    yield _chain(folder / "store.db")


def _room(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(what="disk", ok=False, words=f"{folder} does not exist", remedy=FIRST_START)
    free = shutil.disk_usage(folder).free
    words = f"{free // 1024**2:,} MB free in {folder}"
    return Finding(what="disk", ok=free > LOW, words=words, remedy="" if free > LOW else "free some room")


def _rights(config: Config, settings: Path) -> Finding:
    """What is the box's own is for nobody else: keys for their owner alone, settings with keys not for everybody."""
    folder = Path(config.dir)
    private = [folder / "staff.json", *folder.glob("line/*.key"), *folder.glob("store.db*")]
    wrong = [f"chmod 600 {path}" for path in private if path.is_file() and _open_to(path, GROUP | OTHERS, folder)]
    if config.secure_tag and _open_to(settings, OTHERS, settings.parent):
        wrong.append(f"chmod 640 {settings}")
    if not wrong:
        return Finding(what="rights", ok=True, words="keys and data are for this box alone")
    return Finding(what="rights", ok=False, words=f"{len(wrong)} files can be read by others", remedy="; ".join(wrong))


def _open_to(path: Path, whom: int, folder: Path) -> bool:
    """A folder that they may not enter keeps them from all that is in it."""
    try:
        return bool(path.stat().st_mode & whom) and bool(folder.stat().st_mode & whom)
    except OSError:
        return False


def _pages(path: Path) -> Finding:
    if not path.exists():
        return Finding(what="database", ok=False, words=f"no {path}", remedy=FIRST_START)
    wal = machine.octets(path.with_name(f"{path.name}-wal"))
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
            (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return Finding(what="database", ok=False, words=f"{path} can't be read: {error}", remedy=START)
    words = f"{machine.octets(path) / 1024**2:,.1f} MB, write-ahead log {wal / 1024**2:,.1f} MB"
    if said != "ok":
        return Finding(what="database", ok=False, words=f"{path} is damaged: {said}", remedy=START)
    remedy = "" if wal <= LONG_WAL else "restart the box; if it grows again, see which program holds store.db open"
    return Finding(what="database", ok=not remedy, words=f"every page is whole, {words}", remedy=remedy)


def _chain(path: Path) -> Finding:
    if not path.exists():
        return Finding(what="log", ok=False, words=f"no {path}", remedy=FIRST_START)
    try:
        verdicts = _verdicts(path)
    except StorageError as error:
        return Finding(what="log", ok=False, words=str(error), remedy=START)
    bad = [verdict for verdict in verdicts if verdict.first_broken is not None]
    if not bad:
        return Finding(what="log", ok=True, words=f"{verdicts[-1].head:,} events, the chain is whole")
    words, remedy = broken(bad[-1])  # the present one before those it followed
    return Finding(what="log", ok=False, words=words, remedy=remedy)


def _verdicts(path: Path) -> list[Verdict]:
    with Database(path) as database:
        return EventLog(database).verify()
