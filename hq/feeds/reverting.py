"""An older version's file under a new number."""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.catalogue import Catalogue, Version, unpack


def again(packed: Path, target: Path, version: Version, hash_hex: str) -> None:
    """The catalogue in `packed`, as `version`, at `target`. Its stock is as old as it is: a box catches that up before
    it turns to it. Raises CatalogueError for a file that is damaged, or that boxes of this program could not read."""
    with packed.open("rb") as source:
        unpack(source, target, hash_hex=hash_hex)
    Catalogue.open(target).close()
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        stated = [(str(version.epoch), "epoch"), (str(version.n), "n")]
        connection.executemany("UPDATE meta SET value = ? WHERE key = ?", stated)
        connection.commit()
