"""An HQ with a campaign or two, and boxes that hear of them as they would over the web."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from edge.catalogue import Version
from edge.domain.coupon import Told
from edge.domain.directives import LearnOfCoupon
from edge.domain.events import CouponRedeemed, CouponReleased
from hq import directives, stores
from hq.config import Config
from hq.config_coupons import Coupon
from hq.coupons.codes import named
from hq.feeds import offers
from hq.ledger import ledger_of
from hq.service import Hq
from hq.telling import tell_offers
from sync.codec import unpack_lines
from sync.ingest import ingest_all
from tests.hq.boxes import Box, box_of, new_id

NOTHING = Version(0, 0)
DECODER = msgspec.json.Decoder(Told)
TALLINN, TARTU = "aurora-tallinn", "aurora-tartu"
CAMPAIGNS = (
    Coupon(name="spring", percent=10),
    Coupon(name="week", amount="15.00 EUR", minimum="50.00 EUR", days=7, until="2027-01-01"),
)


def open_with(open_it: Callable[..., Hq], **more: object) -> Hq:
    hq = open_it(Config(coupon=CAMPAIGNS, **more))  # type: ignore[arg-type]
    with hq.engine.begin() as connection:
        for store in (TALLINN, TARTU):
            stores.register(connection, store)
    return hq


@dataclass
class Till:
    """A store's box, as far as codes go."""

    hq: Hq
    box: Box
    sent: int = 0
    known: dict[str, Told] = field(default_factory=dict)
    version: Version = NOTHING

    def redeem(self, code: str, basket: str = "") -> str:
        name = named(self.hq.keys, code) or code
        event = CouponRedeemed(
            basket=basket or new_id(), visit="f" * 32, station="wall", coupon=name, campaign="spring"
        )
        return self.box.append(event).id

    def release(self, code: str, redemption: str, basket: str = "") -> None:
        name = named(self.hq.keys, code) or code
        self.box.append(
            CouponReleased(
                basket=basket or new_id(), station="wall", coupon=name, redemption=redemption, reason="removed"
            )
        )

    def line_up(self, hq: Hq | None = None) -> None:
        """Everything that waits goes to HQ; all there is to one that knows none of it."""
        first = 1 if hq else self.sent + 1
        (outcome,) = ingest_all(ledger_of(hq or self.hq), [(self.box.store, self.box.payload(first))])
        assert not isinstance(outcome, Exception), outcome
        self.sent = len(self.box.envelopes)

    def hear(self) -> None:
        """What HQ tells of codes and campaigns, asked for until nothing more comes."""
        tell_offers(self.hq)
        with self.hq.reading() as connection:
            while self.version != offers.OFFERS.newest(connection):
                delta, packed = offers.delta_since(connection, self.hq.keys.signing, self.version)
                for told in unpack_lines(packed, DECODER, 1 << 24):
                    name = told.code.name if told.code else told.terms.campaign if told.terms else told.gone
                    self.known[name] = told
                self.version = Version(*delta.version)

    def state(self, code: str) -> str:
        told = self.known.get(named(self.hq.keys, code) or "")
        return told.code.state if told and told.code else ""

    def words(self) -> dict[str, tuple[str, str]]:
        """What HQ directs this store to learn: by use, its word and the other store."""
        with self.hq.reading() as connection:
            told = directives.beyond(connection, self.box.store, (0, 0), 100)
        learned = [msgspec.json.decode(one.body, type=LearnOfCoupon) for one in told if one.kind == "LearnOfCoupon"]
        return {one.use: (one.word, one.store) for one in learned}


def till(hq: Hq, store: str = TALLINN) -> Till:
    return Till(hq, box_of(hq, store))
