"""The stores: which are known, what each runs, when it was last heard, and what was refused from it."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from edge.domain.article import Store
from hq import lags, notices
from hq.errors import InputError
from hq.notices import Notice
from hq.store import tables
from hq.store.insert import insert_new, put
from hq.store.many import among
from sync.topics import valid_store

MOST_REFUSED = 1000
"""Names kept of stores that were refused: whoever makes up names must not fill the disk."""


@dataclass(frozen=True, kw_only=True)
class StoreState:
    """`version` is "epoch.n" of the catalogue it runs, "" while it has not said; times in ms since 1970, 0: never."""

    store: str
    name: str
    known: bool
    version: str = ""
    since: int = 0
    ring: str = "all"
    wanted: str = ""
    """The version that its ring is told of; "" before the first one."""
    behind: int = 0
    """Versions that it lacks of that."""
    lag: int = 0
    """Milliseconds for which it could have had it; 0 where it has it, or where nobody is told just now."""
    version_refused: str = ""
    """Why it would not take what HQ announced, since it took the one it runs; "" where it did."""
    last_received: int = 0
    logs: int = 0
    mark: int = 0
    """Of the log that was heard last."""
    skew: int = 0
    waiting_in_quarantine: int = 0
    refused: int = 0
    refused_last: int = 0
    refused_reason: str = ""
    notices: tuple[Notice, ...] = ()


def known(connection: Connection, store: str) -> bool:
    """Whether the retailer has this store: it is in the catalogue's stores, or was registered by hand."""
    article = tables.article.c
    listed = select(article.id).where(article.kind == "store", article.id == store)
    registered = select(tables.setting.c.key).where(tables.setting.c.key == f"store:{store}")
    return connection.scalar(listed) is not None or connection.scalar(registered) is not None


def refuse_unknown(connection: Connection, store: str, remedy: str = "tote-hq stores lists them.") -> None:
    """Raises InputError, with the names most like it, where the retailer has no such store: a slip of the keyboard
    must not become a store."""
    if not known(connection, store):
        like = get_close_matches(store, _names(connection), 3, 0.6)
        meant = f" Did you mean {' or '.join(like)}?" if like else ""
        raise InputError(f"The store {store!r} is not known here.{meant} {remedy}")


def known_among(connection: Connection, stores: Collection[str]) -> set[str]:
    """Those of `stores` that are known."""
    article, setting = tables.article.c, tables.setting.c
    listed = select(article.id).where(article.kind == "store", among(article.id, stores))
    keys = [f"store:{store}".replace("\0", "") for store in stores]
    registered = connection.scalars(select(setting.key).where(among(setting.key, keys)))
    return {*connection.scalars(listed), *(key.removeprefix("store:") for key in registered)}


def admit(connection: Connection, store: str) -> None:
    """Grants `store` one new log. From the first time on it opens no other: a box that was enrolled is known by its
    log, and a second one in its name is refused."""
    put(connection, tables.admission, {"store": store, "granted": 1})


def register(connection: Connection, store: str) -> None:
    """Makes a store known before its catalogue row is there. Raises InputError."""
    if not valid_store(store):
        raise InputError(f"{store!r} can't be a store's id: use 1 to 32 of a-z, 0-9 and -.")
    insert_new(connection, tables.setting, [{"key": f"store:{store}", "value": ""}])


def refuse(connection: Connection, store: str, reason: str, *, at: int) -> None:
    """Counts a batch that was refused."""
    row = tables.refusal.c
    latest = {"count": row.count + 1, "reason": reason[:500].replace("\0", "\ufffd"), "last": at}
    if connection.execute(update(tables.refusal).where(row.store == store).values(latest)).rowcount:
        return
    if (connection.scalar(select(func.count()).select_from(tables.refusal)) or 0) < MOST_REFUSED:
        first = latest | {"store": store, "count": 1, "first": at}
        insert_new(connection, tables.refusal, [first])


def refused_since(connection: Connection, store: str, since: int, reason: str = "") -> bool:
    """Whether the last refusal of `store`, for `reason` if it is named, came after `since` (ms since 1970)."""
    row = tables.refusal.c
    last = select(row.store).where(row.store == store, row.last > since)
    return connection.scalar(last.where(row.reason == reason[:500]) if reason else last) is not None


def overview(connection: Connection, now: int = 0) -> list[StoreState]:
    """Every store that is known or was heard of, by id. `now` in ms since 1970, to say how far behind each is."""
    names, told = _names(connection), notices.of_stores(connection)
    facts: dict[str, dict[str, Any]] = {store: {} for store in names}
    for part in (_versions(connection), _logs(connection), _quarantined(connection), _refusals(connection)):
        for store, more in part.items():
            facts.setdefault(store, {}).update(more)
    for store, more in lags.of_stores(connection, facts, now).items():
        facts[store].update(more)
    return [
        StoreState(store=store, name=names.get(store, ""), known=store in names, notices=told.get(store, ()), **more)
        for store, more in sorted(facts.items())
    ]


def _names(connection: Connection) -> dict[str, str]:
    setting = tables.setting.c
    registered = connection.scalars(select(setting.key).where(setting.key.startswith("store:")))
    names = {key.removeprefix("store:"): "" for key in registered}
    docs = connection.scalars(select(tables.article.c.doc).where(tables.article.c.kind == "store"))
    return names | {store.id: store.name for store in (msgspec.json.decode(doc, type=Store) for doc in docs)}


def _versions(connection: Connection) -> dict[str, dict[str, Any]]:
    query = select(tables.feed_position).where(tables.feed_position.c.feed == "catalogue")
    return {r.store: {"version": f"{r.epoch}.{r.n}", "since": r.since} for r in connection.execute(query)}


def _logs(connection: Connection) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for r in connection.execute(select(tables.log).order_by(tables.log.c.last_received)):
        logs = facts.get(r.store, {}).get("logs", 0) + 1
        facts[r.store] = {"logs": logs, "last_received": r.last_received, "mark": r.mark, "skew": r.skew}
    return facts


def _quarantined(connection: Connection) -> dict[str, dict[str, Any]]:
    store = tables.quarantine.c.store
    rows = connection.execute(select(store, func.count()).group_by(store))
    return {name: {"waiting_in_quarantine": count} for name, count in rows}


def _refusals(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute(select(tables.refusal))
    return {r.store: {"refused": r.count, "refused_last": r.last, "refused_reason": r.reason} for r in rows}
