"""A basket that a phone took from a code, and the log that brings the same basket later: merged once.

The code names the last event it includes. Until the log has brought that one, all it says of the basket is history;
what comes behind it applies. What was changed on the phone stays as it is there, line by line.

Events of baskets are many and shared ones few: those of a group of batches are looked up together, when it is through.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from edge.domain.basket import MOST_LINES, MOST_OF_ONE, Basket, Line
from edge.domain.events import BasketShared, LineAdded, LineChanged, LineRemoved
from hq import passing
from hq.events import HEX
from hq.ids import derived
from hq.projection.basket import check_lines
from hq.projection.scene import Scene, fitting
from hq.store import tables
from hq.store.insert import add
from hq.store.many import within
from sync.ingest import Rejected

OfBasket = BasketShared | LineAdded | LineChanged | LineRemoved
OF_BASKET = (BasketShared, LineAdded, LineChanged, LineRemoved)
_ROW, _CHOICE = tables.shared_basket.c, tables.shared_choice.c
_MOVING = ("event", "told", "log_id", "n", "lines")
_MOVE = (
    update(tables.shared_basket)
    .where(_ROW.id == bindparam("its_id"))
    .values({name: bindparam(f"its_{name}") for name in _MOVING})
)
_STATES = select(tables.shared_basket).where(within(_ROW.id, "its_ids")).order_by(_ROW.id).with_for_update()
_CHOSEN = select(_CHOICE.basket, _CHOICE.sku).where(within(_CHOICE.basket, "its_ids"))
_LINES = msgspec.json.Decoder(tuple[Line, ...])


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An event of a basket, as its log brings it. `at` is the box's clock, in milliseconds."""

    basket: str
    store: str
    log: str
    n: int
    id: str
    at: int
    event: OfBasket
    received: int = 0
    """By HQ's clock."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A shared basket as its store has it. `event` is the last one it includes, `log` and `n` where that stands: "" and
    0 until the log has brought it."""

    basket: Basket
    event: str
    told: int
    log: str = ""
    n: int = 0


def basket_id(store: str, shop_id: str) -> str:
    """HQ's id of a shared basket: no store can reach another's by naming the same id."""
    return derived("shared", store, shop_id)


def hear(scene: Scene, event: OfBasket) -> None:
    """Raises Rejected for a code's own event that no box writes; of lines that make no sense none is followed."""
    if isinstance(event, BasketShared):
        _check(scene, event)
    elif not _is_sound(event):
        return
    envelope = scene.envelope
    heard = Heard(
        basket=basket_id(scene.store, event.basket),
        store=scene.store,
        log=envelope.log,
        n=envelope.n,
        id=envelope.id,
        at=envelope.at,
        event=event,
        received=scene.received,
    )
    scene.later.together(merge, heard)


def merge(connection: Connection, heard: Sequence[Heard]) -> None:
    """Carries shared baskets on by what was heard, in that order."""
    ids = {one.basket for one in heard}
    known = states(connection, ids)
    shown = {one.basket for one in heard if isinstance(one.event, BasketShared)}
    if not known and not shown:
        return
    on_phone, before = chosen(connection, ids), dict(known)
    for one in heard:
        state = known.get(one.basket)
        if (now := after(state, one, on_phone.get(one.basket, frozenset()))) is not None:
            known[one.basket] = now
            if state is None:
                _begin(connection, one, now)
                before[one.basket] = now
    if moved := {id_: columns(state) for id_, state in known.items() if state != before[id_]}:
        rows = [{"id": id_, **row} for id_, row in moved.items()]
        connection.execute(_MOVE, [{f"its_{name}": value for name, value in row.items()} for row in rows])
        passing.shared(connection, moved, at=max(one.received for one in heard))


def states(connection: Connection, ids: Collection[str]) -> dict[str, State]:
    """Those that are there, locked until the commit."""
    return {row.id: state_of(row) for row in connection.execute(_STATES, {"its_ids": list(ids)})}


