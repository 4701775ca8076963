"""A box's backup: encrypted, read through, and put back without a fork that HQ would have to sort out."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edge.backup import BackupError, make, restore
from edge.backup.unpacking import header
from edge.config import Config
from edge.config_file import parse
from edge.domain.events import LogOpened
from edge.store import DamagedError, Database, EventLog, open_store
from sync.codec import new_seal_pair, unseal_backup_key
from tests.edge.store.logs import append, append_many, facts, receipt_for

PRIVATE, PUBLIC = new_seal_pair()
NOW = 1_796_000_000_000


def settings(folder: Path, more: str = "") -> tuple[Config, Path]:
    """A box of "shop" whose data lie in `folder`."""
    folder.mkdir(exist_ok=True)
    text = (
        f'store = "shop"\ndir = "{folder}"\n{more}[hq]\nbroker = "127.0.0.1:9"\nurl = "http://{folder.name}"\n'
        f'seal_key = "{PUBLIC.hex()}"\nverify_key = "{"09" * 32}"\n[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    path = folder / "tote.toml"
    path.write_text(text)
    return parse(text), path


def key_of(backup: Path, store: str = "shop") -> bytes:
    """As HQ tells it."""
    return unseal_backup_key(PRIVATE, header(backup).key, store=store)


@pytest.fixture
def old(tmp_path: Path) -> tuple[Config, Path]:
    """A box with nine events, of which HQ has six, and somebody on its staff."""
    config, path = settings(tmp_path / "old", 'country = "EE"\n')
    with Database(tmp_path / "old" / "store.db") as database:
        log = EventLog(database, "os:old")
        append_many(database, log, 1, 8)
        append(database, log, 9, blob=b"sealed to HQ")
        log.keep(receipt_for(log, 6))
    (tmp_path / "old" / "staff.json").write_text('{"members":[]}')
    return config, path


def backed_up(old: tuple[Config, Path], out: Path) -> Path:
    return make(*old, out, now=NOW).path


def test_a_new_box_goes_on_with_everything_under_an_id_of_its_own(old: tuple[Config, Path], tmp_path: Path) -> None:
    backup = backed_up(old, tmp_path / "out")
    config, _ = settings(tmp_path / "new")
    done = restore(backup, config, key_of(backup))
    assert (done.events, done.waiting, done.made, done.kept) == (9, 3, NOW, None)
    with Database(tmp_path / "old" / "store.db") as database:
        before = EventLog(database).log_id
    with open_store(tmp_path / "new" / "store.db", pytest.fail) as database:
        log = EventLog(database, "os:new")
        envelopes, blobs = log.read(0, 100, 2**20)
        assert log.log_id != before and envelopes[0].kind == LogOpened.__name__
        assert facts(log) == [7, 8, 9], "what HQ may lack is told again, and HQ knows what it has by its ids"
        assert [facts(life) for life in log.past()] == [[1, 2, 3, 4, 5, 6]], "for an HQ that is restored itself"
        assert list(blobs.values()) == [b"sealed to HQ"]
        assert len(log.verify()) == 2, "one life before this one: another machine is no second reason"
    assert (tmp_path / "new" / "staff.json").read_text() == '{"members":[]}'


def test_who_restores_need_not_be_who_may_read_the_backup(old: tuple[Config, Path], tmp_path: Path) -> None:
    """Root opens what it brought; the rest is done as the box's user."""
    backup = backed_up(old, tmp_path / "out")
    key = key_of(backup)
    with backup.open("rb") as file:
        backup.rename(tmp_path / "out/elsewhere")
        assert restore(backup, settings(tmp_path / "new")[0], key, file=file).events == 9


def test_the_settings_come_back_with_what_the_new_box_was_enrolled_with(
    old: tuple[Config, Path], tmp_path: Path
) -> None:
    backup = backed_up(old, tmp_path / "out")
    config, _ = settings(tmp_path / "new")
    again = parse(restore(backup, config, key_of(backup)).settings)
    assert (again.country, again.hq.url, again.dir) == ("EE", "http://new", str(tmp_path / "new"))


def test_the_same_box_gets_another_id_too(old: tuple[Config, Path], tmp_path: Path) -> None:
    """Put back, it is behind what HQ heard: under the old id its next event would be a second one of a number."""
    backup = backed_up(old, tmp_path / "out")
    path = tmp_path / "old" / "store.db"
    with Database(path) as database:
        log = EventLog(database, "os:old")
        append(database, log, 10)
        before = log.log_id
    done = restore(backup, old[0], key_of(backup), replace=True)
    with open_store(path, pytest.fail) as database:
        log = EventLog(database, "os:old")
        assert log.log_id != before and facts(log) == [7, 8, 9]
    assert done.kept
    with Database(done.kept) as database:
        assert facts(EventLog(database))[-1] == 10, "what was there is kept"


