"""Who must be alone: one service per data folder, since two would both be the one thread that ingests, and a restore
would pull the rug; one sending to a platform."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.errors import ConfigError, HqError


@contextmanager
def alone(directory: Path, why: str) -> Iterator[None]:
    """Holds `directory` while the block runs. Raises ConfigError, which ends in `why`, where a service holds it."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(directory / "run.lock", ConfigError(f"Another `tote-hq run` works in {directory}. {why}")):
        yield


@contextmanager
def held(lock: Path, otherwise: HqError) -> Iterator[None]:
    """Holds the file `lock`, made where there is none, while the block runs. Raises `otherwise` where another does."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise otherwise from error
        yield
    finally:
        os.close(descriptor)
