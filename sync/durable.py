"""What is written stays written: a file, or a name in a folder, that must survive the power being pulled."""

import os
import secrets
from pathlib import Path


def sync(path: Path) -> None:
    """A file, or what a folder lists, is on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Writes the whole of a small file or none of it, whenever the current goes, with `mode` from its first octet on.
    Raises OSError, after which what was there still is."""
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
