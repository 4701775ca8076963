"""Single-use codes in this shop: checked without HQ, used provisionally, and what HQ says of them afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from edge.domain import coupon
from edge.domain.coupon import Terms
from edge.domain.directives import LearnOfCoupon
from edge.domain.events import CouponRedeemed
from edge.shop import coupon_uses, offers, pickups
from edge.shop.coupon_uses import Use
from edge.shop.errors import CouponRefusedError, NoSuchBasketError
from edge.shop.records import Records, Writing
from edge.shop.staffing import Session


@dataclass(frozen=True, kw_only=True)
class Held:
    """A code in a basket; `terms` None where its campaign is declared no more."""

    use: Use
    terms: Terms | None


@dataclass(frozen=True, kw_only=True)
class Where:
    """Whose basket a code is to lie in, and who puts it there."""

    basket: str
    station: str
    visit: str = ""
    staff: str = ""


class Couponing:
    """Thread-safe. `salt` is what codes are hashed with; `changed` is called when staff has something else to see."""

    def __init__(self, store: str, salt: bytes, records: Records, *, changed: Callable[[], None]) -> None:
        self._store, self._salt, self._records, self._changed = store, salt, records, changed

    # ---- looking -----------------------------------------------------------------------------------------------------

    def of(self, basket: str) -> Held | None:
        """The code in this basket."""
        use = self._records.read(lambda db: coupon_uses.of_basket(db, basket))
        if use is None:
            return None
        return Held(use=use, terms=self._records.read(lambda db: offers.terms(db, use.campaign)))

    def troubles(self) -> list[Use]:
        """Codes of which staff has to be told, the latest first."""
        return self._records.read(coupon_uses.troubling)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def redeem(self, writing: Writing, where: Where, text: str) -> None:
        """The code that somebody typed or held up lies in the basket, in place of the one before. Raises
        CouponRefusedError."""
        code = coupon.read(text)
        if code is None or not coupon.is_sound(code):
            raise CouponRefusedError("coupon-mistyped")
        name = coupon.name_of(code, self._salt)
        lies = coupon_uses.of_coupon(writing.db, name)
        if lies and lies.basket == where.basket and lies.state == "held":
            return
        issued = offers.issued(writing.db, name)
        terms = offers.terms(writing.db, issued.campaign) if issued else None
        if refused := coupon.refusal(issued, terms, self._store, writing.at):
            raise CouponRefusedError(refused)
        if lies:
            raise CouponRefusedError("coupon-used")
        assert issued
        by = {"station": where.station, "staff": where.staff}
        coupon_uses.release(writing, where.basket, "replaced", **by)
        use = Use(
            id=writing.new_id(), coupon=name, campaign=issued.campaign, basket=where.basket, at=writing.at, code=code
        )
        coupon_uses.save(writing.db, use)
        said = CouponRedeemed(basket=where.basket, visit=where.visit, coupon=name, campaign=issued.campaign, **by)
        writing.append(said, event_id=use.id)

    def redeem_for(self, session: Session, basket: str, text: str) -> None:
        """Staff holds up a shopper's code for a basket of the queue. Raises NoSuchBasketError, CouponRefusedError."""

        def run(writing: Writing) -> None:
            picking = pickups.load(writing.db, basket)
            if picking is None or not picking.to_pay or picking.number:
                raise NoSuchBasketError("nothing of this basket is to be paid here (any more)")
            self.redeem(writing, Where(basket=basket, station=session.station, staff=session.staff), text)

        self._records.write(run)
        self._changed()

    def take_out_for(self, session: Session, basket: str) -> None:
        by = {"station": session.station, "staff": session.staff}
        self._records.write(lambda writing: coupon_uses.release(writing, basket, "removed", **by))
        self._changed()

    def seen(self, use: str) -> None:
        """Staff has read what there is to be told of it."""

        def run(writing: Writing) -> None:
            if found := coupon_uses.find(writing.db, use):
                coupon_uses.save(writing.db, replace(found, seen=True))

        self._records.write(run)
        self._changed()

    def learn(self, writing: Writing, told: LearnOfCoupon) -> None:
        """HQ's directive. What this store no longer knows of is no matter."""
        if use := coupon_uses.find(writing.db, told.use):
            said = {"word": told.word, "other": told.store, "other_at": told.at, "seen": False}
            coupon_uses.save(writing.db, replace(use, **said))  # type: ignore[arg-type]

    def sweep(self) -> None:
        """Codes of baskets that nobody came for are good again; what is long over is forgotten."""
        now = self._records.now()
        for basket in self._records.read(lambda db: coupon_uses.forgotten(db, now)):
            self._records.write(lambda writing, basket=basket: coupon_uses.release(writing, basket, "expired"))  # type: ignore[misc]
        if self._records.read(lambda db: coupon_uses.is_old(db, now)):
            self._records.write(lambda writing: coupon_uses.forget(writing.db, now))
