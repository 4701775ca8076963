"""Making a backup: written under a name of its own, verified, and only then what boxes may forget by."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import bindparam, update

from hq import decisions
from hq.backup import trimming
from hq.backup.checking import check, marks
from hq.backup.copying import copy_rows, hash_of, opened, snapshot, sync_all
from hq.backup.manifest import DATABASE, JOURNAL, KEYS, Manifest, read, write
from hq.clock import new_id
from hq.journal import copy_synced
from hq.service import Hq, setting
from hq.store import tables
from hq.store.migrate import migrate, revisions
from hq.store.state import combined
from sync.durable import sync

PARTIAL = ".partial"
DAY = 86_400_000


def make(hq: Hq, out: Path) -> tuple[Path, Manifest]:
    """A verified backup in a new folder under `out`. HQ may run meanwhile. Raises BackupError and OSError, after which
    no box forgets anything by it."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = out / f"{PARTIAL}-{new_id()[:8]}"
    try:
        partial.mkdir(mode=0o700)
        name = write_into(hq, partial).id
        sync_all(partial)
        manifest = check(partial)
        folder = partial.rename(out / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    sync(out)
    note(hq, folder, manifest)
    return folder, manifest


def write_into(hq: Hq, folder: Path) -> Manifest:
    """The snapshot first, then the journal: whatever the snapshot holds of HQ's decisions, the journal has it too."""
    made = hq.clock()
    with opened(folder / DATABASE) as copy, snapshot(hq.engine) as source:
        migrate(copy)
        with copy.begin() as target:
            sums = copy_rows(source, target)
        instance, epoch = setting(source, "instance"), int(setting(source, "epoch"))
    (folder / DATABASE).chmod(0o600)
    hq.journal.copy(folder / JOURNAL)
    _copy_keys(hq, folder / KEYS)
    manifest = Manifest(
        id=f"hq-{stamp(made)}-{new_id()[:6]}",
        made=made,
        schema=revisions()[-1],
        instance=instance,
        epoch=epoch,
        state=combined(sums),
        rows=sum(each.rows for each in sums.values()),
        database=hash_of(folder / DATABASE),
        keys=hq.keys.fingerprint,
    )
    write(folder, manifest)
    return manifest


def stamp(ms: int) -> str:
    """A time as names of files have it, such as 20261122T175900Z."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _copy_keys(hq: Hq, to: Path) -> None:
    to.mkdir(mode=0o700)
    for path in sorted((hq.dir / "keys").iterdir()):
        if path.is_file():
            copy_synced(path, to / path.name)


def note(hq: Hq, folder: Path, manifest: Manifest) -> None:
    """The backup in `folder` is verified. First journalled, so that a restore from an older one knows that boxes may
    have forgotten by this one; then the boxes may."""
    decisions.backed_up(hq, manifest.id, made=manifest.made)
    log = tables.log
    rows = [{"log": log_id, "upto": mark} for log_id, mark in marks(folder).items()]
    if rows:
        newer = update(log).where(log.c.log_id == bindparam("log"), log.c.backed_up < bindparam("upto"))
        with hq.engine.begin() as connection:
            connection.execute(newer.values(backed_up=bindparam("upto")), rows)
    trimming.advance(hq)


def drop_old(out: Path, *, before: int) -> list[Path]:
    """Removes the backups under `out` that were made before `before`, except the newest one of all."""
    found = sorted((read(path.parent).made, path.parent) for path in out.glob("hq-*/manifest.json"))
    old = [folder for made, folder in found[:-1] if made < before]
    for folder in old:
        shutil.rmtree(folder)
    return old
