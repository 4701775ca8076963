"""The steps of an upgrade, and what is noted of them.

    begun    the old release runs, or was stopped      -> the database is copied while nobody writes
    trying   the copy is whole                         -> `current` is turned, the new release starts and is watched
    back     it was not well                           -> `current` is turned back, the database is carried back

Every step can be done again. After a power cut, or a kill, `resume` goes on with what is noted; until it does, the box
comes up as whatever `current` leads to, which is always one release and whole.
"""

import logging
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from edge.store import RESTORED, Database, Draw, restart
from edge.upgrading.carrying import carry, is_whole, migrations_of
from edge.upgrading.errors import UpgradeError
from edge.upgrading.releases import DRIVER, Releases
from edge.upgrading.service import Service
from sync.durable import keep, sync

log = logging.getLogger(__name__)

T = TypeVar("T")
Step = Literal["begun", "trying", "back"]
STORE, TRIAL, OUTCOME = "store.db", "trial.json", "outcome.json"
WAL = "-wal"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    before: str
    to: str
    step: Step


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How the last upgrade ended. `well`: release `to` runs; else `before` does. `words` for people."""

    before: str
    to: str
    well: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """`data` is the box's data folder, `work` one that only root may enter, `draw` for a log that has to begin anew;
    `comes_up` says, in its time, whether the release of that name runs and is well."""

    releases: Releases
    data: Path
    work: Path
    service: Service
    comes_up: Callable[[str], bool]
    draw: Draw
    passed: Callable[[str], None] = lambda step: None
    """Told of each thing that was done, for tests that end it there."""

    def begin(self, to: str) -> None:
        """Notes what is to be done; `resume` does it. Raises UpgradeError where there is no other release to go back
        to."""
        before = self.releases.current()
        if before is None or before == to:
            raise UpgradeError(f"release {to} runs already." if before else "no release runs yet.")
        self.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.releases.turn(before, DRIVER)
        self._note(Trial(before=before, to=to, step="begun"))

    def resume(self) -> Outcome | None:
        """Goes on with what was begun, to its end; None where nothing was. Raises UpgradeError and OSError: then it is
        to be called again."""
        trial = self._noted()
        if trial is None:
            return None
        if trial.step == "begun":
            trial = self._copied(trial)
        if trial.step == "trying":
            if self._is_well(trial):
                return self._end(trial, well=True, words=f"release {trial.to} runs and is well")
            trial = self._note(msgspec.structs.replace(trial, step="back"))
        return self._end(trial, well=False, words=self._back(trial))

    def outcome(self) -> Outcome | None:
        """That of the last upgrade."""
        return _read(self.work / OUTCOME, Outcome)

    def _copied(self, trial: Trial) -> Trial:
        self.service.stop()
        self.passed("stopped")
        _copy(self.data, self.work / "before")
        self.passed("copied")
        return self._note(msgspec.structs.replace(trial, step="trying"))

    def _is_well(self, trial: Trial) -> bool:
        self.service.stop()
        self.releases.turn(trial.to)
        self.passed("turned")
        self.service.start()
        self.passed("started")
        return self.comes_up(trial.to)

    def _back(self, trial: Trial) -> str:
        self.service.stop()
        self.passed("stopped again")
        self.releases.turn(trial.before)
        self.passed("turned back")
        words = self._data_back()
        self.passed("put back")
        self.service.start()
        return f"release {trial.to} was not well within its time: {trial.before} runs again. {words}"

    def _data_back(self) -> str:
        """The newer release may have changed the schema, which the older one then refuses to open."""
        before, newer = self.work / "before", self.work / "newer"
        (self.data / f"{STORE}{RESTORED}").unlink(missing_ok=True)
        _copy(self.data, newer)
        if not (before / STORE).exists() or not (newer / STORE).exists():
            return "There were no data to put back."
        if migrations_of(newer / STORE) <= migrations_of(before / STORE):
            return "The data are as they were recorded, by either."
        work = self.work / "carried"
        _copy(before, work)
        try:
            left = carry(newer / STORE, work / STORE)
            if not is_whole(work / STORE):
                raise UpgradeError("the log is not whole")
        except UpgradeError as error:
            return self._data_as_before(str(error))
        self._install(work / STORE)
        kept = f" But of {', '.join(left)}, which stay as they were." if left else ""
        return f"All that was recorded meanwhile was taken over.{kept}"

    def _data_as_before(self, why: str) -> str:
        """The copy from before, under another log id. What was recorded since stays in the newer file."""
        log.critical("what the release that was tried recorded can't be taken over: %s", why)
        work = self.work / "carried"
        _copy(self.work / "before", work)
        with Database(work / STORE) as database:
            database.write(lambda db: restart(db, self.draw))
        self._install(work / STORE)
        return f"{why}: the data are those of before, and what was recorded since lies beside as {STORE}-before-1."

    def _install(self, path: Path) -> None:
        """The box's next start takes it, and keeps the one that is there."""
        _fold(path)
        owner, fresh = self.data.stat(), self.data / f".{STORE}-{secrets.token_hex(8)}"
        # Root writes into a folder of another user's: into no file, and through no link, that was there before.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with path.open("rb") as source, os.fdopen(descriptor, "wb") as to:
            shutil.copyfileobj(source, to)
            os.fchown(to.fileno(), owner.st_uid, owner.st_gid)
            to.flush()
            os.fsync(to.fileno())
        fresh.rename(self.data / f"{STORE}{RESTORED}")

    def _end(self, trial: Trial, *, well: bool, words: str) -> Outcome:
        outcome = Outcome(before=trial.before, to=trial.to, well=well, words=words)
        keep(self.work / OUTCOME, msgspec.json.encode(outcome), mode=0o600)
        (self.work / TRIAL).unlink(missing_ok=True)
        for name in ("before", "newer", "carried"):
            shutil.rmtree(self.work / name, ignore_errors=True)
        self.releases.drop_others(trial.before, *([trial.to] if well else []))
        return outcome

    def _note(self, trial: Trial) -> Trial:
        keep(self.work / TRIAL, msgspec.json.encode(trial), mode=0o600)
        self.passed(f"noted {trial.step}")
        return trial

    def _noted(self) -> Trial | None:
        return _read(self.work / TRIAL, Trial)


def _fold(path: Path) -> None:
    """What lies in the log beside the database goes into the file itself."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")


def _copy(data: Path, to: Path) -> None:
    """The database and its log, octet by octet: nobody writes now. Opening it there would leave files of root's."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(mode=0o700)
    for name in (STORE, f"{STORE}{WAL}"):
        if (data / name).is_symlink():
            raise UpgradeError(f"{data / name} is a link: put the database itself there.")
        if (data / name).exists():
            shutil.copy2(data / name, to / name)
            sync(to / name)
    sync(to)


def _read(path: Path, form: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except FileNotFoundError:
        return None