def test_whoever_finds_a_backup_reads_nothing_of_it(old: tuple[Config, Path], tmp_path: Path) -> None:
    backup = backed_up(old, tmp_path / "out")
    octets = backup.read_bytes()
    assert not any(word in octets for word in (b"VisitStarted", b"sealed to HQ", b"SQLite", b"members", b"station"))
    assert json.loads(octets.split(b"\n")[0].split(b" ", 1)[1])["store"] == "shop"
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="key is another's"):
        restore(backup, settings(tmp_path / "new")[0], b"k" * 32)
    assert not (tmp_path / "new" / "store.db").exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda octets: octets[:-1],
        lambda octets: octets[: len(octets) // 2],
        lambda octets: octets[:-40] + bytes([octets[-40] ^ 1]) + octets[-39:],
        lambda octets: octets.replace(b'"made":1', b'"made":2', 1),
        lambda octets: octets[: octets.index(b"\n") + 9],
    ],
    ids=["cut by one", "cut in half", "a bit", "another time", "no parts"],
)
def test_a_damaged_backup_is_refused_and_changes_nothing(
    old: tuple[Config, Path], tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    backup = backed_up(old, tmp_path / "out")
    key = key_of(backup)
    backup.write_bytes(harm(backup.read_bytes()))
    config, _ = settings(tmp_path / "new")
    with pytest.raises(BackupError, match="damaged"):
        restore(backup, config, key)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["tote.toml"]


def test_what_is_no_backup_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"hello\n")
    with pytest.raises(BackupError, match="no backup of a box"):
        header(tmp_path / "x")


def test_another_stores_backup_is_refused(old: tuple[Config, Path], tmp_path: Path) -> None:
    backup = backed_up(old, tmp_path / "out")
    elsewhere = replace(settings(tmp_path / "new")[0], store="elsewhere")
    with pytest.raises(BackupError, match="of the store shop"):
        restore(backup, elsewhere, key_of(backup))


def test_a_box_that_runs_is_left_alone(old: tuple[Config, Path], tmp_path: Path) -> None:
    backup = backed_up(old, tmp_path / "out")
    with Database(tmp_path / "old" / "store.db"), pytest.raises(BackupError, match="stop it first"):
        restore(backup, old[0], key_of(backup), replace=True)


def test_events_that_may_be_nowhere_else_are_not_replaced_unasked(old: tuple[Config, Path], tmp_path: Path) -> None:
    backup = backed_up(old, tmp_path / "out")
    with pytest.raises(BackupError, match="--replace"):
        restore(backup, old[0], key_of(backup))


def test_the_box_goes_on_while_it_is_backed_up(old: tuple[Config, Path], tmp_path: Path) -> None:
    with Database(tmp_path / "old" / "store.db") as database:
        log = EventLog(database, "os:old")
        append(database, log, 10)
        made = make(*old, tmp_path / "out", now=NOW)
        append(database, log, 11)
    assert made.events == 10


def test_the_newest_stay(old: tuple[Config, Path], tmp_path: Path) -> None:
    made = [make(*old, tmp_path / "out", now=NOW + 1000 * i, keep=2) for i in range(4)]
    assert sorted((tmp_path / "out").iterdir()) == [made[2].path, made[3].path]
    assert made[3].removed == (made[1].path,)


def test_a_damaged_store_makes_no_backup_and_removes_none(old: tuple[Config, Path], tmp_path: Path) -> None:
    first = backed_up(old, tmp_path / "out")
    path = tmp_path / "old" / "store.db"
    octets = bytearray(path.read_bytes())
    octets[4096:8192] = b"\xff" * 4096
    path.write_bytes(octets)
    with pytest.raises(BackupError, match="tote doctor"):
        make(*old, tmp_path / "out", now=NOW + 1000, keep=1)
    assert list((tmp_path / "out").iterdir()) == [first]


def test_a_box_that_never_ran_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="never started"):
        make(*settings(tmp_path / "new"), tmp_path / "out", now=NOW)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_power_may_go_before_the_restored_file_takes_its_place(old: tuple[Config, Path], tmp_path: Path) -> None:
    path = tmp_path / "old" / "store.db"
    fresh = path.with_name("store.db-restored")
    with Database(fresh) as database:
        append_many(database, EventLog(database), 1, 3)
    with open_store(path, pytest.fail) as database:
        assert facts(EventLog(database, "os:old")) == [1, 2, 3]
    assert not fresh.exists() and path.with_name("store.db-before-1").exists()


def test_an_edited_event_is_still_backed_up_for_it_is_all_there_is(old: tuple[Config, Path], tmp_path: Path) -> None:
    with Database(tmp_path / "old" / "store.db") as database:
        database.write(lambda db: db.conn.execute("UPDATE event SET at = 99 WHERE n = 8"))
    backup = backed_up(old, tmp_path / "out")
    restore(backup, settings(tmp_path / "new")[0], key_of(backup))
    with open_store(tmp_path / "new" / "store.db", pytest.fail) as database:
        try:
            assert facts(EventLog(database, "os:new")) == [7, 9], "the sound ones"
        except DamagedError:
            pytest.fail("the log goes on without it")
