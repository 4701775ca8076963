"""Rows of many events that nothing reads before they are all through: written together, a statement for all of a kind.

On PostgreSQL each statement is a journey there and back, and costs more than the row it writes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select

from hq import decisions
from hq.buyers import assigning
from hq.store import tables
from hq.store.insert import put_all
from hq.store.many import add_rows, within

Row = Mapping[str, Any]
Together = Callable[[Connection, Sequence[Any]], None]
_BASKET, _ORDER = tables.basket.c, tables.order_line.c
_KEPT = select(_BASKET.id, _BASKET.log_id, _BASKET.n, _BASKET.told, _BASKET.event).where(within(_BASKET.id, "its_ids"))
_CLEAR = delete(tables.basket_line).where(tables.basket_line.c.basket == bindparam("its_basket"))
_DECIDED = select(tables.decision.c.subject).where(within(tables.decision.c.subject, "its_subjects")).distinct()
_ORDERED = {
    column: select(column).where(within(column, "its_keys")).distinct()
    for column in (_ORDER.basket, _ORDER.buyer, _ORDER.phone)
}
_OWN = {column: assigning(column == bindparam("its_key")) for column in _ORDERED}
BEFORE_BASKETS = (tables.profile, tables.person_key, tables.identity, tables.consent)
"""In the order in which rows name each other; mails name baskets."""


@dataclass(frozen=True)
class Filled:
    """A basket as an event has it, with its lines."""

    row: Row
    lines: Sequence[Row]


class Later:
    """`flush` writes what was asked for since the last one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[Row]] = {}
        self._baskets: dict[str, list[Filled]] = {}
        self._buyers: list[str] = []
        self._named: list[str] = []
        self._subjects: list[str] = []
        self._together: dict[Together, list[Any]] = {}

    def insert(self, table: Table, row: Row) -> None:
        """Rows of one table are always of the same columns, in the same order."""
        self._rows.setdefault(table, []).append(row)

    def fill(self, basket: Row, lines: Sequence[Row]) -> None:
        """The basket and its lines, instead of those before; but nothing of it where a later event stands there."""
        self._baskets.setdefault(basket["id"], []).append(Filled(basket, lines))

    def together(self, do: Together, one: Any) -> None:
        """`do`, once, with everything it was given, in that order."""
        self._together.setdefault(do, []).append(one)

    def own_of_buyer(self, digest: str) -> None:
        """There is somebody now whose orders name this mail address or phone number."""
        self._buyers.append(digest)

    def own_of_basket(self, basket: str) -> None:
        """There are orders now that name the basket by this id."""
        self._named.append(basket)

    def stand(self, subject: str) -> None:
        """As `hq.decisions.stand`, after everything else."""
        self._subjects.append(subject)

    def flush(self) -> None:
        for table in BEFORE_BASKETS:
            self._insert(table)
        named = self._fill() if self._baskets else []
        for table in list(self._rows):
            self._insert(table)
        for do, given in self._together.items():
            do(self._connection, given)
        self._own(_ORDER.buyer, self._buyers)
        self._own(_ORDER.phone, self._buyers)
        self._own(_ORDER.basket, {*named, *self._named})
        self._stand()
        self.forget()

    def forget(self) -> None:
        """What waits is not to be written: its event failed."""
        for waiting in (self._rows, self._baskets, self._buyers, self._named, self._subjects, self._together):
            waiting.clear()

    def _insert(self, table: Table) -> None:
        if rows := self._rows.pop(table, []):
            add_rows(self._connection, table, [tuple(row.values()) for row in rows], tuple(rows[0]))

    def _fill(self) -> Collection[str]:
        """Returns by which ids orders may name the baskets that changed."""
        kept = {row.id: row for row in self._connection.execute(_KEPT, {"its_ids": list(self._baskets)})}
        latest = [one for basket, sent in self._baskets.items() if (one := _latest(sent, kept.get(basket)))]
        put_all(self._connection, tables.basket, [one.row for one in latest])
        if known := [{"its_basket": one.row["id"]} for one in latest if one.row["id"] in kept]:
            self._connection.execute(_CLEAR, known)
        self._rows[tables.basket_line] = [line for one in latest for line in one.lines]
        return {one.row[name] for one in latest for name in ("id", "shop_id")}

    def _own(self, column: Any, keys: Collection[str]) -> None:
        """Says of the orders that name one of `keys` whose they are. Most name none: that is asked for all at once."""
        if keys and (found := self._connection.scalars(_ORDERED[column], {"its_keys": list(keys)}).all()):
            self._connection.execute(_OWN[column], [{"its_key": key} for key in found])

    def _stand(self) -> None:
        if not self._subjects:
            return
        decided = set(self._connection.scalars(_DECIDED, {"its_subjects": self._subjects}))
        for one in self._subjects:
            if one in decided:
                decisions.stand(self._connection, one)


def _latest(sent: Sequence[Filled], kept: Any) -> Filled | None:
    """What is to stand there; None where that which is kept was sent later than any of these."""
    latest, stands = None, kept and kept._mapping
    for one in sent:
        if stands is None or _is_later(one.row, stands):
            latest, stands = one, one.row
    return latest


def _is_later(this: Row, stands: Row) -> bool:
    """By number within a log, else by the boxes' own clocks, which an event that comes again still tells the same."""
    if stands["log_id"] == this["log_id"]:
        return bool(this["n"] > stands["n"])
    return bool((this["told"], this["event"]) > (stands["told"], stands["event"]))
