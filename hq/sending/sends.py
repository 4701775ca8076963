"""One sending to one destination, from its beginning to what became of it."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from hq.alone import held
from hq.audience import goods
from hq.audience.declared import declared
from hq.clock import new_id
from hq.config import Config
from hq.config_marketing import TO_AUDIENCE, TO_OWN, Destination
from hq.errors import BusyError, InputError
from hq.sending import lists
from hq.sending.members import Membership
from hq.sending.platforms import AUDIENCES, SALES, audience_of, sales_of
from hq.sending.posting import Line, NotSent, Pace
from hq.sending.sales import Telling
from hq.service import Hq
from hq.store import tables

log = logging.getLogger(__name__)
RUNNING, DONE, FAILED = "running", "done", "failed"
_SENDING = tables.sending.c


@dataclass(frozen=True, kw_only=True)
class Sent:
    destination: str
    state: str
    """"running", "done" or "failed"; "dry-run" where nothing was sent."""
    began: int
    ended: int | None
    added: int
    """Hashes of addresses that the platform took; of a list of the retailer's own, the people in it."""
    removed: int
    sales: int
    error: str = ""


def destination_of(config: Config, name: str) -> Destination:
    """Raises InputError."""
    known = {one.name: one for one in config.destination}
    if name not in known:
        declared_ = ", ".join(known) or "none. Write a [[destination]] into hq.toml"
        raise InputError(f"There is no destination {name!r}; declared are {declared_}.")
    return known[name]


def send(hq: Hq, destination: Destination, *, dry_run: bool = False, pace: Pace | None = None) -> Sent:
    """All that is due there. What a platform refuses ends the sending, which says so; what it took before that is kept,
    and the next one goes on behind it. Raises BusyError where another is at work there."""
    goods.follow(hq)
    if dry_run:
        return _foreseen(hq, destination)
    with _alone(hq, destination.name):
        return _recorded(hq, destination, pace)


def _recorded(hq: Hq, destination: Destination, pace: Pace | None) -> Sent:
    id_, name = new_id(), destination.name
    _begin(hq, id_, name)
    error = ""
    try:
        with closing(Line(name, pace=pace)) as line:
            for column, count in _steps(hq, destination, line):
                _count(hq, id_, column, count)
    except NotSent as refused:
        error = str(refused)
        log.warning("a sending ended early: %s", error)
    _end(hq, id_, FAILED if error else DONE, error)
    with hq.reading() as connection:
        sent = _sent(connection.execute(select(tables.sending).where(_SENDING.id == id_)).one())
    log.info("sent to %s: %s added, %s removed, %s sales", name, sent.added, sent.removed, sent.sales)
    return sent


def _steps(hq: Hq, destination: Destination, line: Line) -> Iterator[tuple[str, int]]:
    """Whoever must go goes first."""
    if destination.platform in TO_OWN:
        yield "added", lists.deliver(hq, destination, line)
    elif destination.platform in TO_AUDIENCE:
        to, membership = audience_of(destination, line), _membership(hq, destination)
        yield from (("removed", count) for count in membership.remove(to, line))
        yield from (("added", count) for count in membership.add(to, line))
    else:
        platform = sales_of(destination, line)
        telling = Telling(hq, destination.name, platform.hashing)
        yield from (("sales", count) for count in telling.tell(platform, line))


def _foreseen(hq: Hq, destination: Destination) -> Sent:
    """Asks nobody, and keeps nothing."""
    added = removed = sales = 0
    if destination.platform in TO_OWN:
        added = lists.count(hq, destination)
    elif destination.platform in TO_AUDIENCE:
        most, membership = AUDIENCES[destination.platform].most, _membership(hq, destination)
        removed = sum(map(len, membership.surplus(most)))
        added = sum(map(len, membership.missing()))
    else:
        kind = SALES[destination.platform]
        telling = Telling(hq, destination.name, kind.hashing)
        sales = sum(map(len, telling.untold(kind.oldest)))
    now = hq.clock()
    return Sent(
        destination=destination.name, state="dry-run", began=now, ended=now, added=added, removed=removed, sales=sales
    )


def _membership(hq: Hq, destination: Destination) -> Membership:
    hashing = AUDIENCES[destination.platform].hashing
    return Membership(hq, destination.name, declared(hq.config, destination.audience), hashing)


def _alone(hq: Hq, name: str) -> AbstractContextManager[None]:
    return held(hq.dir / f"sending-{name}.lock", BusyError(f"A sending to {name} is under way. Wait for it."))


# ---- what is kept of it ----------------------------------------------------------------------------------------------


def last(hq: Hq, destination: str) -> Sent | None:
    with hq.reading() as connection:
        return _last(connection, destination)


def latest(connection: Connection, config: Config) -> dict[str, Sent | None]:
    """Of every destination that is declared."""
    return {one.name: _last(connection, one.name) for one in config.destination}


def _last(connection: Connection, destination: str) -> Sent | None:
    query = select(tables.sending).where(_SENDING.destination == destination)
    row = connection.execute(query.order_by(_SENDING.began.desc(), _SENDING.id.desc()).limit(1)).first()
    return _sent(row) if row else None


def _sent(row: Row[Any]) -> Sent:
    return Sent(**{name: getattr(row, name) for name in Sent.__dataclass_fields__})


def _begin(hq: Hq, id_: str, destination: str) -> None:
    fresh = {"id": id_, "destination": destination, "state": RUNNING, "began": hq.clock(), "error": ""}
    with hq.engine.begin() as connection:
        killed = (_SENDING.destination == destination, _SENDING.state == RUNNING)  # nobody else is at work
        over = {"state": FAILED, "ended": hq.clock(), "error": "HQ was stopped meanwhile"}
        connection.execute(update(tables.sending).where(*killed).values(over))
        connection.execute(tables.sending.insert().values(fresh | {"added": 0, "removed": 0, "sales": 0}))


def _count(hq: Hq, id_: str, column: str, count: int) -> None:
    with hq.engine.begin() as connection:
        more = {column: _SENDING[column] + count}
        connection.execute(update(tables.sending).where(_SENDING.id == id_).values(more))


def _end(hq: Hq, id_: str, state: str, error: str) -> None:
    with hq.engine.begin() as connection:
        values = {"state": state, "ended": hq.clock(), "error": error}
        connection.execute(update(tables.sending).where(_SENDING.id == id_).values(values))


def forget_undeclared(hq: Hq) -> None:
    """Hashes of somebody erased at a platform that is not declared any more can't be taken back from there."""
    names = [one.name for one in hq.config.destination]
    told = tables.told_key.c
    with hq.engine.begin() as connection:
        connection.execute(delete(tables.told_key).where(told.person.is_(None), told.destination.not_in(names)))
