"""From the first scan to the purchase, in numbers.

Scans and adds come from what is counted as events arrive (`hq.projection.counting`), whole days of it; what follows
counts baskets, and the people behind them: of two profiles of one person one.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, exists, func, or_, select

from hq.linking.person import person_of
from hq.projection.counting import DAY, day_of
from hq.store import tables

BASKET, LINE, ORDER = tables.basket.c, tables.basket_line.c, tables.order_line.c
VISIT, COUNT = tables.web_visit.c, tables.day_count.c


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


def funnel(connection: Connection, cut: Cut) -> list[Step]:
    counted = _counted(connection, cut)
    sent, who = _baskets(connection, cut)
    read, who_read = _baskets(connection, cut, _is_read())
    opened, who_opened = _baskets(connection, cut, _is_opened())
    bought, who_bought = _baskets(connection, cut, _is_bought(cut))
    return [
        Step(key="scans", label="Articles scanned", count=counted["scan"]),
        Step(key="adds", label="Put in a basket", count=counted["add"]),
        Step(key="sent", label="Baskets sent", count=sent, people=who),
        Step(key="read", label="Mails opened", count=read, of_before=_share(read, sent), people=who_read),
        Step(key="opened", label="Opened on the web", count=opened, of_before=_share(opened, sent), people=who_opened),
        Step(key="bought", label="Led to a purchase", count=bought, of_before=_share(bought, sent), people=who_bought),
    ]


def by_station(connection: Connection, cut: Cut) -> list[Row]:
    """The busiest first."""
    counted = _times(connection, cut, COUNT.store, COUNT.station)
    where = (BASKET.store, BASKET.station)
    baskets = select(*where, func.count()).select_from(tables.basket).group_by(*where)
    sent = _sums(connection, _of_cut(baskets, cut), 2)
    bought = _sums(connection, _of_cut(baskets, cut, _is_bought(cut)), 2)
    keys = {*counted, *sent}
    return _rows(keys, counted, sent, bought)


def by_article(connection: Connection, cut: Cut, limit: int) -> list[Row]:
    """Those that were scanned, looked at and added most first."""
    counted = _times(connection, cut, COUNT.sku, limit=limit)
    lines = select(LINE.sku, func.count()).join_from(tables.basket, tables.basket_line, LINE.basket == BASKET.id)
    lines = lines.group_by(LINE.sku)
    sent = _sums(connection, _of_cut(lines, cut, LINE.sku.in_([key[0] for key in counted])), 1)
    sold = _of_cut(lines, cut, LINE.sku.in_([key[0] for key in counted]), _line_is_bought())
    return _rows({(sku, "") for (sku,) in counted}, *_wide(counted, sent, _sums(connection, sold, 1)))


def daily(connection: Connection, cut: Cut) -> list[tuple[int, int, int, int]]:
    """Day (since 1970, UTC), scans, adds and baskets sent, of each day on which there was anything."""
    found = _times(connection, cut, COUNT.day)
    query = select(COUNT.day, func.sum(COUNT.n)).where(*_counted_in(cut), COUNT.step == "send")
    sent = {row[0]: int(row[1]) for row in connection.execute(_of_baskets(query, cut).group_by(COUNT.day))}
    days = sorted({int(key[0]) for key in found} | sent.keys())
    return [(day, *found.get((day,), (0, 0)), sent.get(day, 0)) for day in days]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _counted_in(cut: Cut) -> list[ColumnElement[bool]]:
    within = [COUNT.day >= cut.day]
    within += [COUNT.store == cut.store] if cut.store else []
    return within + ([COUNT.sku == cut.sku] if cut.sku else [])


def _of_baskets(query: Select[Any], cut: Cut) -> Select[Any]:
    """A basket that was sent stands once for itself and once for each article."""
    return query if cut.sku else query.where(COUNT.sku == "")


def _counted(connection: Connection, cut: Cut) -> dict[str, int]:
    query = select(COUNT.step, func.sum(COUNT.n)).where(*_counted_in(cut)).group_by(COUNT.step)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {step: found.get(step, 0) for step in ("scan", "add")}


def _times(
    connection: Connection, cut: Cut, *by: ColumnElement[Any], limit: int | None = None
) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Scans and adds, by `by`."""
    scans, adds = (func.sum(case((COUNT.step == step, COUNT.n), else_=0)) for step in ("scan", "add"))
    query = select(*by, scans, adds).where(*_counted_in(cut), COUNT.sku != "").group_by(*by)
    query = query.order_by(func.sum(COUNT.n).desc(), *by).limit(limit)
    return {tuple(row[:-2]): (int(row[-2]), int(row[-1])) for row in connection.execute(query)}


