"""A WAL whose confirmed transactions SQLite would drop is told from a sound one, and from one that a power cut tore."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.cli import main
from edge.store import Database, EventLog, open_store, wal
from edge.store.wal import FRAME, HEADER, damaged_commits, set_aside, torn_wal
from tests.torture.appending import append, events

COMMITS = 20


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The WAL of a database that was switched off; older frames lie behind its end, as they do after a checkpoint."""
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE event (n INTEGER PRIMARY KEY, body TEXT)")
        for each in range(60):
            db.execute("INSERT INTO event VALUES (?, ?)", (each, "x" * 3000))
        db.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        for each in range(100, 100 + COMMITS):
            db.execute("INSERT INTO event VALUES (?, ?)", (each, "y" * 300))
        (tmp_path / "off").mkdir()
        for name in ("store.db", "store.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "off" / name)
    yield tmp_path / "off" / "store.db-wal"


def read_back(file: Path) -> int:
    """How many of the later rows SQLite finds."""
    with closing(sqlite3.connect(file.with_name("store.db"))) as db:
        return int(db.execute("SELECT count(*) FROM event WHERE n >= 100").fetchone()[0])


def ends_at(octets: bytes) -> int:
    """Where the frames of the present salts end."""
    frames = range(HEADER, len(octets), FRAME + 4096)
    return next((at for at in frames if octets[at + 8 : at + 16] != octets[16:24]), len(octets))


def test_a_sound_one_is_sound_with_older_frames_behind_it(written: Path) -> None:
    assert ends_at(written.read_bytes()) < written.stat().st_size
    assert (damaged_commits(written), read_back(written)) == (0, COMMITS)


def test_a_flip_before_the_last_transaction_is_noticed_wherever_it_is(written: Path) -> None:
    octets = written.read_bytes()
    last = ends_at(octets) - 2 * (FRAME + 4096)
    for seed in range(60):
        bit = random.Random(seed).randrange(HEADER * 8 if seed % 5 == 0 else last * 8)
        flipped = bytearray(octets)
        flipped[bit // 8] ^= 1 << bit % 8
        written.write_bytes(flipped)
        assert damaged_commits(written) > 0, f"bit {bit}"


def test_a_transaction_that_a_power_cut_tore_is_no_damage(written: Path) -> None:
    octets = bytearray(written.read_bytes())
    end = ends_at(octets)
    octets[end - 2000 : end] = bytes(2000)
    written.write_bytes(octets)
    assert (damaged_commits(written), read_back(written)) == (0, COMMITS - 1)


@pytest.mark.parametrize("octets", [b"", b"\0" * 40, b"\xff" * 20_000])
def test_what_is_no_wal_is_not_judged(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "wal").write_bytes(octets)
    assert damaged_commits(tmp_path / "wal") in (0, 4)


def test_a_copy_stays_beside(written: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = written.with_name("store.db")
    assert set_aside(store) is None
    octets = bytearray(written.read_bytes())
    octets[HEADER + FRAME] ^= 1
    written.write_bytes(octets)
    assert set_aside(store) == torn_wal(store)
    assert torn_wal(store).read_bytes() == octets
    assert "confirmed can't be read" in caplog.text


def test_verify_says_so_also_after_the_box_has_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    off = tmp_path / "off" / "store.db"
    off.parent.mkdir()
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        for _, each in zip(range(9), events(random.Random(1)), strict=False):
            append(database, log, *each)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"store.db{suffix}", f"{off}{suffix}")
    octets = bytearray(Path(f"{off}-wal").read_bytes())
    octets[-6 * (FRAME + 4096)] ^= 1
    Path(f"{off}-wal").write_bytes(octets)
    assert damaged_commits(Path(f"{off}-wal")) > 0
    open_store(off, lambda _: None).close()
    assert main(["log", "verify", "--db", str(off)]) == 1
    assert "events at the end are missing" in capsys.readouterr().out


def test_a_full_disk_keeps_no_copy_and_stops_nobody(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written.write_bytes(bytes([*written.read_bytes()[:HEADER], *b"\0" * 9, *written.read_bytes()[HEADER + 9 :]]))
    monkeypatch.setattr(wal.shutil, "copy2", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    set_aside(written.with_name("store.db"))
