"""An earlier life of the log: HQ has all of it, and gets it again after a restore from an older backup."""

from functools import partial
from typing import NoReturn

import sqlite_utils

from edge.store import log_lives
from edge.store.database import Database
from edge.store.errors import DamagedError
from edge.store.log_reading import OneLife
from edge.store.log_rows import Life, numbered


class PastLife(OneLife):
    """Its head is what HQ had receipted when it ended. It never grows."""

    def __init__(self, database: Database, life: int) -> None:
        super().__init__(database)
        self._number = life

    def forked(self, n: int) -> None:
        """A restored HQ has other events from `n` on: what follows the receipt goes to the present life."""
        past = self._database.read(self._life)
        stays = max(past.cut, min(past.receipted, n - 1))
        looked: int | None = stays
        while looked is not None:
            looked = self._database.write(partial(log_lives.hand_over, past=past, after=looked, stays=stays))
        while self._database.write(log_lives.sweep):
            pass

    def _life(self, db: sqlite_utils.Database) -> Life:
        return numbered(db, self._number)

    def _damaged(self, n: int) -> NoReturn:
        self.forked(n)
        raise DamagedError(f"event {n} of past log {self.log_id} is damaged: those behind it go to the present log")
