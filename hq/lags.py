"""How far behind each store's catalogue is, and what it would not take."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from edge.catalogue import Version
from hq import rings
from hq.rings import Ring
from hq.store.tables import feed_position, feed_refusal, feed_version

Facts = dict[str, Any]


def of_stores(connection: Connection, stores: Mapping[str, Mapping[str, Any]], now: int) -> dict[str, Facts]:
    """`ring`, `wanted`, `behind`, `lag` and `version_refused` of each; `stores` says what is known of them already."""
    theirs, refusals = rings.rings_of(connection), _refusals(connection)
    told = {name: rings.ring(connection, name) for name in rings.RINGS}
    published = _published(connection)
    facts: dict[str, Facts] = {}
    for store, known in stores.items():
        name = theirs.get(store, rings.ALL)
        facts[store] = {
            "ring": name,
            "version_refused": refusals.get(store, ""),
            **_lag(published, told[name], known, now),
        }
    return facts


def _lag(published: Sequence[Version], told: Ring | None, known: Mapping[str, Any], now: int) -> Facts:
    if told is None:
        return {}
    has = Version(*map(int, known["version"].split("."))) if known.get("version") else Version(0, 0)
    wanted = told.version
    behind = max(0, bisect_right(published, wanted) - bisect_right(published, has))
    waits = behind and not told.paused
    return {"wanted": f"{wanted.epoch}.{wanted.n}", "behind": behind, "lag": max(0, now - told.since) if waits else 0}


def _published(connection: Connection) -> list[Version]:
    """Every version of the catalogue in order: read once, however many stores lag."""
    v = feed_version.c
    return sorted(Version(*row) for row in connection.execute(select(v.epoch, v.n).where(v.feed == rings.CATALOGUE)))


def _refusals(connection: Connection) -> dict[str, str]:
    """By store, those that came after it took the version it runs."""
    has, refused = feed_position.c, feed_refusal.c
    same = (has.store == refused.store) & (has.feed == rings.CATALOGUE)
    query = select(refused.store, refused.feed, refused.version, refused.reason, refused.at, has.since)
    rows = connection.execute(query.join_from(feed_refusal, feed_position, same, isouter=True))
    return {row.store: _words(row) for row in rows if row.since is None or row.at >= row.since}


def _words(row: Any) -> str:
    return f"{row.feed} {row.version}: {row.reason}" if row.version else f"{row.feed}: {row.reason}"
