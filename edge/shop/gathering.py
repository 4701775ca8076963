"""Gathering baskets and handing them over: what staff does with what shoppers sent. Each act is one transaction."""

from collections.abc import Callable, Sequence

import sqlite_utils

from edge.catalogue import Shelf
from edge.domain import pickup
from edge.domain.basket import Line
from edge.domain.events import BasketPurchased, BasketReleased, Event, LineGathered, LineSubstituted
from edge.domain.picking import Pick, Picking, shelf_order
from edge.shop import pickups
from edge.shop.errors import (
    BoxFullError,
    NoSuchBasketError,
    NoSuchLineError,
    NothingGatheredError,
    NotNowError,
    UnknownArticleError,
)
from edge.shop.staffing import Session
from edge.store import Database, EventLog, StorageError

Change = Callable[[Picking], tuple[Picking, Event | None]]


class Gathering:
    """Thread-safe. `shelves`: categories in the order of a walk through the shop; `appended` is called after events,
    `changed` when the staff's screens have something else to show. Every act names the session of who does it."""

    def __init__(
        self,
        shelves: Sequence[str],
        database: Database,
        event_log: EventLog,
        shelf: Shelf,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
        appended: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._shelves, self._database, self._log, self._shelf = shelves, database, event_log, shelf
        self._now, self._new_id, self._appended, self._changed = now, new_id, appended, changed

    # ---- looking -----------------------------------------------------------------------------------------------------

    def queue(self) -> list[Picking]:
        """Baskets that somebody has to gather or to hand over, the oldest first."""
        return self._database.read(pickups.waiting)

    def find(self, typed: str) -> Picking:
        """By the pick-up code, as it was typed or stands in a barcode. Raises NoSuchBasketError."""
        code = pickup.read(typed)
        found = self._database.read(lambda db: pickups.by_code(db, code)) if code else None
        if found is None:
            raise NoSuchBasketError(f"no basket has the code {typed[:40]!r}")
        return found

    def picking(self, basket: str) -> Picking:
        """Raises NoSuchBasketError."""
        return self._found(self._database.read(lambda db: pickups.load(db, basket)))

    def in_order(self, picking: Picking) -> list[Pick]:
        return shelf_order(picking.picks, self._shelves)

    # ---- acts ----------------------------------------------------------------------------------------------------

    def gather(self, session: Session, basket: str, sku: str, quantity: int) -> None:
        """So many pieces of it lie together now."""

        def change(before: Picking) -> tuple[Picking, Event | None]:
            line = _open(before, sku).line
            after = before.gather(sku, quantity)
            lie = _open(after, sku).gathered
            event = LineGathered(**_by(session, basket), item=line.item, quantity=lie)
            return after, event if after != before else None

        self._change(basket, change)

    def scanned(self, session: Session, basket: str, sku: str) -> bool:
        """A piece was scanned while its basket is on the screen; False where it is not wanted there (any more)."""
        pick = self.picking(basket).pick(sku)
        if pick is None or pick.gathered >= pick.line.quantity:
            return False
        self.gather(session, basket, sku, pick.gathered + 1)
        return True

    def substitute(self, session: Session, basket: str, sku: str, instead: str, language: str) -> None:
        """`instead`, an article of the catalogue, takes the place of the line of `sku`."""
        try:
            item = self._shelf.current().item(instead, language)
        except KeyError as error:
            raise UnknownArticleError(f"no article {instead!r} in the catalogue") from error

        def change(before: Picking) -> tuple[Picking, Event | None]:
            pick = _open(before, sku)
            if pick.bought or before.pick(instead):
                raise NotNowError(f"{sku!r} is partly bought, or {instead!r} is in the basket already")
            event = LineSubstituted(**_by(session, basket), sku=sku, item=item, quantity=pick.line.quantity)
            return before.substitute(sku, item), event

        self._change(basket, change)

    def buy(self, session: Session, basket: str) -> tuple[Line, ...]:
        """What lies together was paid for: HQ hears of it, and advertises none of it any more. Returns it."""
        bought: list[Line] = []

        def change(before: Picking) -> tuple[Picking, Event | None]:
            if not before.to_pay:
                raise NothingGatheredError("nothing is gathered that was not bought before")
            bought.extend(before.to_pay)
            return before.buy(), BasketPurchased(**_by(session, basket), lines=before.to_pay)

        self._change(basket, change)
        return tuple(bought)

    def release(self, session: Session, basket: str) -> None:
        """Nobody waits for it any more: the rest goes back to the shelves."""

        def change(before: Picking) -> tuple[Picking, Event | None]:
            return _released(before), BasketReleased(**_by(session, basket), reason="put-back")

        self._change(basket, change)

    def sweep(self) -> None:
        """Forget what nobody picked up in time, and what is long done."""
        for basket in self._database.read(lambda db: pickups.old(db, self._now())):
            self._write(lambda db, basket=basket: self._expire(db, basket))  # type: ignore[misc]

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _expire(self, db: sqlite_utils.Database, basket: str) -> None:
        picking = pickups.load(db, basket)
        if picking and picking.waits:
            self._append(db, BasketReleased(staff="", station="", basket=basket, reason="expired"))
        pickups.forget(db, basket)

    def _change(self, basket: str, change: Change) -> None:
        def run(db: sqlite_utils.Database) -> bool:
            after, event = change(self._found(pickups.load(db, basket)))
            pickups.save(db, after)
            if event:
                self._append(db, event)
            return event is not None

        if self._write(run):
            self._appended()
        self._changed()

    def _found(self, picking: Picking | None) -> Picking:
        if picking is None:
            raise NoSuchBasketError("this basket is not here (any more)")
        return picking

    def _append(self, db: sqlite_utils.Database, event: Event) -> None:
        self._log.append(db, event, event_id=self._new_id(), at=self._now())

    def _write(self, do: Callable[[sqlite_utils.Database], bool | None]) -> bool | None:
        try:
            return self._database.write(do)
        except StorageError as error:
            raise BoxFullError(str(error)) from error


def _open(picking: Picking, sku: str) -> Pick:
    pick = picking.pick(sku)
    if pick is None:
        raise NoSuchLineError(f"there is no {sku!r} in this basket")
    return pick


def _released(picking: Picking) -> Picking:
    return Picking(**{**vars(picking), "released": True})


def _by(session: Session, basket: str) -> dict[str, str]:
    return {"staff": session.staff, "station": session.station, "basket": basket}
