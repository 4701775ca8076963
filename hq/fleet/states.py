"""What each store's box said of itself last, and whether it is on the line, as HQ keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from edge.domain.box_state import MOST, BoxState, StationState
from hq.store.insert import put_all
from hq.store.many import among
from hq.store.tables import box_state

_states = msgspec.json.Decoder(BoxState)


@dataclass(frozen=True, kw_only=True)
class Box:
    """`online` is None where the broker never said; times in ms since 1970 by HQ's clock, 0: never."""

    online: bool | None = None
    since: int = 0
    """When it came or went."""
    reported: int = 0
    skew: int = 0
    """The box's clock minus HQ's, in milliseconds, when it reported."""
    state: BoxState | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Something new of one store: what its box said at `at` (its own clock), or whether it is there, or both."""

    online: bool | None = None
    state: BoxState | None = None
    at: int = 0
    kept: bool = False
    """The broker had kept it: it was said before."""


def decoded(body: bytes | msgspec.Raw) -> BoxState:
    """Raises msgspec.MsgspecError. Of more stations and readers than a box may have the first count."""
    state = msgspec.json.decode(body, type=BoxState)
    return replace(state, readers=state.readers[:MOST], stations=state.stations[:MOST])


def every(connection: Connection) -> dict[str, Box]:
    """By store."""
    return {row.store: _box(row) for row in connection.execute(select(box_state))}


def of(connection: Connection, store: str) -> Box:
    row = connection.execute(select(box_state).where(box_state.c.store == store)).first()
    return _box(row) if row else Box()


def keep(connection: Connection, heard: Mapping[str, Heard], *, now: int) -> None:
    """What is not said anew stays as it was; a station that was not seen since its box started stays seen as before."""
    rows = connection.execute(select(box_state).where(among(box_state.c.store, list(heard))))
    known = {row.store: _box(row) for row in rows}
    put_all(connection, box_state, [_row(store, known.get(store, Box()), new, now) for store, new in heard.items()])


def _row(store: str, before: Box, new: Heard, now: int) -> dict[str, Any]:
    online = before.online if new.online is None else new.online
    state, reported, skew = before.state, before.reported, before.skew
    if new.state:
        state = _remembering(before.state, new.state)
        reported = max(before.reported, min(new.at, now)) if new.kept else now
        skew = before.skew if new.kept else new.at - now
    return {
        "store": store,
        "online": online,
        "since": now if online != before.online else before.since,
        "reported": reported,
        "skew": skew,
        "body": msgspec.json.encode(state).decode() if state else "",
    }


def _remembering(before: BoxState | None, state: BoxState) -> BoxState:
    seen = {one.id: one for one in before.stations} if before else {}

    def whole(station: StationState) -> StationState:
        known = seen.get(station.id)
        if station.seen is not None or known is None:
            return station
        kept = replace(station, seen=known.seen, away=known.away)
        return kept if station.device else replace(kept, device=known.device, battery=known.battery)

    return replace(state, stations=tuple(map(whole, state.stations)))


def _box(row: Any) -> Box:
    state = _states.decode(row.body) if row.body else None
    return Box(online=row.online, since=row.since, reported=row.reported, skew=row.skew, state=state)
