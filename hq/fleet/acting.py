"""What somebody at HQ has a box do: journalled with who and when, told as a directive, confirmed by the box's log."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from edge.domain.directives import Directive, FetchAgain, LockStation, RestartBrowser, RotateKeys, SendBundle
from hq import directives, stores
from hq.errors import InputError
from hq.fleet import states
from hq.store.insert import insert_new
from hq.store.many import among
from hq.store.tables import box_action, directive

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from hq.journal import Entry
    from hq.service import Hq

ACTIONS: dict[str, Callable[[str, str], Directive]] = {
    "restart": lambda action, station: RestartBrowser(action=action, station=station),
    "fetch": lambda action, station: FetchAgain(action=action),
    "bundle": lambda action, station: SendBundle(action=action),
    "rotate-keys": lambda action, station: RotateKeys(action=action),
    "lock": lambda action, station: LockStation(action=action, station=station, locked=True),
    "unlock": lambda action, station: LockStation(action=action, station=station, locked=False),
}
"""By the name that page and command have for it: the directive, of its id and a station."""
WORDS = {
    "restart": "Restart the browser",
    "fetch": "Fetch the catalogue again",
    "bundle": "Collect a support bundle",
    "rotate-keys": "Rotate its keys",
    "lock": "Lock out",
    "unlock": "Let in again",
}
LONGEST = 32
"""Letters of a station's id that can be told."""
OF_STATION = frozenset({"lock", "unlock"})
"""Those that are about one station; a restart may be."""
_A = box_action.c


@dataclass(frozen=True, kw_only=True)
class Action:
    """`state`: asked, told (the box has it), done, failed, refused (the box does not know how), replaced (by a later
    one). Times in ms since 1970; `done` 0: not yet."""

    id: str
    store: str
    what: str
    station: str
    by: str
    at: int
    state: str
    done: int
    why: str


def ask(hq: "Hq", store: str, what: str, *, station: str = "", by: str) -> str:
    """The box of `store` is to do `what`, one of `ACTIONS`; returns the action's id. `by` is whom the system knows them
    as. Raises InputError."""
    from hq import decisions  # which knows of all effects, of this one too

    if what not in ACTIONS:
        raise InputError(f"There is no action {what!r}: {', '.join(ACTIONS)}.")
    with hq.reading() as connection:
        stores.refuse_unknown(connection, store)
        if station or what in OF_STATION:
            _refuse_unknown(connection, store, station)
    entry = hq.journal.append("box-told", store, what=what, station=station, by=by)
    decisions.carry_out(hq, entry)
    return entry.id


def _refuse_unknown(connection: Connection, store: str, station: str) -> None:
    state = states.of(connection, store).state
    known = [one.id for one in state.stations] if state else []
    if station not in known or len(station) > LONGEST:
        named = ", ".join(known) or "none, it has not said anything of itself yet"
        raise InputError(f"The box of {store} knows no station {station!r}: {named}.")


def told(connection: Connection, entry: "Entry") -> None:
    """The effect of a journal entry "box-told"."""
    what, station = entry.body["what"], entry.body["station"]
    meant, subject = ACTIONS[what](entry.id, station), station or "box"
    same = (_A.store == entry.subject, _A.subject == station, _A.kind.in_(_instead_of(what)), _A.state == "asked")
    connection.execute(update(box_action).where(*same).values(state="replaced"))
    row = {"id": entry.id, "store": entry.subject, "kind": what, "subject": station, "by": entry.body["by"]}
    insert_new(connection, box_action, [row | {"at": entry.at, "state": "asked", "done": 0, "why": ""}])
    directives.direct(connection, entry.subject, meant, id=entry.id, subject=subject, at=entry.at)


def _instead_of(what: str) -> Collection[str]:
    return OF_STATION if what in OF_STATION else (what,)


def ended(connection: Connection, store: str, action: str, *, done: bool, why: str, at: int) -> None:
    """The store's log says how it went."""
    mine = (_A.id == action, _A.store == store)
    state = "done" if done else "failed"
    connection.execute(update(box_action).where(*mine).values(state=state, done=at, why=why))


def refused(connection: Connection, store: str, ids: Collection[str], *, at: int) -> None:
    """The box of an older version does not know how."""
    mine = (among(_A.id, list(ids)), _A.store == store)
    why = "its version does not know how: update it"
    connection.execute(update(box_action).where(*mine).values(state="refused", done=at, why=why))


def of_store(connection: Connection, store: str, limit: int = 20) -> list[Action]:
    """The latest first."""
    return _found(connection, _A.store == store, limit)


def find(connection: Connection, action: str) -> Action | None:
    return next(iter(_found(connection, _A.id == action, 1)), None)


def _found(connection: Connection, which: "ColumnElement[bool]", limit: int) -> list[Action]:
    taken = select(box_action, directive.c.taken).join_from(
        box_action, directive, directive.c.id == _A.id, isouter=True
    )
    rows = connection.execute(taken.where(which).order_by(_A.at.desc(), _A.id).limit(limit))
    return [
        Action(
            id=row.id,
            store=row.store,
            what=row.kind,
            station=row.subject,
            by=row.by,
            at=row.at,
            state="told" if row.state == "asked" and row.taken else row.state,
            done=row.done,
            why=row.why,
        )
        for row in rows
    ]
