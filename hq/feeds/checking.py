"""A last look at a packed version before anybody is told of it: boxes would each refuse it, one by one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.catalogue import Catalogue, CatalogueError, Version, unpack
from hq.errors import DamagedVersionError

SHOWN = 3


def check(packed: Path, scratch: Path, version: Version, sha256: str) -> None:
    """Unpacks `packed` to `scratch` as a box does, and asks SQLite about every page and index of it (`quick_check`).
    Raises DamagedVersionError; `scratch` is gone afterwards."""
    try:
        with packed.open("rb") as file:
            unpack(file, scratch, hash_hex=sha256)
        with Catalogue.open(scratch) as catalogue:
            wrong = [f"it says that it is {catalogue.version}"] if catalogue.version != version else []
        with closing(sqlite3.connect(scratch)) as connection:
            said = [line for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"]
            wrong += [" ".join(line.split()) for line in said]
    except (CatalogueError, sqlite3.DatabaseError) as error:
        wrong = [str(error)]
    finally:
        for left_over in scratch.parent.glob(f"{scratch.name}*"):
            left_over.unlink()
    if wrong:
        raise DamagedVersionError(
            f"Version {version} came back damaged from the disk ({'; '.join(wrong[:SHOWN])}). Nobody was told of it. "
            "Look at the disk of HQ, then publish again."
        )
