"""A folder that is watched, as the target of an SFTP server: what is complete is imported, then moved to `done` or
`failed` beside it, with its report. A crash in between imports it once more, which changes nothing."""

import json
import logging
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from hq.arrivals import Terms, has_failed, take
from hq.config import Drop
from hq.doors.incoming import Incoming, State, state_of
from hq.errors import BusyError, InputError
from hq.feeds.wanted import want
from hq.importers import formats
from hq.importers.format import KINDS
from hq.recurring import Recurring, Task
from hq.service import Hq

log = logging.getLogger(__name__)

POLL = 2.0
PATIENCE = 60.0
"""Seconds that a file waits for another import before the next round."""
DONE, FAILED = "done", "failed"
LONGEST = 200
"""Octets of a file's name that are kept; of 255 the time, a number and the ending of the report take some."""


class Folder:
    """One folder. `look` is called every few seconds."""

    def __init__(self, hq: Hq, drop: Drop) -> None:
        self._hq, self._path = hq, Path(drop.path)
        self._incoming = Incoming(self._path, drop.quiet_seconds)
        self._terms = Terms(
            replace=drop.full,
            publish=False,
            brief=True,
            language=drop.language,
            currency=drop.currency,
            kinds=drop.feeds or KINDS,
            store=drop.store,
            patience=PATIENCE,
        )
        self._trouble = ""

    def look(self, at: float) -> int:
        """Takes what is complete: stores and articles before what refers to them. Returns how many files were moved."""
        try:
            complete = self._incoming.complete(at)
            moved = sum(self._take(path, state, at) for path, state in sorted(complete, key=_rank))
        except OSError as error:
            self._say(
                f"{self._path} can't be watched ({error.strerror or error}): HQ must read, write and rename there"
            )
            return 0
        self._trouble = "" if not complete or moved else self._trouble
        return moved

    def _take(self, path: Path, state: State, at: float) -> bool:
        try:
            told, failed = self._imported(path)
        except (BusyError, OperationalError) as error:
            log.warning("%s waits: %s", path, error)
            self._incoming.later(path, at)
            return False
        if state_of(path) != state:  # somebody went on writing: what was read was not all
            log.warning("%s changed while it was imported, and is imported again when it is complete", path)
            self._incoming.later(path, at)
            return False
        try:
            self._move(path, told, FAILED if failed else DONE)
        except OSError:
            self._incoming.later(path, at + 60)
            raise
        return True

    def _imported(self, path: Path) -> tuple[dict[str, Any], bool]:
        try:
            (arrival,) = take(self._hq, [path], self._terms)
        except InputError as error:
            log.warning("%s is refused: %s", path, error)
            return {"file": path.name, "error": str(error)}, True
        if not arrival.told_at_once:
            with self._hq.engine.begin() as connection:
                want(connection, self._hq.clock() + self._hq.config.doors.publish_seconds * 1000)
        report = arrival.report
        log.info("%s: %s of %s rows taken, %s rejected", path, report.accepted, report.rows, report.rejected)
        return {"file": path.name, **report.as_json()}, has_failed(report)

    def _move(self, path: Path, told: dict[str, Any], where: str) -> None:
        """The report first: a file in `done` always has one."""
        folder = path.parent / where
        folder.mkdir(exist_ok=True)
        stamp = datetime.fromtimestamp(self._hq.clock() / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        target = _free(folder, f"{stamp}-{_short(path.name)}")
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        target.with_name(f"{target.name}.report.json").write_text(text, encoding="utf-8", errors="replace")
        path.rename(target)

    def _say(self, trouble: str) -> None:
        """Once, until it is over."""
        if trouble != self._trouble:
            log.error("%s", trouble)
        self._trouble = trouble


def folders(hq: Hq, *, poll: float = POLL) -> Recurring:
    """The thread that watches all folders of the settings. A file that is being imported when it stops is imported
    whole, or again by the next start."""
    return Recurring("folders", *(_task(Folder(hq, drop)) for drop in hq.config.drop), poll=poll)


def _task(folder: Folder) -> Task:
    return lambda: folder.look(time.monotonic()), "a watched folder could not be looked at"


def _rank(found: tuple[Path, State]) -> tuple[int, str]:
    path, _ = found
    try:
        kind = formats.BY_NAME[formats.recognise(path)].of
    except InputError:
        return len(KINDS), path.name
    return KINDS.index(kind), path.name


def _short(name: str) -> str:
    """Its end, where a disk would not take what is put before and behind it."""
    return os.fsdecode(os.fsencode(name)[-LONGEST:])


def _free(folder: Path, name: str) -> Path:
    candidates = [folder / name, *(folder / f"{n}-{name}" for n in range(2, 1000))]
    return next(path for path in candidates if not path.exists())
