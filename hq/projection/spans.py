"""How often each article was scanned, looked at, added and sent in all stores together: by day and by longer SPANS.

A page that looks back a quarter adds up ten spans of each article instead of every store's every day.
All stores' boxes would change the same rows, and wait for each other: so what is counted goes into `count_pending`, a
row for itself, and one process adds it up every second.
"""

from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Engine, case, delete, func, insert, literal, or_, select

from hq.recurring import Recurring
from hq.store import tables, turns
from hq.store.insert import add_up
from hq.store.many import add_rows

if TYPE_CHECKING:
    from hq.service import Hq

COUNT, SPAN, PENDING = tables.day_count.c, tables.span_article.c, tables.count_pending.c
KINDS = ("scan", "view", "add", "send")
SPANS = (1, 4, 16)
"""Days, each a multiple of the one before."""
POLL = 1.0
AT_ONCE = 5_000


def note(connection: Connection, counted: Counter[tuple[int, str, str]]) -> None:
    """By day, SKU and one of KINDS."""
    rows = [(*key, n) for key, n in sorted(counted.items())]
    add_rows(connection, tables.count_pending, rows, ("day", "sku", "step", "times"))


def follower(hq: "Hq", *, poll: float = POLL) -> Recurring:
    return Recurring("spans", (partial(follow, hq.engine), "figures do not follow what is counted"), poll=poll)


def follow(engine: Engine) -> None:
    """Adds up whatever waits."""
    turns.work_off(engine, PENDING.id, _work)


def fill(connection: Connection) -> None:
    """All of it anew, from what is counted store by store."""
    turns.take_turn(connection, turns.SPANS)
    for table in (tables.count_pending, tables.span_article):
        connection.execute(delete(table))
    sums = [func.sum(case((COUNT.step == step, COUNT.n), else_=0)) for step in KINDS]
    for span in SPANS:
        first = (COUNT.day - COUNT.day % span).label("first")
        query = select(literal(span), first, COUNT.sku, *sums).where(COUNT.sku != "").group_by(first, COUNT.sku)
        connection.execute(insert(tables.span_article).from_select([column.name for column in SPAN], query))


def since(day: int) -> ColumnElement[bool]:
    """The rows that add up to all from `day` on."""
    parts = []
    for span, longer in pairwise(SPANS):
        end = day + -day % longer
        parts.append((SPAN.span == span) & (SPAN.day >= day) & (SPAN.day < end))
        day = end
    return or_(*parts, (SPAN.span == SPANS[-1]) & (SPAN.day >= day))


def _work(connection: Connection) -> None:
    turns.take_turn(connection, turns.SPANS)
    rows = connection.execute(select(tables.count_pending).order_by(PENDING.id).limit(AT_ONCE)).all()
    found: dict[tuple[int, int, str], Counter[str]] = {}
    for row in rows:
        for span in SPANS:
            found.setdefault((span, row.day - row.day % span, row.sku), Counter())[row.step] += row.times
    sums = [{"span": span, "day": day, "sku": sku, **by_kind(n)} for (span, day, sku), n in sorted(found.items())]
    add_up(connection, tables.span_article, sums, KINDS)
    connection.execute(delete(tables.count_pending).where(PENDING.id.in_([row.id for row in rows])))


def by_kind(n: Counter[str]) -> dict[str, int]:
    """A value for each column of KINDS."""
    return {step: n[step] for step in KINDS}
