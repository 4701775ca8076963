"""What `tote doctor` finds of the box's backups: the nightly one may have ended long ago, and nobody noticed."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.backup import folder_of, last
from edge.cli.selftest.answers import Finding
from edge.config import Config

LONG = timedelta(days=3)
"""A night or two may be missed by a box that is switched off."""
REMEDY = "systemctl enable --now tote-backup.timer; systemctl start tote-backup; systemctl status tote-backup"


def examine_backup(config: Config, *, now: datetime) -> Finding:
    """`now` has a time zone."""
    folder = folder_of(config)
    try:
        newest = last(config)
    except OSError as error:
        words = f"{folder} can't be read ({error.strerror})"
        return Finding(what="backup", ok=False, words=words, remedy="mount that disk, or run this as root")
    if newest is None:
        began = _began(Path(config.dir) / "store.db")
        ok, words = began is None or now - began < LONG, f"there is none in {folder}"
    else:
        ok, words = now - newest < LONG, f"the last one is of {newest:%Y-%m-%d %H:%M} UTC, in {folder}"
    return Finding(what="backup", ok=ok, words=words, remedy="" if ok else REMEDY)


def _began(store: Path) -> datetime | None:
    """The time of the oldest event that is kept; None where nothing can be lost, or be read."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as opened:
            (at,) = opened.execute("SELECT min(at) FROM event").fetchone()
    except sqlite3.Error:  # which is a finding of its own
        return None
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC)
