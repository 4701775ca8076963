"""Gathering baskets and handing them over: what staff does with what shoppers sent. Each act is one transaction."""

from collections.abc import Callable, Sequence

from edge.catalogue import Shelf
from edge.domain import pickup
from edge.domain.basket import Line
from edge.domain.events import BasketPurchased, BasketReleased, Event, LineGathered, LineSubstituted
from edge.domain.picking import Pick, Picking, shelf_order
from edge.shop import coupon_uses, directed, pickups
from edge.shop.errors import (
    NoSuchBasketError,
    NoSuchLineError,
    NothingGatheredError,
    NotNowError,
    UnknownArticleError,
)
from edge.shop.records import Records, Writing
from edge.shop.staffing import Session

Change = Callable[[Picking], tuple[Picking, Event | None]]


class Gathering:
    """Thread-safe. `shelves`: categories in the order of a walk through the shop; `changed` is called when the staff's
    screens have something else to show. Every act names the session of who does it."""

    def __init__(
        self, shelves: Callable[[], Sequence[str]], records: Records, shelf: Shelf, *, changed: Callable[[], None]
    ) -> None:
        self._shelves, self._records, self._shelf, self._changed = shelves, records, shelf, changed

    # ---- looking -----------------------------------------------------------------------------------------------------

    def queue(self) -> list[Picking]:
        """Baskets that somebody has to gather or to hand over, the oldest first."""
        return self._records.read(pickups.waiting)

    def find(self, typed: str) -> Picking:
        """By the pick-up code, as it was typed or stands in a barcode, or by the number of the web shop's order. Raises
        NoSuchBasketError."""
        code, number = pickup.read(typed), typed.strip().removeprefix("#")
        found = self._records.read(lambda db: pickups.by_code(db, code)) if code else None
        found = found or next((one for one in self.queue() if one.number and one.number == number), None)
        if found is None:
            raise NoSuchBasketError(f"no basket has the code {typed[:40]!r}")
        return found

    def picking(self, basket: str) -> Picking:
        """Raises NoSuchBasketError."""
        return self._found(self._records.read(lambda db: pickups.load(db, basket)))

    def in_order(self, picking: Picking) -> list[Pick]:
        return shelf_order(picking.picks, self._shelves())

    # ---- acts ----------------------------------------------------------------------------------------------------

    def gather(self, session: Session, basket: str, sku: str, quantity: int) -> None:
        """So many pieces of it lie together now."""
        self._change(session, basket, lambda before: _gathered(before, session, sku, quantity))

    def scanned(self, session: Session, basket: str, sku: str) -> bool:
        """A piece was scanned while its basket is on the screen; False where it is not wanted there (any more)."""
        wanted = False

        def change(before: Picking) -> tuple[Picking, Event | None]:
            nonlocal wanted
            pick = before.pick(sku)
            wanted = pick is not None and pick.gathered < pick.line.quantity
            return _gathered(before, session, sku, pick.gathered + 1) if pick and wanted else (before, None)

        self._change(session, basket, change)  # two who gather one basket read at the same moment: each piece counts
        return wanted

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

        self._change(session, basket, change)

    def buy(self, session: Session, basket: str) -> tuple[Line, ...]:
        """What lies together was paid for: HQ hears of it, and advertises none of it any more. Returns it."""
        bought: list[Line] = []

        def change(before: Picking) -> tuple[Picking, Event | None]:
            if not before.to_pay:
                raise NothingGatheredError("nothing is gathered that was not bought before")
            bought.extend(before.to_pay)
            return before.buy(), BasketPurchased(**_by(session, basket), lines=before.to_pay)

        self._change(session, basket, change)
        return tuple(bought)

    def release(self, session: Session, basket: str) -> None:
        """Nobody waits for it any more, or it is not to be found: the rest goes back to the shelves."""

        def change(before: Picking) -> tuple[Picking, Event | None]:
            said = BasketReleased(**_by(session, basket), reason="put-back")
            return before.release(), None if before.released else said

        self._change(session, basket, change)

    def put_away(self, session: Session, basket: str) -> None:
        """What the shopper wants no more of, since they chose otherwise on their phone, is on its shelf again."""
        self._change(session, basket, lambda before: (before.put_away(), None))

    def sweep(self) -> None:
        """Forget what nobody picked up in time, and what is long done."""
        now = self._records.now()
        over = self._records.read(lambda db: pickups.over(db, now))
        for basket in over:
            self._records.write(lambda writing, basket=basket: directed.lapse(writing, basket))  # type: ignore[misc]
        if over:
            self._changed()
        for basket in self._records.read(lambda db: pickups.old(db, now)):
            self._records.write(lambda writing, basket=basket: self._expire(writing, basket))  # type: ignore[misc]

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _expire(self, writing: Writing, basket: str) -> None:
        picking = pickups.load(writing.db, basket)
        if picking and picking.waits and not picking.released:
            directed.lapse(writing, basket)
        pickups.forget(writing.db, basket)

    def _change(self, session: Session, basket: str, change: Change) -> None:
        def run(writing: Writing) -> None:
            before = self._found(pickups.load(writing.db, basket))
            after, event = change(before)
            pickups.save(writing.db, after)
            if event:
                writing.append(event)
            if isinstance(event, BasketPurchased):
                coupon_uses.spend(writing, basket)
            elif after.released and not before.released:
                by = {"station": session.station, "staff": session.staff}
                coupon_uses.release(writing, basket, "put-back", **by)
            directed.answer(writing, before, after, staff=session.staff, station=session.station)

        self._records.write(run)
        self._changed()

    def _found(self, picking: Picking | None) -> Picking:
        if picking is None:
            raise NoSuchBasketError("this basket is not here (any more)")
        return picking


def _open(picking: Picking, sku: str) -> Pick:
    pick = picking.pick(sku)
    if pick is None:
        raise NoSuchLineError(f"there is no {sku!r} in this basket")
    return pick


def _gathered(before: Picking, session: Session, sku: str, quantity: int) -> tuple[Picking, Event | None]:
    line = _open(before, sku).line
    after = before.gather(sku, quantity)
    lie = _open(after, sku).gathered
    event = LineGathered(**_by(session, before.basket), item=line.item, quantity=lie)
    return after, event if after != before else None


def _by(session: Session, basket: str) -> dict[str, str]:
    return {"staff": session.staff, "station": session.station, "basket": basket}
