"""What a code means in the hands of staff: a badge, a basket's code, or a piece for what they are doing."""

from contextlib import suppress

from edge.domain.pickup import is_barcode
from edge.shop.couponing import Couponing
from edge.shop.errors import BoxFullError, ListFullError, NoSuchBasketError
from edge.shop.gathering import Gathering
from edge.shop.reading import Reading
from edge.shop.screens import Gather, Tally
from edge.shop.staffing import Session, Staffing
from edge.shop.tagging import Tagging
from edge.shop.tallying import Tallying
from edge.shop.turns import Turns


class Hands:
    """Thread-safe."""

    def __init__(
        self,
        turns: Turns,
        staff: Staffing,
        gathering: Gathering,
        tallying: Tallying,
        tagging: Tagging,
        couponing: Couponing,
    ) -> None:
        self._turns, self._staff, self._gathering = turns, staff, gathering
        self._tallying, self._tagging, self._couponing = tallying, tagging, couponing

    def read(self, station: str, reading: Reading) -> bool:
        """Whether that was all; if not, it is an article or a code like any other."""
        if (run := self._tagging.run(station)) and reading.reader == run.reader:
            return True  # it lies there to be written on
        if reading.badge:
            self._staff.badge(station, reading.badge)
            return True
        if (session := self._staff.at(station)) is None:
            return False
        self._staff.touch(session)
        if reading.item:
            return self._piece(session, reading.item.sku)
        return is_barcode(reading.code) and self._basket(station, reading.code)

    def coupon(self, station: str, code: str) -> bool:
        """A shopper's single-use code, held up while a basket of the queue is on the screen: it is that basket's.
        Raises CouponRefusedError and NoSuchBasketError."""
        session, screen = self._staff.at(station), self._turns.screen(station)
        if session is None or not isinstance(screen, Gather):
            return False
        self._staff.touch(session)
        self._couponing.redeem_for(session, screen.basket, code)
        return True

    def _piece(self, session: Session, sku: str) -> bool:
        screen = self._turns.screen(session.station)
        with suppress(NoSuchBasketError, ListFullError, BoxFullError):  # then the article is shown all the same
            if isinstance(screen, Gather):
                return self._gathering.scanned(session, screen.basket, sku)
            if isinstance(screen, Tally):
                self._tallying.add(session, screen.purpose, sku)
                return True
        return False

    def _basket(self, station: str, code: str) -> bool:
        with suppress(NoSuchBasketError):  # of another store, or long done
            gather = Gather(basket=self._gathering.find(code).basket)
            self._turns.run_or_show(station, lambda turn: turn.show(gather, None), gather)
            return True
        return False
