"""A small file on the box's disk that is there whole or not at all, whenever the current goes."""

import os
import secrets
from pathlib import Path


def keep(path: Path, content: bytes, *, mode: int) -> None:
    """Writes `path` with `mode` from its first octet on. Raises OSError, after which what was there still is."""
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
