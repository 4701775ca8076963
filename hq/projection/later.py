"""Rows of many events that nothing reads before they are all through: written together, a statement for all of a kind.

On PostgreSQL each statement is a journey there and back, and costs more than the row it writes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, delete, select

from hq import decisions
from hq.store import tables
from hq.store.insert import add
from hq.store.many import among

Row = Mapping[str, Any]
_CLEAR = delete(tables.basket_line).where(tables.basket_line.c.basket == bindparam("its_basket"))


class Later:
    """`flush` writes what was asked for since the last one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[Row]] = {}
        self._lines: dict[str, Sequence[Row]] = {}
        self._changes: dict[Executable, list[Row]] = {}
        self._subjects: list[str] = []

    def insert(self, table: Table, row: Row) -> None:
        """Rows of one table are always of the same columns."""
        self._rows.setdefault(table, []).append(row)

    def fill(self, basket: str, lines: Sequence[Row]) -> None:
        """These are the lines of the basket, instead of those before."""
        self._lines[basket] = lines

    def change(self, statement: Executable, **values: Any) -> None:
        """`statement`, built once, with these values: after all rows are in."""
        self._changes.setdefault(statement, []).append(values)

    def stand(self, subject: str) -> None:
        """As `hq.decisions.stand`, after everything else."""
        self._subjects.append(subject)

    def flush(self) -> None:
        for table, rows in self._rows.items():
            add(self._connection, table, *rows)
        if self._lines:
            self._connection.execute(_CLEAR, [{"its_basket": basket} for basket in self._lines])
            add(self._connection, tables.basket_line, *(line for lines in self._lines.values() for line in lines))
        for statement, values in self._changes.items():
            self._connection.execute(statement, values)
        self._stand()
        self.forget()

    def forget(self) -> None:
        """What waits is not to be written: its event failed."""
        for waiting in (self._rows, self._lines, self._changes, self._subjects):
            waiting.clear()

    def _stand(self) -> None:
        if not self._subjects:
            return
        subject = tables.decision.c.subject
        query = select(subject).where(among(self._connection, subject, self._subjects)).distinct()
        decided = set(self._connection.scalars(query))
        for one in self._subjects:
            if one in decided:
                decisions.stand(self._connection, one)
