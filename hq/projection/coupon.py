"""CouponRedeemed and CouponReleased: whether a use of a code counts, and that the code is good again."""

import re

from edge.domain.events import CouponRedeemed, CouponReleased
from hq import decisions
from hq.coupons import entering, uses
from hq.coupons.uses import Outcome, Use
from hq.events import HEX
from hq.projection.scene import Scene
from sync.ingest import Rejected

NAME = re.compile(r"[0-9a-f]{20}")


def redeemed(scene: Scene, event: CouponRedeemed) -> None:
    use = _use(scene, scene.envelope.id, event.coupon, event.basket)
    entering.enter(scene.connection, use, _outcome(scene, use), at=scene.received)


def released(scene: Scene, event: CouponReleased) -> None:
    if not HEX.fullmatch(event.redemption):
        raise Rejected("the id of what is taken back is not 32 hex digits")
    entering.release(scene.connection, _use(scene, event.redemption, event.coupon, event.basket))


def _use(scene: Scene, id_: str, coupon: str, basket: str) -> Use:
    if not NAME.fullmatch(coupon):
        raise Rejected("the name of the code is not 20 hex digits")
    if not HEX.fullmatch(basket):
        raise Rejected("the basket's id is not 32 hex digits")
    return Use(id=id_, coupon=coupon, store=scene.store, basket=basket, by_order=False, at=scene.at)


def _outcome(scene: Scene, use: Use) -> Outcome:
    if known := uses.decided(scene.connection, use.id):
        return known
    uses.lock(scene.connection, [use.coupon])
    outcome = uses.judged(scene.connection, use)
    if scene.rules.journal is not None:
        entry = scene.rules.journal.append("coupon-decided", use.id, coupon=use.coupon, outcome=outcome)
        decisions.apply(scene.connection, entry)
    return outcome
