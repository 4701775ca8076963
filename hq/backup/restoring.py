"""Bringing HQ back from a backup, so that boxes refill it and nothing that was decided since is undone.

The work is done on a copy: schema, epoch, journal. Only a finished database takes the place of the one that is there,
at one stroke, and what was there is kept. Whatever stops a restore before that stroke changes nothing, and it is simply
begun again.
"""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from hq import decisions, keys
from hq.alone import alone
from hq.backup import installing
from hq.backup.checking import check, marks
from hq.backup.copying import opened
from hq.backup.manifest import DATABASE, JOURNAL, KEYS, Manifest
from hq.backup.present import Present, engine_of, look, refuse_workers
from hq.backup.trimming import LEAST
from hq.clock import Clock
from hq.config import Config
from hq.errors import BackupError
from hq.journal import Entry, Journal, copy_synced, entries
from hq.store import engine as engines
from hq.store import tables
from hq.store.insert import put
from hq.store.migrate import migrate
from sync.durable import sync

log = logging.getLogger(__name__)

WORK = ".restoring"


@dataclass(frozen=True, kw_only=True)
class Restored:
    backup: str
    made: int
    epoch: int
    replayed: int
    """Entries of the journal from after the backup."""
    logs: int
    kept: Path
    """The folder where what was there lies now."""


def restore(
    directory: Path,
    config: Config,
    backup: Path,
    *,
    clock: Clock,
    journal: Path | None = None,
    accept_gaps: bool = False,
) -> Restored:
    """Puts the HQ of `directory` back to `backup`, with all that the journal tells since. `journal` is taken instead of
    the one in `directory`, where that is lost. Raises BackupError and other HqErrors, having changed nothing."""
    manifest = check(backup)
    url = engines.url_of(directory, config.database.url)
    with alone(directory, "Stop it before restoring."), engine_of(url) as engine:
        refuse_workers(engine)
        live = _journal_that_counts(directory, backup, journal)
        known, there = list(entries(live)), look(engine)
        if not accept_gaps:
            _refuse_gaps(backup, manifest, there, known, now=clock())
        kept = installing.aside(directory, clock())
        _keys(directory, backup, manifest, kept)
        own = _take_journal(directory, live, kept, clock)
        epoch = 1 + max(_epochs(manifest, there, known, lost=journal is not None, now=clock()))
        own.append("restored", manifest.id, epoch=epoch, made=manifest.made)
        before = len(list(entries(backup / JOURNAL)))
        _work(directory, backup, own, epoch)
        installing.install(engine, directory / WORK / DATABASE, kept)
        shutil.rmtree(directory / WORK)
    replayed = len(known) + 1 - before
    found = len(marks(backup))
    return Restored(backup=manifest.id, made=manifest.made, epoch=epoch, replayed=replayed, logs=found, kept=kept)


def _epochs(manifest: Manifest, there: Present, known: list[Entry], *, lost: bool, now: int) -> Iterator[int]:
    """Those that boxes may have heard of; to them an epoch that is not higher is old news, for ever. A journal that is
    a copy may lack a restore: then the seconds since 1970 are higher than any."""
    yield from (manifest.epoch, there.epoch, now // 1000 if lost else 0)
    yield from (entry.body["epoch"] for entry in known if entry.kind == "restored")


def _journal_that_counts(directory: Path, backup: Path, named: Path | None) -> Path:
    """It must go on from where the backup's copy ends: another one knows nothing of what was decided in between."""
    path = named or directory / "journal.jsonl"
    if not path.exists():
        raise BackupError(
            f"{path} is missing: mails would go out twice, and the erased come back. Name a copy of it with --journal; "
            f"{backup / JOURNAL} knows nothing of what was decided since the backup."
        )
    with (backup / JOURNAL).open("rb") as then, path.open("rb") as now:
        while part := then.read(1 << 20):
            if now.read(len(part)) != part:
                raise BackupError(
                    f"{path} does not go on from the backup's journal. Name the right one with --journal."
                )
    return path


def _refuse_gaps(backup: Path, manifest: Manifest, there: Present, known: list[Entry], *, now: int) -> None:
    """What boxes were allowed to forget, and the backup lacks, is gone for ever."""
    if there.instance == manifest.instance:
        has = marks(backup)
        lost = sum(there.trimmed[log_id] > has.get(log_id, 0) for log_id in there.trimmed)
    else:
        newer = any(e.kind == "backed-up" and e.body["made"] > manifest.made for e in known)
        lost = int(newer and manifest.made < now - LEAST)
    if lost:
        raise BackupError(
            f"The backup {backup} is too old: boxes may have forgotten events that it lacks, since a newer backup was "
            "verified. Restore the newest one, or accept the loss with --accept-gaps."
        )


def _keys(directory: Path, backup: Path, manifest: Manifest, kept: Path) -> None:
    """Those that are there stay, with what was added since (certificates), unless they belong to another database."""
    folder = directory / "keys"
    if folder.exists():
        if keys.open_or_create(folder).fingerprint == manifest.keys:
            return
        folder.rename(kept / "keys")
    fresh = directory / f"{WORK}-keys"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    for path in sorted((backup / KEYS).iterdir()):
        copy_synced(path, fresh / path.name)
    installing.own_like(directory, fresh, *fresh.iterdir())
    sync(fresh)
    fresh.rename(folder)
    sync(directory)


def _take_journal(directory: Path, live: Path, kept: Path, clock: Clock) -> Journal:
    own = directory / "journal.jsonl"
    if live.resolve() != own.resolve():
        fresh = directory / f"{WORK}-journal"
        fresh.unlink(missing_ok=True)
        copy_synced(live, fresh)
        if own.exists():
            copy_synced(own, kept / own.name)
        installing.own_like(directory, fresh)
        fresh.replace(own)
        sync(directory)
    return Journal(own, clock)


def _work(directory: Path, backup: Path, journal: Journal, epoch: int) -> None:
    work = directory / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    copy_synced(backup / DATABASE, work / DATABASE)
    with opened(work / DATABASE) as engine:
        migrate(engine)
        _raise_epoch(engine, epoch)
        decisions.catch_up(journal, engine)


def _raise_epoch(engine: Engine, epoch: int) -> None:
    with engine.begin() as connection:
        put(connection, tables.setting, {"key": "epoch", "value": str(epoch)})
        assert connection.scalar(select(tables.setting.c.value).where(tables.setting.c.key == "instance"))
