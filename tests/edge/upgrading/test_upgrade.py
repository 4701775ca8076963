"""From one release to another and back, ended at every step: what runs is always whole, and no event is lost."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from edge.release import running
from edge.store import Database, Draw, EventLog, open_store
from edge.store.schema import migrations
from edge.upgrading import Outcome, Releases, Upgrade, UpgradeError
from edge.upgrading.judging import STEADY, comes_up
from tests.edge.store.logs import append, append_many, facts

READY = b'{"ready": true, "release": "2", "stuck": []}'
STEPS = ("noted begun", "stopped", "copied", "noted trying", "turned", "started")
BACK = ("noted back", "stopped again", "turned back", "put back")


class Killed(BaseException):
    """The power went, or somebody said kill -9."""


@dataclass
class Shop:
    """A machine with releases on it: what a release does with the store when it starts, and whether it is well."""

    folder: Path
    well: bool = True
    migrates: bool = True
    running: str = ""
    seen: int = 0
    steps: list[str] = field(default_factory=list)
    killed_at: str = ""

    @property
    def releases(self) -> Releases:
        return Releases(self.folder / "usr")

    @property
    def store(self) -> Path:
        return self.folder / "data" / "store.db"

    def upgrade(self) -> Upgrade:
        return Upgrade(
            releases=self.releases,
            data=self.folder / "data",
            work=self.folder / "work",
            service=self,
            comes_up=lambda to: self.running == to and self.well,
            draw=Draw(now=lambda: 0, new_id=lambda: "e" * 32),
            passed=self.passed,
        )

    def passed(self, step: str) -> None:
        self.steps.append(step)
        if step == self.killed_at:
            self.killed_at = ""
            raise Killed

    def stop(self) -> None:
        self.running = ""

    def start(self) -> None:
        """Runs what `current` leads to: a scan is recorded, unless it can't read the store."""
        if self.running:
            return
        self.running = self.releases.current() or ""
        release = self.folder / "usr" / "current" / "program"
        assert release.read_text() == f"program of {self.running}", "the release is whole"
        if self.running == "1" and self._is_newer() and not self.store.with_name("store.db-restored").exists():
            self.running = ""  # the older one refuses the newer schema, and systemd tries again
            return
        with self.opened() as database:
            self.seen += 1
            append(database, EventLog(database, "os:here"), self.seen)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The store as the release that runs opens it."""
        if self.running == "2" and self.migrates:
            migrations(name="9999_later")(newer_schema)
        try:
            with open_store(self.store, pytest.fail) as database:
                yield database
        finally:
            migrations._migrations[:] = [each for each in migrations._migrations if each.name != "9999_later"]

    def _is_newer(self) -> bool:
        with closing(sqlite3.connect(self.store)) as opened:
            return bool(opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone())

    def boot(self) -> None:
        """The power is back: the unit of the box is started, and that of the upgrade."""
        self.running = ""
        self.start()
        self.upgrade().resume()

    def recorded(self) -> list[int]:
        with self.opened() as database:
            log = EventLog(database, "os:here")
            assert log.first_broken() is None and not log.past(), "one log, whole"
            return facts(log)


def newer_schema(db: sqlite_utils.Database) -> None:
    """Tables and columns that an older release knows nothing of."""
    db.conn.execute("CREATE TABLE later (x TEXT)")
    db.conn.execute("ALTER TABLE visit ADD COLUMN mood TEXT NOT NULL DEFAULT ''")


def package(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "RELEASE").write_text(f"{name}\n")
    (folder / "program").write_text(f"program of {name}")
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Release 1 runs and has recorded three events; release 2 is placed."""
    shop = Shop(tmp_path)
    (tmp_path / "data").mkdir()
    with Database(shop.store) as database:
        append_many(database, EventLog(database, "os:here"), 1, 2)
    shop.seen = 2
    shop.releases.turn(shop.releases.place(package(tmp_path / "p1", "1")))
    shop.releases.place(package(tmp_path / "p2", "2"))
    shop.start()
    return shop


def test_a_release_that_is_well_stays(shop: Shop) -> None:
    upgrade = shop.upgrade()
    upgrade.begin("2")
    outcome = upgrade.resume()
    assert outcome == upgrade.outcome() and outcome and outcome.well
    assert (shop.running, shop.releases.current()) == ("2", "2")
    assert tuple(shop.steps) == STEPS
    assert shop.recorded() == [1, 2, 3, 4] and upgrade.resume() is None
    assert sorted(path.name for path in (shop.folder / "work").iterdir()) == ["outcome.json"], "no copy of data is left"


@pytest.mark.parametrize("migrates", [True, False])
def test_one_that_is_not_goes_back_with_what_it_recorded(shop: Shop, migrates: bool) -> None:
    shop.well, shop.migrates = False, migrates
    upgrade = shop.upgrade()
    upgrade.begin("2")
    outcome = upgrade.resume()
    assert outcome and not outcome.well and "1 runs again" in outcome.words
    assert (shop.running, shop.releases.current()) == ("1", "1")
    assert shop.recorded() == [1, 2, 3, 4, 5], "the fourth is of the release that was tried"


@pytest.mark.parametrize(
    ("well", "step"), [*((True, step) for step in STEPS), *((False, step) for step in (*STEPS, *BACK))]
)
def test_wherever_it_is_ended_the_box_comes_up_whole(shop: Shop, step: str, well: bool) -> None:
    shop.well, shop.killed_at = well, step
    try:
        upgrade = shop.upgrade()
        upgrade.begin("2")
        upgrade.resume()
    except Killed:
        shop.boot()
    assert not shop.killed_at, "it came there"
    assert shop.running == shop.releases.current() == ("2" if well else "1")
    assert shop.recorded() == list(range(1, shop.seen + 1)), "nothing is lost, and nothing there twice"


