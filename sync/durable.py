"""What is written stays written: a file, or a name in a folder, that must survive the power being pulled."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """A file, or what a folder lists, is on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
