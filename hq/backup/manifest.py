"""What a backup's folder holds, and what it says of itself."""

from pathlib import Path

import msgspec

from hq.errors import BackupError

DATABASE, JOURNAL, KEYS, MANIFEST = "hq.db", "journal.jsonl", "keys", "manifest.json"
FORM = "tote-hq-backup/1"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Hashes are SHA-256 in hex."""

    form: str = FORM
    id: str
    made: int
    """When its snapshot was taken: milliseconds since 1970 by HQ's clock."""
    schema: str
    instance: str
    epoch: int
    state: str
    """`hq.store.state.state_hash` of the snapshot."""
    rows: int
    database: str
    """Hash of the file."""
    keys: str
    """The fingerprint of the keys that belong to it."""


def write(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")


def read(folder: Path) -> Manifest:
    """Raises BackupError."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise BackupError(f"{folder} holds no backup: there is no {MANIFEST} in it.") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupError(f"{folder / MANIFEST} can't be read ({error}). Take another backup.") from error
    if manifest.form != FORM:
        raise BackupError(f"{folder} has the form {manifest.form[:40]!r}, this program knows {FORM}: update Tote.")
    return manifest
