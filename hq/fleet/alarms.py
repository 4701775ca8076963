"""Which findings are alarms, and since when: each is told when it begins, once a day while it lasts, when it is over.

What comes and goes within `QUIET` is one alarm; what was over before it was told is told to nobody. While HQ itself
has no line, or only just has it again, nothing that is seen by the line begins or ends: a broker that is away is one
alarm, and not one for each store.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update

from hq.fleet.findings import Finding
from hq.store.insert import put_all
from hq.store.many import among
from hq.store.tables import alarm

QUIET = 5 * 60_000
"""Milliseconds for which a finding must be gone until its alarm is over."""
DAY = 86_400_000
BY_LINE = frozenset({"unseen", "silent", "queue", "vanished"})
"""Rules that say nothing while HQ itself has no line."""
Way = Literal["mailed", "posted"]
WAYS: tuple[Way, ...] = ("mailed", "posted")
"""Columns that say when an alarm was told last: 0 is not yet, OVER that it is over and was told so."""
OVER = -1
State = Literal["begins", "goes-on", "over"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One alarm, as it is told. Times in ms since 1970."""

    key: str
    store: str
    kind: str
    words: str
    remedy: str
    state: State
    since: int


def note(connection: Connection, found: Iterable[Finding], *, now: int, line: bool = True) -> None:
    """Begins and ends alarms by what is found now. `line` is false while what is seen by the line does not count."""
    known = {row.key: row for row in connection.execute(select(alarm))}
    current = {one.key: one for one in found if line or one.kind not in BY_LINE}
    put_all(connection, alarm, [_row(one, known.get(key), now) for key, one in current.items()])
    gone = [row.key for key, row in known.items() if key not in current and not row.gone and _may_end(row.kind, line)]
    connection.execute(update(alarm).where(among(alarm.c.key, gone)).values(gone=now))


def due(connection: Connection, way: Way, *, now: int, off: Collection[str] = ()) -> list[Told]:
    """What is to be told that way now, the oldest first; rules that are `off` are told to nobody."""
    rows = connection.execute(select(alarm).order_by(alarm.c.began, alarm.c.key))
    told = ((row, _state(row, row._mapping[way], now)) for row in rows if row.kind not in off)
    return [_told(row, state) for row, state in told if state]


def tell(connection: Connection, way: Way, told: Sequence[Told], *, now: int) -> None:
    """These were told that way."""
    for over in (True, False):
        keys = [one.key for one in told if (one.state == "over") is over]
        connection.execute(update(alarm).where(among(alarm.c.key, keys)).values({way: OVER if over else now}))


def forget(connection: Connection, ways: Collection[Way], *, now: int) -> None:
    """What is over, and was told so every way that told that it began."""
    settled = [alarm.c[way].in_((0, OVER)) for way in ways]
    connection.execute(delete(alarm).where(alarm.c.gone > 0, alarm.c.gone <= now - QUIET, *settled))


def open_since(connection: Connection) -> dict[str, int]:
    """When each alarm that is not over began, by its finding's key."""
    rows = connection.execute(select(alarm.c.key, alarm.c.began).where(alarm.c.gone == 0))
    return {row.key: row.began for row in rows}


def _row(found: Finding, before: Any, now: int) -> dict[str, Any]:
    row = {"key": found.key, "store": found.store, "kind": found.kind, "words": found.words, "remedy": found.remedy}
    fresh = {"began": now, "gone": 0, "mailed": 0, "posted": 0}
    if before is None or (before.gone and OVER in (before.mailed, before.posted)):
        return row | fresh
    return row | {"began": before.began, "gone": 0, "mailed": before.mailed, "posted": before.posted}


def _may_end(kind: str, line: bool) -> bool:
    return line or kind not in BY_LINE


def _state(row: Any, told: int, now: int) -> State | None:
    if row.gone:
        return "over" if told > 0 and now - row.gone >= QUIET else None
    if told == 0:
        return "begins"
    return "goes-on" if now - told >= DAY else None


def _told(row: Any, state: State) -> Told:
    return Told(
        key=row.key,
        store=row.store,
        kind=row.kind,
        words=row.words,
        remedy=row.remedy,
        state=state,
        since=row.began,
    )
