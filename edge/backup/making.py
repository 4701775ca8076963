"""Taking a backup while the box runs: written under a name of its own, read through, and only then a backup."""

import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from edge.backup.errors import BackupError
from edge.backup.packing import Header, Sealing, new_key
from edge.backup.unpacking import check, unpack
from edge.config import Config
from sync.codec import seal_backup_key
from sync.durable import sync

STORE, STAFF, SETTINGS = "store.db", "staff.json", "tote.toml"
PARTIAL = ".partial-"
STAMP = "%Y%m%dT%H%M%SZ"
LEVEL = 3


@dataclass(frozen=True, kw_only=True)
class Made:
    path: Path
    events: int
    """That the log in it holds."""
    removed: tuple[Path, ...]
    """Older ones that were more than are kept."""


def make(config: Config, settings: Path, out: Path, *, now: int, keep: int | None = None) -> Made:
    """A verified backup in `out`, of which the `keep` newest of this store stay; `now` in milliseconds since 1970.
    Raises BackupError and OSError, after which those that are there still are."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = new_key()
    header = Header(
        store=config.store,
        made=now,
        program=version("tote"),
        key=seal_backup_key(bytes.fromhex(config.hq.seal_key), store=config.store, key=key),
    )
    for left in out.glob(f"{PARTIAL}*"):  # of one that the power ended
        left.unlink()
    partial = out / f"{PARTIAL}{os.getpid()}"
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=config.dir) as name:
            copy = Path(name) / STORE
            snapshot(Path(config.dir) / STORE, copy)
            files = {STORE: copy, STAFF: Path(config.dir) / STAFF, SETTINGS: settings}
            _pack(partial, header, key, {name: path for name, path in files.items() if path.exists()})
            events = _verified(partial, key, copy, Path(name) / "again")
        path = out / f"{_prefix(config.store)}{datetime.fromtimestamp(now / 1000, UTC):{STAMP}}.tote"
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    sync(out)
    return Made(path=path, events=events, removed=() if keep is None else _drop(out, config.store, keep))


def folder_of(config: Config) -> Path:
    """Where backups of this box go if nobody says otherwise."""
    return Path(config.backup.dir) if config.backup.dir else Path(config.dir) / "backups"


def last(config: Config) -> datetime | None:
    """When the newest one that lies there was taken; None without any. Raises OSError."""
    found = _of(folder_of(config), config.store)
    return (
        datetime.strptime(found[-1].stem.removeprefix(_prefix(config.store)), STAMP).replace(tzinfo=UTC)
        if found
        else None
    )


def snapshot(path: Path, to: Path) -> None:
    """The database as of one moment, whoever writes meanwhile, into one file. Raises BackupError."""
    if not path.exists():
        raise BackupError(f"there is no {path}: the box was never started, or the settings name another folder (dir).")
    try:
        with closing(sqlite3.connect(path, timeout=10)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupError(f"{path} can't be read ({error}): tote doctor looks closer.") from error
    to.chmod(0o600)
    sync(to)


def _pack(to: Path, header: Header, key: bytes, files: dict[str, Path]) -> None:
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        sealing = Sealing(file, header, key)
        packer = zstandard.ZstdCompressor(level=LEVEL).stream_writer(cast(BinaryIO, sealing), closefd=False)
        with packer, tarfile.open(fileobj=packer, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name, path in files.items():
                tar.add(path, arcname=name, filter=_bare)
        sealing.finish()
        file.flush()
        os.fsync(file.fileno())


def _bare(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _verified(partial: Path, key: bytes, copy: Path, again: Path) -> int:
    """Reads the backup as a restore would. Returns how many events it holds."""
    again.mkdir(mode=0o700)
    with partial.open("rb") as file:
        unpack(file, partial, key, again)
    if not _same(copy, again / STORE):
        raise BackupError(f"{partial.parent} did not keep what was written: look at that disk.")
    events = check(again / STORE)
    shutil.rmtree(again)
    return events


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while part := first.read(1 << 20):
            if second.read(len(part)) != part:
                return False
        return not second.read(1)


def _prefix(store: str) -> str:
    return f"box-{store}-"


def _of(out: Path, store: str) -> list[Path]:
    """The names hold the time, so their order is that of age."""
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"
    return sorted(out.glob(f"{_prefix(store)}{stamp}.tote"))


def _drop(out: Path, store: str, keep: int) -> tuple[Path, ...]:
    old = tuple(_of(out, store)[: -max(keep, 1)])
    for path in old:
        path.unlink()
    return old
