"""Every basket judged and summed by the database itself: what an upgrade needs, and the same as one after the other."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
)

from hq.days import DAY, LAST_DAY
from hq.outcomes.judging import BASKET, every_basket, every_line
from hq.outcomes.summing import ANYWHERE, LINE, OUTCOME, STEPS
from hq.store import tables

_HOLDS = (None, OUTCOME.read, OUTCOME.opened, OUTCOME.bought)
_OF_LINE = (None, OUTCOME.read, OUTCOME.opened, LINE.bought)


def fill(connection: Connection) -> None:
    where = (OUTCOME.day, OUTCOME.store, OUTCOME.station)
    bought = exists().where(LINE.basket == BASKET.id, LINE.bought.is_(True))
    _fill(connection, tables.outcome_line, every_line())
    _fill(connection, tables.outcome, every_basket(_day()).add_columns(bought))
    _fill(connection, tables.day_basket, select(*where, *_counts(_HOLDS)).group_by(*where))
    lines = select(LINE.sku, *where, *_counts(_OF_LINE)).join(tables.outcome, OUTCOME.basket == LINE.basket)
    _fill(connection, tables.day_article, lines.group_by(LINE.sku, *where))
    _fill(connection, tables.day_people, _people())


def _fill(connection: Connection, table: Table, rows: Any) -> None:
    connection.execute(delete(table))
    connection.execute(insert(table).from_select([column.name for column in table.c], rows))


def _day() -> ColumnElement[int]:
    """As `hq.days.day_of`."""
    day = BASKET.sent // DAY
    return case((BASKET.sent < 0, 0), (day > LAST_DAY, LAST_DAY), else_=day)


def _counts(holds: tuple[ColumnElement[bool] | None, ...]) -> list[ColumnElement[int]]:
    return [func.count() if one is None else func.count(case((one.is_(True), 1))) for one in holds]


def _people() -> Any:
    """Each person on the latest day of each step: once in a store, and once anywhere."""
    parts = [_latest(step, holds, store) for step, holds in zip(STEPS, _HOLDS, strict=True) for store in (True, False)]
    found = union_all(*parts).subquery().c
    counts = (func.count(case((found.step == step, 1))) for step in STEPS)
    return select(found.store, found.day, *counts).group_by(found.store, found.day)


def _latest(step: str, holds: ColumnElement[bool] | None, of_store: bool) -> "Select[Any]":
    keys = [OUTCOME.person, OUTCOME.store] if of_store else [OUTCOME.person]
    store = OUTCOME.store if of_store else literal(ANYWHERE)
    query = select(literal(step).label("step"), store.label("store"), func.max(OUTCOME.day).label("day"))
    query = query.where(OUTCOME.person.is_not(None)).group_by(*keys)
    return query if holds is None else query.where(holds.is_(True))