def state_of(row: Any) -> State:
    basket = of_lines(_LINES.decode(row.lines))
    return State(basket=basket, event=row.event, told=row.told, log=row.log_id, n=row.n)


def after(state: State | None, heard: Heard, chosen: Collection[str]) -> State | None:
    """What the basket becomes. `chosen` are the articles that were changed on the phone."""
    event = heard.event
    if isinstance(event, BasketShared):
        if state is None or state.event == heard.id or _is_later(heard, state):
            return _at(heard, _with(state, event.lines, chosen))
        return state
    if state is None or not state.log or not _is_later(heard, state):
        return state
    return _at(heard, _carried_on(state.basket, event, chosen))


def replaced(state: State, by: State, chosen: Collection[str]) -> State:
    """By what a newer code says, which the log has not brought yet."""
    return replace(by, basket=_with(state, by.basket.lines, chosen))


def of_lines(lines: tuple[Line, ...]) -> Basket:
    return Basket(id="", lines=lines)


def columns(state: State) -> dict[str, Any]:
    """The part of its row that moves."""
    lines = msgspec.json.encode(state.basket.lines).decode()
    return {"event": state.event, "told": state.told, "log_id": state.log, "n": state.n, "lines": lines}


def _with(state: State | None, lines: tuple[Line, ...], chosen: Collection[str]) -> Basket:
    """`lines`, and those changed on the phone that are no longer among them."""
    named = {line.item.sku for line in lines}
    old = state.basket.lines if state else ()
    kept = tuple(line for line in old if line.item.sku in chosen and line.item.sku not in named)
    return of_lines((*lines, *kept))


def _carried_on(basket: Basket, event: LineAdded | LineChanged | LineRemoved, chosen: Collection[str]) -> Basket:
    old = basket.line(event.item.sku)
    if old is not None and event.item.sku in chosen:
        return basket
    if isinstance(event, LineRemoved):
        return basket.without(event.item.sku)
    if old is None and len(basket.lines) >= MOST_LINES:
        return basket
    more = old.quantity if old and isinstance(event, LineAdded) else 0
    quantity = min(event.quantity + more, MOST_OF_ONE)
    return basket.with_line(Line(item=event.item, quantity=quantity, fulfilment=event.fulfilment, store=event.store))


def _is_later(heard: Heard, state: State) -> bool:
    """By number within a log, else by the box's clock, which an event that comes again still tells the same."""
    if heard.log == state.log:
        return heard.n > state.n
    return (heard.at, heard.id) > (state.told, state.event)


def _at(heard: Heard, basket: Basket) -> State:
    return State(basket=basket, event=heard.id, told=heard.at, log=heard.log, n=heard.n)


def _begin(connection: Connection, heard: Heard, state: State) -> None:
    if isinstance(heard.event, BasketShared):
        row = {"id": heard.basket, "store": heard.store, "shop_id": heard.event.basket, **columns(state)}
        add(connection, tables.shared_basket, row | {"language": heard.event.language, "opened": None})


def chosen(connection: Connection, ids: Collection[str]) -> dict[str, set[str]]:
    """The articles that were changed on a phone, by basket."""
    found: dict[str, set[str]] = {}
    for basket, sku in connection.execute(_CHOSEN, {"its_ids": list(ids)}):
        found.setdefault(basket, set()).add(sku)
    return found


def _check(scene: Scene, event: BasketShared) -> None:
    if not HEX.fullmatch(event.basket):
        raise Rejected("the basket's id is not 32 hex digits")
    check_lines(event.lines)
    language = {"language": event.language, "told": scene.envelope.at}
    fitting(tables.shared_basket, language)


def _is_sound(event: LineAdded | LineChanged | LineRemoved) -> bool:
    return isinstance(event, LineRemoved) or 1 <= event.quantity <= MOST_OF_ONE