@pytest.mark.parametrize("step", [*STEPS, *BACK])
def test_ended_again_and_again_it_comes_to_an_end(shop: Shop, step: str) -> None:
    shop.well, shop.killed_at = False, step
    upgrade = shop.upgrade()
    with pytest.raises(Killed):
        upgrade.begin("2")
        upgrade.resume()
    shop.killed_at = step
    try:
        shop.boot()
    except Killed:
        shop.boot()
    assert shop.running == "1" and shop.recorded() == list(range(1, shop.seen + 1))


def test_a_log_that_can_not_go_back_goes_on_under_another_id(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as nobody can know what a later release will do: nothing is deleted, and it is told."""

    def refused(newer: Path, before: Path) -> list[str]:
        raise UpgradeError("the log of the newer release can't be taken over")

    monkeypatch.setattr("edge.upgrading.trial.carry", refused)
    shop.well = False
    upgrade = shop.upgrade()
    upgrade.begin("2")
    outcome = upgrade.resume()
    assert outcome and "store.db-before-1" in outcome.words
    with open_store(shop.store, pytest.fail) as database:
        assert EventLog(database, "os:here").log_id == "e" * 32
    with Database(shop.store) as database:
        assert facts(EventLog(database)) == [1, 2, 3, 5], "the fourth is in the file beside"
    with closing(sqlite3.connect(shop.store.with_name("store.db-before-1"))) as opened:
        assert opened.execute("SELECT count(*) FROM event").fetchone() == (4,)


def test_rows_of_a_table_that_does_not_fit_stay_as_they_were(shop: Shop) -> None:
    shop.well = False
    upgrade = replace(shop.upgrade(), comes_up=lambda to: _no_visits(shop.store))
    upgrade.begin("2")
    outcome = upgrade.resume()
    assert outcome and "visit" in outcome.words
    assert shop.recorded() == [1, 2, 3, 4, 5]


def _no_visits(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("DROP TABLE visit")
    return False


def test_the_release_that_runs_is_no_upgrade(shop: Shop) -> None:
    with pytest.raises(UpgradeError, match="runs already"):
        shop.upgrade().begin("1")


def test_a_release_that_was_placed_in_part_is_placed_anew(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    (tmp_path / "releases" / ".7").mkdir(parents=True)
    (tmp_path / "releases" / ".7" / "program").write_text("half")
    assert releases.place(package(tmp_path / "p", "7")) == "7"
    assert (tmp_path / "releases" / "7" / "program").read_text() == "program of 7"


def test_what_the_package_manager_takes_away_stays(tmp_path: Path) -> None:
    releases = Releases(tmp_path)
    folder = package(tmp_path / "p", "7")
    releases.turn(releases.place(folder))
    (folder / "program").unlink()
    assert (tmp_path / "current" / "program").read_text() == "program of 7"


@pytest.mark.parametrize("name", ["", "../../etc", ".hidden"])
def test_what_is_no_release_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UpgradeError, match="no release"):
        Releases(tmp_path).place(package(tmp_path / "p", name))


@pytest.mark.parametrize(
    ("answers", "well"),
    [
        (lambda look: True, True),
        (lambda look: look > 30, True),
        (lambda look: False, False),
        (lambda look: look % STEADY != 0, False),
    ],
    ids=["at once", "late", "never", "for moments"],
)
def test_a_box_is_well_when_it_stays_so(answers: Callable[[int], bool], well: bool) -> None:
    looks, seconds = iter(range(1, 10_000)), [0.0]

    def wait(pause: float) -> None:
        seconds[0] += pause

    def ask(url: str) -> bytes | None:
        assert url == "http://box/health/ready"
        return READY if answers(next(looks)) else None

    look: Callable[[str], bool] = lambda url: url == "http://box/s/wall"  # noqa: E731
    assert comes_up("http://box", ["wall"], "2", look=look, ask=ask, now=lambda: seconds[0], wait=wait) is well


@pytest.mark.parametrize(
    ("ready", "page"),
    [
        (READY, False),
        (b'{"ready": true, "release": "1", "stuck": []}', True),
        (b'{"ready": true, "stuck": []}', True),
        (b"Welcome", True),
        (b"[]", True),
    ],
    ids=["no pages", "the release before", "no release", "another program", "no answer of ours"],
)
def test_a_box_that_is_not_the_release_with_all_its_pages_is_not_well(ready: bytes, page: bool) -> None:
    """Whatever holds the box's address may answer there."""
    seconds = iter(range(0, 100_000, 7))
    asked: dict[str, Any] = {"look": lambda url: page, "ask": lambda url: ready, "now": lambda: next(seconds)}
    assert not comes_up("http://box", ["wall"], "2", **asked, wait=lambda pause: None)


def test_a_release_knows_its_name(tmp_path: Path) -> None:
    assert running(package(tmp_path / "p", "0.2.0-1234abcd")) == "0.2.0-1234abcd"
    assert running(tmp_path) == "", "run out of no package"


def test_how_it_ended_is_told_in_words(shop: Shop) -> None:
    assert shop.upgrade().outcome() is None
    upgrade = shop.upgrade()
    upgrade.begin("2")
    upgrade.resume()
    assert shop.upgrade().outcome() == Outcome(before="1", to="2", well=True, words="release 2 runs and is well")
