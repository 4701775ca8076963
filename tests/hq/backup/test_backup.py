"""Backups: whole or none, of either database and into either, and HQ's way back from one."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from edge.domain.article import Stock
from hq import decisions, people, stores
from hq.alone import alone
from hq.backup import check, installing, make, manifest, restore
from hq.backup.copying import hash_of
from hq.backup.making import DAY, drop_old
from hq.backup.trimming import LEAST, advance
from hq.config import Config, Database
from hq.errors import BackupError, ConfigError
from hq.importers.articles import Articles
from hq.ledger import ledger_of
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import derived_hash, state_hash
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, basket_sent, box_of, viewed, yes
from tests.hq.conftest import Clock

MAIL = "sarah@example.com"


def fill(hq: Hq) -> None:
    box = box_of(hq)
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.append(viewed())
    box.append("{}", kind="Nonsense")
    ingest(ledger_of(hq), STORE, box.payload())
    count(hq)


def count(hq: Hq) -> None:
    """Two counts of stock, of which the stores were told one: a trigger notes both, also while rows are copied."""
    told, waiting = (Stock(sku="TB-42", store=store, quantity=3, as_of=NOW) for store in ("web", STORE))
    with hq.engine.begin() as connection:
        articles = Articles(connection)
        for stock in (told, waiting):
            articles.put(f"{stock.sku}@{stock.store}", stock.sku, stock)
        articles.flush()
        pending = tables.stock_pending
        connection.execute(pending.delete().where(pending.c.id == f"{told.sku}@{told.store}"))


def state(hq: Hq) -> str:
    with hq.reading() as connection:
        return state_hash(connection)


def derived(hq: Hq) -> str:
    with hq.reading() as connection:
        return derived_hash(connection)


@pytest.fixture
def backup(hq: Hq, tmp_path: Path) -> Path:
    fill(hq)
    return make(hq, tmp_path / "backups")[0]


def test_a_backup_says_what_the_database_says_and_others_cannot_read_it(any_hq: Hq, tmp_path: Path) -> None:
    fill(any_hq)
    before = state(any_hq)
    folder, said = make(any_hq, tmp_path / "backups")
    assert said.state == before
    assert check(folder) == said
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*.key")} == {0}
    assert all((folder / name).stat().st_mode & 0o077 == 0 for name in ("hq.db", "journal.jsonl"))
    assert folder.parent.stat().st_mode & 0o077 == 0
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("way", ["sqlite to postgresql", "postgresql to sqlite"])
def test_a_backup_of_one_database_is_restored_into_the_other(
    way: str, tmp_path: Path, clock: Clock, postgresql_url: str
) -> None:
    urls = ["", postgresql_url] if way.startswith("sqlite") else [postgresql_url, ""]
    first, second = (Config(database=Database(url=url)) for url in urls)
    hq = open_hq(tmp_path / "hq", first, clock=clock)
    with hq.engine.begin() as connection:
        stores.register(connection, STORE)
    fill(hq)
    before = derived(hq)
    folder = make(hq, tmp_path / "backups")[0]
    hq.close()
    restore(tmp_path / "hq", second, folder, clock=clock)
    moved = open_hq(tmp_path / "hq", second, clock=clock)
    assert derived(moved) == before
    with moved.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        assert people.mail_of(connection, profile) == MAIL
    decisions.withdraw(moved, profile, how="hq")  # rows are numbered on where the backup's end
    with moved.reading() as connection:
        assert not people.allowed(people.answers(connection, profile), "marketing")
        assert connection.scalar(select(func.count()).select_from(tables.consent)) == 3
    moved.close()


def flip(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 4
    path.write_bytes(octets)


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: flip(folder / "hq.db"),
        lambda folder: (folder / "hq.db").unlink(),
        lambda folder: (folder / "journal.jsonl").unlink(),
        lambda folder: (folder / "journal.jsonl").write_text('{"half": 1}\n'),
        lambda folder: (folder / "keys" / "seal.key").unlink(),
        lambda folder: (folder / "keys").rename(folder / "elsewhere"),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{}"),
    ],
)
def test_a_damaged_backup_is_told(backup: Path, harm: Callable[[Path], object]) -> None:
    check(backup)
    harm(backup)
    with pytest.raises(BackupError):
        check(backup)


def test_a_database_that_says_something_else_is_no_backup_though_the_file_is_whole(backup: Path) -> None:
    with sqlite3.connect(backup / "hq.db") as database:
        database.execute("DELETE FROM mail")
    database.close()
    told = manifest.read(backup)
    manifest.write(backup, msgspec.structs.replace(told, database=hash_of(backup / "hq.db")))
    with pytest.raises(BackupError, match="says something else"):
        check(backup)


def test_a_backup_that_fails_leaves_nothing_and_counts_for_nothing(
    hq: Hq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(hq)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr("hq.backup.making.sync_all", full)
        make(hq, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
    with hq.reading() as connection:
        assert connection.scalar(select(tables.log.c.backed_up)) == 0


def test_boxes_may_forget_what_is_backed_up_and_two_weeks_old_by_hqs_clock(
    any_hq: Hq, clock: Clock, tmp_path: Path
) -> None:
    hq, box, ledger = any_hq, box_of(any_hq), ledger_of(any_hq)
    for _ in range(30):
        box.append(viewed())
        ingest(ledger, STORE, box.payload(len(box.envelopes)))
        clock.now += DAY
    make(hq, tmp_path / "backups")

    def trim_to() -> int:
        with hq.reading() as connection:
            return connection.scalar(select(tables.log.c.trim_to)) or 0

    assert trim_to() == 30 - 14 + 1
    box.append(viewed())
    ingest(ledger, STORE, box.payload(31))
    clock.now += DAY
    assert (advance(hq), trim_to()) == (1, 18)
    clock.now += LEAST * 2
    assert (advance(hq), trim_to()) == (1, 30), "the last one is in no backup"
    clock.now = NOW
    assert (advance(hq), trim_to()) == (0, 30), "a clock that goes back takes nothing back"


def test_old_backups_go_but_never_the_last(hq: Hq, clock: Clock, tmp_path: Path) -> None:
    first = make(hq, tmp_path)[0]
    clock.now += DAY
    second = make(hq, tmp_path)[0]
    assert drop_old(tmp_path, before=clock.now) == [first]
    assert drop_old(tmp_path, before=clock.now + DAY) == []
    assert second.exists()


# ---- and back --------------------------------------------------------------------------------------------------------


def test_a_restore_is_refused_while_hq_runs_and_changes_nothing(hq: Hq, backup: Path, clock: Clock) -> None:
    before = state(hq)
    with alone(hq.dir, ""), pytest.raises(ConfigError, match="Stop it before restoring"):
        restore(hq.dir, hq.config, backup, clock=clock)
    assert state(hq) == before


def test_on_postgresql_a_restore_is_refused_while_a_worker_holds_a_lease(
    tmp_path: Path, clock: Clock, postgresql_url: str
) -> None:
    config = Config(database=Database(url=postgresql_url))
    hq = open_hq(tmp_path / "hq", config, clock=clock)
    folder = make(hq, tmp_path / "backups")[0]
    with hq.engine.connect() as worker:
        worker.execute(select(func.pg_advisory_lock(7)))
        with pytest.raises(BackupError, match="Workers are at work"):
            restore(hq.dir, config, folder, clock=clock)
    hq.close()


def test_without_the_journal_nothing_is_restored(hq: Hq, backup: Path, clock: Clock, tmp_path: Path) -> None:
    decisions.suppress(hq, "ab" * 32, "bounced")
    journal = hq.dir / "journal.jsonl"
    moved = journal.rename(tmp_path / "copy-of-the-journal")
    with pytest.raises(BackupError, match="is missing: mails would go out twice"):
        restore(hq.dir, hq.config, backup, clock=clock)
    restored = restore(hq.dir, hq.config, backup, clock=clock, journal=moved)
    assert restored.replayed == 3, "the backup that was noted, the decision, and the restore itself"
    assert journal.read_bytes().startswith(moved.read_bytes())


def test_a_journal_that_does_not_go_on_from_the_backup_is_refused(hq: Hq, clock: Clock, tmp_path: Path) -> None:
    decisions.suppress(hq, "ab" * 32, "bounced")
    backup = make(hq, tmp_path / "backups")[0]
    (hq.dir / "journal.jsonl").write_bytes(b"")
    with pytest.raises(BackupError, match="does not go on"):
        restore(hq.dir, hq.config, backup, clock=clock)


def test_a_restore_on_a_new_disk_brings_the_keys_along(hq: Hq, backup: Path, clock: Clock, tmp_path: Path) -> None:
    before = derived(hq)
    journal = hq.dir / "journal.jsonl"
    restore(tmp_path / "new", Config(), backup, clock=clock, journal=journal)
    fresh = open_hq(tmp_path / "new", clock=clock)
    assert (fresh.keys, derived(fresh)) == (hq.keys, before)
    fresh.close()


def test_an_old_copy_of_the_journal_leads_to_no_epoch_that_boxes_know(
    hq: Hq, backup: Path, clock: Clock, tmp_path: Path
) -> None:
    """To a box an epoch that is not higher is old news: it would send for ever and believe no receipt."""
    old = tmp_path / "copy-of-the-journal"
    old.write_bytes((hq.dir / "journal.jsonl").read_bytes())
    hq.close()
    known = [restore(hq.dir, hq.config, backup, clock=clock).epoch for _ in range(2)]
    restored = restore(tmp_path / "new", Config(), backup, clock=clock, journal=old)
    assert known == [2, 3] and restored.epoch > 3


def test_keys_of_another_hq_give_way_and_are_kept(hq: Hq, backup: Path, clock: Clock, tmp_path: Path) -> None:
    other = open_hq(tmp_path / "new", clock=clock)  # somebody started an empty one first
    other.close()
    restored = restore(tmp_path / "new", Config(), backup, clock=clock, journal=hq.dir / "journal.jsonl")
    fresh = open_hq(tmp_path / "new", clock=clock)
    assert fresh.keys == hq.keys
    assert (restored.kept / "keys" / "seal.key").read_text().strip() == other.keys.seal.hex()
    fresh.close()


def test_what_was_there_is_kept(any_hq: Hq, clock: Clock, tmp_path: Path) -> None:
    hq = any_hq
    folder = make(hq, tmp_path / "backups")[0]
    fill(hq)
    hq.close()
    restored = restore(hq.dir, hq.config, folder, clock=clock)
    with sqlite3.connect(restored.kept / "hq.db") as kept:
        assert kept.execute("SELECT count(*) FROM event").fetchone() == (2,)
    kept.close()
    again = open_hq(hq.dir, hq.config, clock=clock)
    with again.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.event)) == 0
    again.close()


def test_a_database_that_is_damaged_beyond_reading_is_replaced_too(hq: Hq, backup: Path, clock: Clock) -> None:
    before = derived(hq)
    hq.close()
    (hq.dir / "hq.db").write_bytes(b"nothing that SQLite knows" * 400)
    restored = restore(hq.dir, hq.config, backup, clock=clock)
    again = open_hq(hq.dir, clock=clock)
    assert (derived(again), restored.epoch) == (before, 2)
    assert (restored.kept / "hq.db").read_bytes().startswith(b"nothing that SQLite knows")
    again.close()


def test_a_restore_that_is_cut_short_changes_nothing_and_the_next_one_is_another_life(
    hq: Hq, backup: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = derived(hq)
    hq.close()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(installing, "install", killed)
        restore(hq.dir, hq.config, backup, clock=clock)
    again = open_hq(hq.dir, clock=clock)
    assert (derived(again), ledger_of(again).epoch) == (before, 1)
    again.close()
    assert restore(hq.dir, hq.config, backup, clock=clock).epoch == 3


def test_a_certificate_taken_back_since_stays_taken_back(hq: Hq, backup: Path, clock: Clock) -> None:
    from hq.journal import Entry

    made: list[Entry] = [hq.journal.append("enrolled", STORE, serial="ab", expires=NOW + DAY)]
    made.append(hq.journal.append("revoked", STORE, serials=["ab"]))
    hq.close()
    restore(hq.dir, hq.config, backup, clock=clock)
    again = open_hq(hq.dir, clock=clock)
    with again.reading() as connection:
        assert connection.scalar(select(tables.certificate.c.revoked)) == made[-1].at
    again.close()
