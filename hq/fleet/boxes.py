"""The whole fleet: each store's box with its stations and what needs somebody, the worst first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, func, select

from edge.domain.article import Store
from hq import stores
from hq.config import Config
from hq.fleet import states
from hq.fleet.findings import Finding
from hq.fleet.open_hours import open_for
from hq.fleet.rules import Known, findings
from hq.fleet.states import Box
from hq.store.tables import article, certificate
from sync.topics import valid_store

PAGE = 50
"""Boxes that a page shows."""
STATES = ("", "trouble", "away", "stations")
"""Which are shown: all, those that need somebody, those not on the line, those with a station that needs somebody."""
OF_STATIONS = frozenset({"vanished", "away", "battery"})


@dataclass(frozen=True, kw_only=True)
class FleetBox:
    known: Known
    findings: tuple[Finding, ...]

    @property
    def store(self) -> str:
        return self.known.store.store

    @property
    def name(self) -> str:
        return self.known.store.name or self.store

    @property
    def box(self) -> Box:
        return self.known.box

    @property
    def heard(self) -> int:
        return self.known.heard

    @property
    def urgency(self) -> tuple[int, int, str]:
        """What sorts first needs somebody first."""
        grave = sum(one.grave for one in self.findings)
        return (0 if grave else 1 if self.findings else 2 if self.heard else 3), -grave, self.store


@dataclass(frozen=True, kw_only=True)
class FleetPage:
    """`boxes` are those of this page; `page` counts from 1 and lies within `pages`."""

    boxes: Sequence[FleetBox]
    found: int
    all: int
    online: int
    troubled: int
    away: int
    stations: int
    """Boxes with a station that needs somebody."""
    words: str = ""
    state: str = ""
    page: int = 1
    pages: int = 1


def overview(connection: Connection, config: Config, now: int) -> list[FleetBox]:
    """Every store's box, the worst first. `now` in ms since 1970."""
    known, said = stores.overview(connection, now), states.every(connection)
    places, held = _places(connection), _certificates(connection)
    limits, zone = config.alarms, config.shop.timezone
    found = []
    for store in known:
        if not (valid_store(store.store) and (store.known or store.logs)):  # a name that was made up, and refused
            continue
        issued, expires, revoked = held.get(store.store, (False, 0, 0))
        usual = {"now": now, "usual": limits.hours, "zone": zone}
        one = Known(
            store=store,
            box=said.get(store.store, Box()),
            enrolled=issued,
            expires=expires,
            revoked=revoked,
            open=open_for(places.get(store.store), limits.unseen_minutes, **usual),  # type: ignore[arg-type]
            open_long=open_for(places.get(store.store), limits.station_minutes, **usual),  # type: ignore[arg-type]
        )
        found.append(FleetBox(known=one, findings=tuple(findings(one, limits, now))))
    return sorted(found, key=lambda box: box.urgency)


def paged(boxes: Sequence[FleetBox], *, words: str = "", state: str = "", page: int = 1, size: int = PAGE) -> FleetPage:
    """`words` are looked for in ids, names, versions and what is wrong; `state` is one of `STATES`."""
    sought = words.casefold().split()
    fitting = [box for box in boxes if _is(box, state) and _tells(box, sought)]
    pages = max(1, -(-len(fitting) // size))
    page = max(1, min(page, pages))
    return FleetPage(
        boxes=fitting[(page - 1) * size : page * size],
        found=len(fitting),
        all=len(boxes),
        online=sum(box.box.online is True for box in boxes),
        troubled=sum(_is(box, "trouble") for box in boxes),
        away=sum(_is(box, "away") for box in boxes),
        stations=sum(_is(box, "stations") for box in boxes),
        words=words,
        state=state,
        page=page,
        pages=pages,
    )


def _is(box: FleetBox, state: str) -> bool:
    match state:
        case "trouble":
            return bool(box.findings)
        case "away":
            return box.heard > 0 and not box.box.online
        case "stations":
            return any(one.kind in OF_STATIONS for one in box.findings)
    return True


def _tells(box: FleetBox, sought: Sequence[str]) -> bool:
    if not sought:
        return True
    state = box.box.state
    said = [box.store, box.name, *(one.words for one in box.findings), *([state.version] if state else [])]
    said += [station.id for station in state.stations] if state else []
    text = " ".join(said).casefold()
    return all(word in text for word in sought)


def _places(connection: Connection) -> dict[str, Store]:
    docs = connection.scalars(select(article.c.doc).where(article.c.kind == "store"))
    return {store.id: store for store in (msgspec.json.decode(doc, type=Store) for doc in docs)}


def _certificates(connection: Connection) -> dict[str, tuple[bool, int, int]]:
    """By store: whether one holds, the latest end of those, and when the last was taken back where none holds."""
    c = certificate.c
    holds = {
        row.store: (True, int(row.ends), 0)
        for row in connection.execute(
            select(c.store, func.max(c.expires).label("ends")).where(c.revoked.is_(None)).group_by(c.store)
        )
    }
    taken = connection.execute(select(c.store, func.max(c.revoked)).where(c.revoked.is_not(None)).group_by(c.store))
    return {store: (False, 0, int(at)) for store, at in taken} | holds
