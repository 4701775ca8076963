"""What is counted from events, day by day: in the transaction that applies an event, so the tables are as new as it is.

The day is that of the box's own clock, which an event that comes again still tells the same: so `rebuild` finds the
same numbers, whenever and in whatever order HQ heard the events.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, delete, select

from edge.domain.events import (
    BasketSent,
    LineAdded,
    ProductScanned,
    ProductsSearched,
    ProductViewed,
    SearchResultChosen,
)
from hq import events
from hq.days import day_of
from hq.projection import spans
from hq.store import tables
from hq.store.fits import misfit
from hq.store.insert import add_up, inserted

AT_ONCE = 5_000
MARK = "counted-3"
"""The setting that says that the tables hold what the events say. Its number grows with what is counted."""

Step = tuple[int, str, str, str, str]
"""Day, store, station, SKU, step."""
Search = tuple[int, str, str, int, int, int]
"""Day, store, words, searched for, in vain, chosen from."""


def _about(step: str) -> Callable[[Any], Iterator[tuple[str, str]]]:
    def told(event: Any) -> Iterator[tuple[str, str]]:
        yield event.item.sku, step

    return told


def _sent(event: BasketSent) -> Iterator[tuple[str, str]]:
    yield "", "send"
    for line in event.lines:
        yield line.item.sku, "send"


STEPS: dict[str, Callable[[Any], Iterator[tuple[str, str]]]] = {
    ProductScanned.__name__: _about("scan"),
    ProductViewed.__name__: _about("view"),
    LineAdded.__name__: _about("add"),
    BasketSent.__name__: _sent,
}
SEARCHES = (ProductsSearched.__name__, SearchResultChosen.__name__)
COUNTED = frozenset({*STEPS, *SEARCHES})
"""The kinds that count."""


def steps(store: str, kind: str, at: int, event: Any) -> Iterator[Step]:
    """What an event counts for; nothing where a column could not hold it."""
    for sku, step in STEPS[kind](event) if kind in STEPS else ():
        key = (day_of(at), store, event.station, sku, step)
        if not misfit(tables.day_count, dict(zip(_STEP, key, strict=True))):
            yield key


def search(store: str, kind: str, at: int, event: Any) -> Search | None:
    """Likewise of a search. What looks like an address or a number of somebody is not kept."""
    words = " ".join(event.query.casefold().split())[:80]
    if kind not in SEARCHES or not words or "@" in words or sum(map(str.isdigit, words)) > 5:
        return None
    if misfit(tables.day_search, {"store": store, "words": words}):
        return None
    asked = kind == ProductsSearched.__name__
    return day_of(at), store, words, int(asked), int(asked and event.results == 0), int(not asked)


_STEP = ("day", "store", "station", "sku", "step")
_SEARCH = ("day", "store", "words")
_TIMES = ("n", "empty", "chosen")


def add_steps(connection: Connection, told: Sequence[Step]) -> None:
    rows = [dict(zip(_STEP, key, strict=True)) | {"n": n} for key, n in sorted(Counter(told).items())]
    add_up(connection, tables.day_count, rows, ("n",))
    _add_totals(connection, told)
    spans.note(connection, Counter((day, sku, step) for day, _, _, sku, step in told if sku))


def _add_totals(connection: Connection, told: Sequence[Step]) -> None:
    """Pages of a whole chain sum these: every article by itself is a hundred times as many rows."""
    found: dict[tuple[int, str, str], Counter[str]] = {}
    for day, store, station, sku, step in told:
        if step != "send" or not sku:  # a basket once, not each of its articles
            found.setdefault((day, store, station), Counter())[step] += 1
    rows = [
        {"day": day, "store": store, "station": station, **spans.by_kind(n)}
        for (day, store, station), n in sorted(found.items())
    ]
    add_up(connection, tables.day_station, rows, spans.KINDS)


def add_searches(connection: Connection, told: Sequence[Search]) -> None:
    found: dict[tuple[int, str, str], list[int]] = {}
    for day, store, words, *times in told:
        before = found.setdefault((day, store, words), [0, 0, 0])
        found[day, store, words] = [one + more for one, more in zip(before, times, strict=True)]
    rows = [
        dict(zip(_SEARCH, key, strict=True)) | dict(zip(_TIMES, n, strict=True)) for key, n in sorted(found.items())
    ]
    add_up(connection, tables.day_search, rows, _TIMES)


def catch_up(engine: Engine) -> None:
    """Counts what an older HQ kept and did not count, once."""
    with engine.begin() as connection:
        if inserted(connection, tables.setting, {"key": MARK, "value": "1"}):
            rebuild(connection)


def rebuild(connection: Connection) -> None:
    """Counts anew from every event that is kept."""
    for table in (tables.day_count, tables.day_station, tables.day_search):
        connection.execute(delete(table))
    event = tables.event.c
    query = select(event.store, event.kind, event.at, event.body).where(event.kind.in_(COUNTED))
    rows = iter(connection.execute(query.execution_options(yield_per=AT_ONCE)))
    while some := list(islice(rows, AT_ONCE)):
        told = [(row.store, row.kind, row.at, events.read(row.kind, row.body)) for row in some]
        add_steps(connection, [step for one in told for step in steps(*one)])
        add_searches(connection, [found for one in told if one[1] in SEARCHES and (found := search(*one))])
    spans.fill(connection)
