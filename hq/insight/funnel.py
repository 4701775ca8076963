"""From the first scan to the purchase, in numbers.

Scans and adds come from what is counted as events arrive (`hq.projection.counting`); what follows counts baskets, and
the people behind them: of two profiles of one person one (`hq.outcomes`). All are sums of whole days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, distinct, func, select

from hq.days import DAY, day_of
from hq.outcomes.summing import ANYWHERE, STEPS
from hq.projection import spans
from hq.store import tables

COUNT, STATION, OUTCOME, LINE = tables.day_count.c, tables.day_station.c, tables.outcome.c, tables.outcome_line.c
BASKET, ARTICLE, PEOPLE, SPAN = tables.day_basket.c, tables.day_article.c, tables.day_people.c, tables.span_article.c


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What is looked at. "" is any; `since` in ms, of whose day all counts."""

    since: int = 0
    store: str = ""
    sku: str = ""

    @property
    def day(self) -> int:
        return day_of(self.since)

    @property
    def begins(self) -> int:
        """That day's first millisecond."""
        return self.day * DAY


@dataclass(frozen=True, kw_only=True)
class Step:
    key: str
    label: str
    count: int
    of_before: float | None = None
    """Share of those sent, where both count baskets."""
    people: int | None = None
    """Of how many people; None where nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One store's station, or one article."""

    name: tuple[str, str]
    """Store and station, or SKU and ""."""
    scans: int
    adds: int
    sent: int
    bought: int


LABELS = {"read": "Mails opened", "opened": "Opened on the web", "bought": "Led to a purchase"}
Key = tuple[Any, ...]


def funnel(connection: Connection, cut: Cut) -> list[Step]:
    ((scans, adds, _),) = _counted(connection, cut).values()
    (count,) = _outcomes(connection, cut).values()
    who = _people(connection, cut)
    sent = count["sent"]
    return [
        Step(key="scans", label="Articles scanned", count=scans),
        Step(key="adds", label="Put in a basket", count=adds),
        Step(key="sent", label="Baskets sent", count=sent, people=who["sent"]),
        *(
            Step(key=key, label=label, count=count[key], of_before=_share(count[key], sent), people=who[key])
            for key, label in LABELS.items()
        ),
    ]


def by_station(connection: Connection, cut: Cut) -> list[Row]:
    """The busiest first."""
    where = ("store", "station")
    counted, outcomes = _counted(connection, cut, *where), _outcomes(connection, cut, *where)
    return _rows({*counted, *outcomes}, counted, outcomes)


def by_article(connection: Connection, cut: Cut, limit: int) -> list[Row]:
    """Those that were scanned, looked at and added most first."""
    counted = _articles(connection, cut, limit)
    sums = [func.sum(ARTICLE[step]).label(step) for step in STEPS]
    those = ARTICLE.sku.in_([sku for sku, _ in counted])
    found = connection.execute(select(ARTICLE.sku, *sums).where(*_within(ARTICLE, cut), those).group_by(ARTICLE.sku))
    outcomes = {(row.sku, ""): {step: int(row._mapping[step]) for step in STEPS} for row in found}
    return _rows(set(counted), counted, outcomes)


def _articles(connection: Connection, cut: Cut, limit: int) -> dict[Key, tuple[int, int, int]]:
    """Scans, adds and 0 of those that were touched most. One store's days are few; all stores' are added up ahead."""
    if cut.store or cut.sku:
        steps = [func.sum(case((COUNT.step == step, COUNT.n), else_=0)) for step in ("scan", "add")]
        sku, where, most = COUNT.sku, [*_within(COUNT, cut), COUNT.sku != ""], func.sum(COUNT.n)
    else:
        steps, sku, where = [func.sum(SPAN.scan), func.sum(SPAN.add)], SPAN.sku, [spans.since(cut.day)]
        most = func.sum(SPAN.scan + SPAN.view + SPAN.add + SPAN.send)
    query = select(sku, *steps).where(*where).group_by(sku).order_by(most.desc(), sku).limit(limit)
    return {(row[0], ""): (int(row[1]), int(row[2]), 0) for row in connection.execute(query)}


def daily(connection: Connection, cut: Cut) -> list[tuple[int, int, int, int]]:
    """Day (since 1970, UTC), scans, adds and baskets sent, of each day on which there was anything."""
    return [(day, *times) for (day,), times in sorted(_counted(connection, cut, "day").items())]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _within(column: Any, cut: Cut) -> list[ColumnElement[bool]]:
    """Of the columns of a table that has all that is cut by."""
    within = [column.day >= cut.day]
    within += [column.store == cut.store] if cut.store else []
    return within + ([column.sku == cut.sku] if cut.sku else [])


def _counted(connection: Connection, cut: Cut, *by: str) -> dict[Key, tuple[int, int, int]]:
    """Scans, adds and baskets sent (as events, and on the day by the box's clock) by the columns `by`."""
    column, steps = (COUNT if cut.sku else STATION), ("scan", "add", "send")
    each = [case((COUNT.step == step, COUNT.n), else_=0) if cut.sku else STATION[step] for step in steps]
    found = _sums(connection, column, cut, each, by)
    return {key: (scans, adds, sends) for key, (scans, adds, sends) in found.items()}


def _outcomes(connection: Connection, cut: Cut, *by: str) -> dict[Key, dict[str, int]]:
    """Baskets by the columns `by`: how many were sent, and of how many each of the other steps is true."""
    column = ARTICLE if cut.sku else BASKET
    found = _sums(connection, column, cut, [column[step] for step in STEPS], by)
    return {key: dict(zip(STEPS, sums, strict=True)) for key, sums in found.items()}


def _sums(
    connection: Connection, column: Any, cut: Cut, each: Sequence[ColumnElement[Any]], by: Sequence[str]
) -> dict[Key, list[int]]:
    keys = [column[name] for name in by]
    query = select(*keys, *(func.sum(one) for one in each)).where(*_within(column, cut)).group_by(*keys)
    rows = connection.execute(query)
    return {tuple(row[: len(by)]): [int(n or 0) for n in row[len(by) :]] for row in rows}


def _people(connection: Connection, cut: Cut) -> dict[str, int]:
    """Of how many people each step is true. Of one article they are few enough to be asked one by one."""
    if cut.sku:
        flags = (None, OUTCOME.read, OUTCOME.opened, LINE.bought)
        whose = (OUTCOME.person if flag is None else case((flag.is_(True), OUTCOME.person)) for flag in flags)
        query: Any = select(*(func.count(distinct(person)) for person in whose)).join_from(
            tables.outcome, tables.outcome_line, LINE.basket == OUTCOME.basket
        )
        query = query.where(*_within(OUTCOME, replace(cut, sku="")), LINE.sku == cut.sku)
    else:
        each = (func.coalesce(func.sum(PEOPLE[step]), 0) for step in STEPS)
        query = select(*each).where(PEOPLE.store == (cut.store or ANYWHERE), PEOPLE.day >= cut.day)
    row = connection.execute(query).one()
    return {step: int(n) for step, n in zip(STEPS, row, strict=True)}


def _rows(keys: set[Key], counted: Any, outcomes: Any) -> list[Row]:
    rows = [
        Row(name=key, scans=scans, adds=adds, sent=of_it.get("sent", 0), bought=of_it.get("bought", 0))
        for key in keys
        for (scans, adds, _), of_it in [(counted.get(key, (0, 0, 0)), outcomes.get(key, {}))]
    ]
    return sorted(rows, key=lambda row: (-row.scans - row.adds - row.sent, row.name))
