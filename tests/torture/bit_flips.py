"""One bit of `store.db` or of its WAL turns over while the box is off.

Either `tote log verify` says so, or nothing that is read back is another than before: the page was free, an index, or a
count that SQLite does not need. A flip in the WAL makes SQLite drop that transaction and all behind it without a word;
the box tells that too, unless it was the very last one: that looks like one that a power cut tore before anybody was
told of it, and only HQ's mark, which is compared whenever the line comes up, knows better. The
control asks SQLite's own `integrity_check` alone.
"""

import io
import random
import shutil
import sqlite3
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from edge.cli import main
from edge.store import Database, EventLog
from sync.codec import Envelope
from tests.torture.appending import append, events
from tests.torture.report import Report

NAME, SHORT, LONG = "bit_flips", 100, 1000
IN_DATABASE, IN_WAL = 300, 40
"""Events in either file."""
CONTROLS = 300
"""Flips that the control gets to miss one."""


@dataclass(frozen=True)
class Told:
    """What a log says of itself when it is read back."""

    log: str
    envelopes: list[Envelope]
    blobs: dict[str, bytes]


@dataclass(frozen=True)
class Found:
    """`verify`: the exit status of `tote log verify`. `changed`: what is read back is another. `missing`:
    events at the end that are gone, 0 where anything else changed. `sound`: what `integrity_check` says."""

    verify: int
    changed: bool
    missing: int
    sound: bool
    where: str


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    before = _make(folder / "image")
    for chance in report.rounds(count, seed):
        found = _flip(folder, chance, before)
        by_box, by_hq = found.verify != 0, found.verify == 0 and found.missing == 1
        report.add(noticed=int(by_box), noticed_only_by_HQ=int(by_hq), harmless=int(not (by_box or found.changed)))
        report.add(missed_by_integrity_check=int(found.changed and found.sound))
        assert by_box or by_hq or not found.changed, f"{found.where}: other events are read back, and nobody noticed"
    missed, of = _control(folder, seed, before)
    report.control("integrity_check alone", missed > 0, f"missed {missed} of {of} flips that changed what is read")


def _make(image: Path) -> Told:
    """A box that was switched off: a database and a WAL beside it, both with events."""
    stream = events(random.Random(0))
    living = image.with_name("living")
    with Database(living / "store.db") as database:
        log = EventLog(database)
        for _ in range(IN_DATABASE):
            append(database, log, *next(stream))
        with closing(sqlite3.connect(living / "store.db")) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for _ in range(IN_WAL):
            append(database, log, *next(stream))
        image.mkdir()
        for name in ("store.db", "store.db-wal"):
            shutil.copy(living / name, image / name)
        return _told(log)


def _told(log: EventLog) -> Told:
    """Everything there is to read of the log, page by page as the uplink does."""
    envelopes: list[Envelope] = []
    blobs: dict[str, bytes] = {}
    while page := log.read(len(envelopes), 500, 1 << 30)[0]:
        blobs |= log.read(len(envelopes), 500, 1 << 30)[1]
        envelopes += page
    return Told(log.log_id, envelopes, blobs)


def _flip(folder: Path, seed: int, before: Told) -> Found:
    chance, flipped = random.Random(seed), folder / f"flipped-{seed}"
    shutil.copytree(folder / "image", flipped)
    file = flipped / chance.choice(("store.db", "store.db-wal"))
    content = bytearray(file.read_bytes())
    bit = chance.randrange(len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)
    sound = _is_sound(flipped)  # on a copy: it would put the WAL into the database
    verify = _verify(flipped / "store.db")
    after = None if verify else _read(flipped / "store.db")
    if after is None:
        after = _readable(flipped / "store.db")
    shutil.rmtree(flipped)
    where = f"seed {seed}: bit {bit % 8} of octet {bit // 8} of {file.name}"
    return Found(verify, after != before, _missing(after, before), sound, where)


def _verify(path: Path) -> int:
    """Exit status; a traceback is none, and comes out of here."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return main(["log", "verify", "--db", str(path), "--json"])


def _read(path: Path) -> Told:
    with Database(path) as database:
        return _told(EventLog(database))


def _readable(path: Path) -> Told | None:
    """What is read of a log that does not verify; None where it can't be read at all."""
    try:
        return _read(path)
    except Exception:  # it was noticed already: of whatever kind
        return None


def _missing(after: Told | None, before: Told) -> int:
    if after is None or after.log != before.log:
        return 0
    kept = before.envelopes[: len(after.envelopes)]
    return len(before.envelopes) - len(kept) if after.envelopes == kept else 0


def _is_sound(flipped: Path) -> bool:
    copy = flipped.with_name(f"{flipped.name}-checked")
    shutil.copytree(flipped, copy)
    try:
        with closing(sqlite3.connect(copy / "store.db")) as db:
            return bool(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except sqlite3.Error:
        return False
    finally:
        shutil.rmtree(copy)


def _control(folder: Path, seed: int, before: Told) -> tuple[int, int]:
    """(flips that integrity_check missed, flips that changed what is read): as many as it takes for one."""
    changed = missed = 0
    for chance in range(seed, seed + CONTROLS):
        if not missed:
            found = _flip(folder, chance, before)
            changed, missed = changed + found.changed, missed + (found.changed and found.sound)
    return missed, changed