def _of_cut(query: Select[Any], cut: Cut, *more: ColumnElement[bool]) -> Select[Any]:
    within = [BASKET.sent >= cut.begins, *more]
    within += [BASKET.store == cut.store] if cut.store else []
    if cut.sku:
        within.append(exists().where(LINE.basket == BASKET.id, LINE.sku == cut.sku))
    return query.where(*within)


def _sums(connection: Connection, query: Select[Any], keys: int) -> dict[tuple[Any, ...], int]:
    return {tuple(row[:keys]): int(row[keys]) for row in connection.execute(query)}


def _baskets(connection: Connection, cut: Cut, *more: ColumnElement[bool]) -> tuple[int, int]:
    """How many, and of how many people."""
    who: Any = select(func.count(), func.count(distinct(person_of(BASKET.profile))))
    row = connection.execute(_of_cut(who.select_from(tables.basket), cut, *more)).one()
    return int(row[0]), int(row[1])


def _is_read() -> ColumnElement[bool]:
    """A mail to its profile was opened since: whichever it was, and only of people who allow that to be noted."""
    return exists().where(VISIT.profile == BASKET.profile, VISIT.page == "mail", VISIT.at >= BASKET.sent)


def _is_opened() -> ColumnElement[bool]:
    """Only of people who allow profiling: nobody else's visit is known."""
    return exists().where(VISIT.basket == BASKET.id)


def _is_bought(cut: Cut) -> ColumnElement[bool]:
    """At least one article of it (or the one that is asked about) was ordered since, anywhere, by its person."""
    this = [LINE.sku == cut.sku] if cut.sku else []
    lines = select(LINE.sku).where(LINE.basket == BASKET.id, *this, _line_is_bought())
    return lines.correlate(tables.basket).exists()


def _line_is_bought() -> ColumnElement[bool]:
    """Each way by itself: a database finds an index for each, and none for all of them together. That basket and line
    are those of the queries around must be said: SQLAlchemy sees it one query deep alone."""
    mine, other = tables.member.alias("mine"), tables.member.alias("other")
    person = select(mine.c.person).where(mine.c.profile == BASKET.profile).limit(1).correlate(tables.basket)
    others = select(other.c.profile).where(other.c.person == person.scalar_subquery(), other.c.profile.is_not(None))
    since = ORDER.at >= BASKET.sent
    ways = (
        ORDER.basket == BASKET.id,
        (ORDER.basket == BASKET.shop_id) & (BASKET.shop_id != ""),
        (ORDER.profile == BASKET.profile) & since,
        ORDER.profile.in_(others.correlate(tables.basket)) & since,
    )
    orders = (select(ORDER.sku).where(ORDER.sku == LINE.sku, ORDER.quantity > 0, way) for way in ways)
    return or_(*(one.correlate(tables.basket, tables.basket_line).exists() for one in orders))


def _wide(*found: dict[tuple[Any, ...], Any]) -> list[dict[tuple[Any, ...], Any]]:
    return [{(*key, ""): value for key, value in one.items()} for one in found]


def _rows(keys: set[tuple[Any, ...]], counted: Any, sent: Any, bought: Any) -> list[Row]:
    rows = [
        Row(name=key, scans=scans, adds=adds, sent=sent.get(key, 0), bought=bought.get(key, 0))
        for key in keys
        for scans, adds in [counted.get(key, (0, 0))]
    ]
    return sorted(rows, key=lambda row: (-row.scans - row.adds - row.sent, row.name))
