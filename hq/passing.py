"""What the stores of a basket can't know by themselves: what was chosen on the phone, and what is to be collected at
another store than the one that tells of the basket. Both reach their queues as directives.

A directive's id derives from what the database holds: whatever came first, event or choice, the same is directed once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from edge.domain.article import WEB
from edge.domain.basket import Line
from edge.domain.directives import ChangeBasket, GatherBasket
from hq import choices, collecting, directives, reservations, stores
from hq.ids import derived
from hq.store import tables
from hq.store.many import among

_SENT, _SHARED, _CHOICE, _R = tables.basket.c, tables.shared_basket.c, tables.shared_choice.c, tables.reservation.c
_lines = msgspec.json.Decoder(tuple[Line, ...])


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A basket that an event tells of. `id` is HQ's; `collects`: something of it at another store."""

    id: str
    shop_id: str
    collects: bool
    at: int


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A basket as its store told it. `tell`: its own store does not know what is wanted of it."""

    id: str
    store: str
    shop_id: str
    event: str
    lines: tuple[Line, ...]
    tell: bool


def sent(connection: Connection, given: Sequence[Sent]) -> None:
    """Of many baskets that were sent only few need anything."""
    ids, shop_ids = [one.id for one in given], [one.shop_id for one in given]
    chosen = set(connection.scalars(select(_CHOICE.basket).where(among(_CHOICE.basket, ids))))
    elsewhere = set(connection.scalars(select(_R.basket).where(among(_R.basket, shop_ids))))
    for one in given:
        if one.collects or one.id in chosen or one.shop_id in elsewhere:
            chose(connection, one.id, at=one.at)


def shared(connection: Connection, ids: Iterable[str], *, at: int) -> None:
    """Baskets that a phone took from a code were carried on."""
    for id_ in ids:
        chose(connection, id_, at=at)


def chose(connection: Connection, basket: str, *, at: int) -> None:
    """Somebody chose on the page of `basket`, HQ's id, or its store told more of it."""
    told = _sent(connection, basket) or _shared(connection, basket)
    if told is None or told.store == WEB:
        return  # a restored HQ may hear of it again only later; the web shop has no queue
    changed = connection.scalar(select(func.max(_CHOICE.at)).where(_CHOICE.basket == basket))
    wanted = _wanted(told.lines, choices.of_basket(connection, basket))
    mark = derived("chosen", told.event, str(changed), msgspec.json.encode(wanted).decode())
    if told.tell or changed is not None:
        meant = ChangeBasket(basket=told.shop_id, lines=wanted)
        directives.direct(connection, told.store, meant, id=mark, subject=told.shop_id, at=at)
    _elsewhere(connection, told, wanted, mark, at)


def _elsewhere(connection: Connection, told: _Told, wanted: Sequence[Line], mark: str, at: int) -> None:
    """Other stores gather what is collected there, and nothing any more where nothing is."""
    there: dict[str, list[Line]] = {}
    for line in wanted:
        if line.fulfilment == "collect" and line.store:
            there.setdefault(line.store, []).append(replace(line, store=""))
    for store in sorted(stores.known_among(connection, there)):
        gather = GatherBasket(basket=told.shop_id, source=told.store, lines=tuple(there[store]))
        reservations.ask_for_basket(connection, gather, store=store, event=mark, at=at)
    mine = select(_R.id, _R.store).where(_R.basket == told.shop_id, _R.source == told.store)
    for row in connection.execute(mine).all():
        if row.store not in there:
            reservations.released(connection, told.store, row.id, event=mark, at=at)


def _wanted(lines: Sequence[Line], chosen: dict[str, choices.Choice]) -> tuple[Line, ...]:
    now = [(line, choices.counted(chosen, line.item.sku, line.quantity, line.fulfilment)) for line in lines]
    return tuple(_as_chosen(line, one) for line, one in now if one.quantity)


def _as_chosen(line: Line, one: choices.Choice) -> Line:
    way: Any = one.fulfilment
    return replace(line, quantity=one.quantity, fulfilment=way, store=line.store if way == "collect" else "")


def _sent(connection: Connection, basket: str) -> _Told | None:
    row = connection.execute(select(tables.basket).where(_SENT.id == basket)).first()
    if row is None or not row.shop_id:
        return None
    line = tables.basket_line.c
    rows = connection.execute(select(tables.basket_line).where(line.basket == basket).order_by(line.position)).all()
    lines = tuple(
        Line(item=collecting.item(connection, one), quantity=one.quantity, fulfilment=one.fulfilment, store=one.store)
        for one in rows
    )
    return _Told(id=basket, store=row.store, shop_id=row.shop_id, event=row.event, lines=lines, tell=False)


def _shared(connection: Connection, basket: str) -> _Told | None:
    """What a phone took along is wanted; its store shows many codes that nobody takes. A restored HQ knows only from
    choices that one did."""
    row = connection.execute(select(tables.shared_basket).where(_SHARED.id == basket)).first()
    if row is None or (row.opened is None and not choices.of_basket(connection, basket)):
        return None
    lines = _lines.decode(row.lines)
    return _Told(
        id=basket, store=row.store, shop_id=row.shop_id, event=row.event, lines=lines, tell=row.opened is not None
    )
