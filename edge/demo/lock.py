"""One demo per folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.demo.errors import DemoError


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises `DemoError` if another demo has it."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"another demo runs in {folder}: stop it, or choose another --dir") from None
        yield
