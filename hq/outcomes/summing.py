"""The rows of outcomes and their sums: replaced together, so that the sums are those of the rows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Delete, Select, Table, and_, bindparam, case, delete, func, select

from hq.outcomes.judging import Outcome
from hq.store import tables
from hq.store.insert import add_up
from hq.store.many import add_rows, among, within

OUTCOME, LINE = tables.outcome.c, tables.outcome_line.c
STEPS = ("sent", "read", "opened", "bought")
ANYWHERE = ""
"""The store of people's sums over all stores."""
_PERSONS = "its_persons"
Sums = Counter[tuple[Any, ...]]
"""By the key of a row of sums and the step."""


def kept(connection: Connection, baskets: Collection[str]) -> dict[str, Outcome]:
    """As they were judged last, by basket."""
    lines: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in connection.execute(select(tables.outcome_line).where(among(LINE.basket, baskets))):
        lines[row.basket][row.sku] = row.bought
    rows = connection.execute(select(tables.outcome).where(among(OUTCOME.basket, baskets)))
    names = ("day", "store", "station", "person", "read", "opened")
    return {
        row.basket: Outcome(**{name: row._mapping[name] for name in names}, lines=lines[row.basket]) for row in rows
    }


def replace(connection: Connection, before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> None:
    """Puts what became of some baskets in the place of what was kept of them. Nobody else may do so meanwhile."""
    changed = {basket for basket in {*before, *after} if before.get(basket) != after.get(basket)}
    if not changed:
        return
    gone = [before[basket] for basket in changed & before.keys()]
    come = [after[basket] for basket in changed & after.keys()]
    persons = {one.person for one in (*gone, *come) if one.person}
    people = _people(connection, persons)
    _write(connection, changed, after)
    people_now = _people(connection, persons)
    _add(connection, tables.day_basket, _summed(map(_of_basket, gone)), _summed(map(_of_basket, come)))
    _add(connection, tables.day_article, _summed(map(_of_articles, gone)), _summed(map(_of_articles, come)))
    _add(connection, tables.day_people, people, people_now)


def _write(connection: Connection, changed: Collection[str], after: Mapping[str, Outcome]) -> None:
    for table, basket in ((tables.outcome, OUTCOME.basket), (tables.outcome_line, LINE.basket)):
        connection.execute(delete(table).where(among(basket, changed)))
    rows = [(basket, after[basket]) for basket in sorted(changed & after.keys())]
    add_rows(
        connection,
        tables.outcome,
        [(id_, one.day, one.store, one.station, one.person, one.read, one.opened, one.bought) for id_, one in rows],
    )
    lines = [(id_, sku, bought) for id_, one in rows for sku, bought in sorted(one.lines.items())]
    add_rows(connection, tables.outcome_line, lines)


def _of_basket(one: Outcome) -> Iterator[tuple[Any, ...]]:
    for step, holds in _steps(one, bought=one.bought):
        if holds:
            yield one.day, one.store, one.station, step


def _of_articles(one: Outcome) -> Iterator[tuple[Any, ...]]:
    for sku, bought in one.lines.items():
        for step, holds in _steps(one, bought=bought):
            if holds:
                yield sku, one.day, one.store, one.station, step


def _steps(one: Outcome, *, bought: bool) -> Iterator[tuple[str, bool]]:
    return zip(STEPS, (True, one.read, one.opened, bought), strict=True)


def _summed(parts: Iterator[Iterator[tuple[Any, ...]]]) -> Sums:
    return Counter(chain.from_iterable(parts))


def _people(connection: Connection, persons: Collection[str]) -> Sums:
    """Of each of these people and each step the latest day, in a store and anywhere."""
    latest: dict[tuple[str, str, str], int] = {}
    for row in connection.execute(_days(), {_PERSONS: list(persons)}):
        for step in STEPS:
            day = row._mapping[step]
            for store in (row.store, ANYWHERE) if day is not None else ():
                latest[row.person, store, step] = max(day, latest.get((row.person, store, step), day))
    return Counter((store, day, step) for (_, store, step), day in latest.items())


@cache
def _days() -> "Select[Any]":
    flags = (None, OUTCOME.read, OUTCOME.opened, OUTCOME.bought)
    days = (
        func.max(OUTCOME.day if flag is None else case((flag.is_(True), OUTCOME.day))).label(step)
        for step, flag in zip(STEPS, flags, strict=True)
    )
    query = select(OUTCOME.person, OUTCOME.store, *days).where(within(OUTCOME.person, _PERSONS))
    return query.group_by(OUTCOME.person, OUTCOME.store)


def _add(connection: Connection, table: Table, less: Sums, more: Sums) -> None:
    """Rows of which nothing is left go, so that they are the same as when all is counted anew."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(STEPS, 0))
    for sums, sign in ((less, -1), (more, 1)):
        for (*key, step), n in sums.items():
            found[tuple(key)][step] += sign * n
    names = [column.name for column in table.primary_key]
    rows = [dict(zip(names, key, strict=True)) | n for key, n in sorted(found.items()) if any(n.values())]
    add_up(connection, table, rows, STEPS)
    if lessened := [row for row in rows if min(row[step] for step in STEPS) < 0]:
        connection.execute(_emptied(table), [{f"its_{name}": row[name] for name in names} for row in lessened])


@cache
def _emptied(table: Table) -> Delete:
    key = (column == bindparam(f"its_{column.name}") for column in table.primary_key)
    return delete(table).where(and_(*key), *(table.c[step] == 0 for step in STEPS))
