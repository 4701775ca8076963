"""A shop with boots of two makes, whose journeys are all on, and what comes out of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest import mock

from edge.domain.article import Product, Stock, Variant
from edge.domain.consent import Consent, consent
from edge.domain.events import BackInStockAsked
from hq import decisions, identity, stores
from hq.config import Config, Journey, Journeys, Web
from hq.config_coupons import Coupon, Friends
from hq.friends.naming import leave
from hq.friends.rewarding import reward_all
from hq.journeys.rules import DAY, HOUR
from hq.journeys.starting import start_all
from hq.ledger import ledger_of
from hq.mail import sender
from hq.mail.sender import Sender
from hq.service import Hq
from hq.theme import load
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import Box, basket_sent, boots, box_of, line, new_id

STORE, EVENTS = "aurora-tallinn", Path(__file__).with_name("evening.toml")
BEGINS = shop.NOON + 10 * DAY + 6 * HOUR
"""Of the evening, which the store's clock, UTC here, has at 18:00."""
MARI, JAAN = "mari@example.org", "jaan@example.org"
LIKE = Product(id="hike", brand="Aurora", category="Shoes > Boots", popularity=1, title={"en": "Hiking boot Rada"})
LIKE_VARIANTS = tuple(
    Variant(sku=f"HIKE-{size}", product_id="hike", price=shop.eur(17900), size=size, colour="Moss", position=n)
    for n, size in enumerate(("42", "43"))
)
JOURNEYS = (
    Journey(name="basket-reminder", on=True, wait_hours=20, until_hours=168),
    Journey(name="next-day-offer", on=True, trigger="size-missed", wait_hours=20, until_hours=72),
    Journey(name="thanks", on=True, trigger="purchased", wait_hours=24, until_hours=168),
    Journey(name="invitation", on=True, trigger="store-event", wait_hours=0),
    Journey(name="friend-reward", on=True, trigger="friend-bought", wait_hours=0),
)
CONFIG = Config(
    web=Web(public_url="https://bag.aurora.example"),
    journey=JOURNEYS,
    journeys=Journeys(most=100, days=1, quiet="", events=str(EVENTS)),
    coupon=(Coupon(name="friends", percent=15, days=30),),
    friends=Friends(coupon="friends", wait_days=0),
)


def marketing(*, granted: bool = True, version: str = "2026-12.1") -> Consent:
    return consent("marketing", granted, words="Write to me.", version=version, language="en")


@dataclass
class Shopping:
    hq: Hq
    clock: shop.SetClock
    left: dict[tuple[str, str], int] = field(default_factory=dict)
    """By SKU and store."""
    _version: int = 1
    _orders: int = 0

    def __post_init__(self) -> None:
        with self.hq.engine.begin() as connection:
            for one in shop.STORES:
                stores.register(connection, one.id)
        self.box: Box = box_of(self.hq)
        self.stock_is({"BOOT-42": 1, "COAT-M": 1, "PACK-1": 1, "SCARF-1": 1, "HIKE-42": 1})

    def stock_is(self, left: dict[str, int], store: str = STORE) -> None:
        self.left |= {(sku, store): n for sku, n in left.items()}
        self._version += 1
        counts = [Stock(sku=sku, store=at, quantity=n, as_of=self.clock.now) for (sku, at), n in self.left.items()]
        variants, products = [*shop.VARIANTS, *LIKE_VARIANTS], (*shop.PRODUCTS, LIKE)
        shop.publish(self.hq, variants, counts, n=self._version, products=products)

    def sends(self, person: str, *skus: str, says: Consent | None = None) -> None:
        products = {variant.sku: variant.product_id for variant in (*shop.VARIANTS, *LIKE_VARIANTS)}
        lines = [line(sku, product_id=products[sku], name=sku) for sku in skus]
        self._tell(basket_sent(*lines, consents=(says or marketing(),)), person)

    def asks_for(self, person: str, sku: str) -> None:
        told = consent("back-in-stock", True, words="Once.", version="1", language="en")
        item = boots(sku, product_id=sku.partition("-")[0].lower())
        self._tell(
            BackInStockAsked(visit=new_id(), station="wall", channel="mail", language="en", item=item, consent=told),
            person,
        )

    def buys(self, person: str, sku: str, quantity: int = 1, store: str = "web", order: str = "") -> None:
        self._orders += 1
        row = {"store": store, "order_id": order or f"R-{self._orders}", "sku": sku, "quantity": quantity, "price": 100}
        buyer = identity.digest(self.hq.keys, "mail", person)
        more = {"currency": "EUR", "basket": None, "at": self.clock.now, "buyer": buyer, "card": None}
        decisions.orders_imported(self.hq, [row | more])

    def brings(self, person: str, friend: str) -> None:
        """The friend leaves their address on the page of the person's link."""
        leave(self.hq, self.profile(person), friend)
        self.clock.now += 1

    def passes(self, hours: float) -> None:
        self.clock.now += round(hours * HOUR)

    def rounds(self) -> list[EmailMessage]:
        """What goes now; what was asked for (a basket, that it is back) aside."""
        gone: list[EmailMessage] = []

        @contextmanager
        def no_server(_: object) -> Iterator[None]:
            yield None

        def take(_: Any, message: EmailMessage) -> None:
            gone.append(message)

        with mock.patch.object(sender, "connection", no_server), mock.patch.object(sender, "hand_over", take):
            reward_all(self.hq)
            start_all(self.hq)
            assert Sender(self.hq, load(None)).round()
        return [one for one in gone if not one["Message-ID"].startswith(("<basket.", "<back-in-stock."))]

    def profile(self, person: str) -> str:
        with self.hq.reading() as connection:
            return identity.find(connection, self.hq.keys, "mail", person) or ""

    def _tell(self, event: Any, person: str) -> None:
        self.box.clock = self.clock.now
        self.box.append(event, mail=person)
        ingest(ledger_of(self.hq), STORE, self.box.payload(len(self.box.envelopes)))
        self.clock.now += 1


def shopping(folder: Path, config: Config = CONFIG) -> Shopping:
    clock = shop.SetClock()
    return Shopping(hq=shop.showroom(folder, smtp="127.0.0.1:1", clock=clock, config=config), clock=clock)


def kind(message: EmailMessage) -> str:
    """The journey's name."""
    return str(message["Message-ID"]).lstrip("<").partition(".")[0]


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())
