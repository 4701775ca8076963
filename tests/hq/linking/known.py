"""People of a real HQ who are known by more than one thing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.domain.consent import Consent
from hq import decisions, identity
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.linking.person import profiles, standing
from hq.service import Hq
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, basket_sent, box_of, line, yes
from tests.hq.conftest import Clock

ANNA, WORK, JO = "anna@example.com", "anna@work.example", "jo@example.com"
CARD, PHONE = "29001", "+37251234567"


@dataclass
class Known:
    hq: Hq
    clock: Clock
    orders: int = 0
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        self.box = box_of(self.hq)

    def sends(self, mail: str = "", *skus: str, agrees: bool | None = None, phone: str = "", card: str = "") -> str:
        """Returns the event's id."""
        self.clock.now += 1_000
        self.box.clock = self.clock.now
        consents: Sequence[Consent] = () if agrees is None else (yes(granted=agrees),)
        lines = [line(sku) for sku in skus or ("boot-42",)]
        sent = self.box.append(basket_sent(*lines, consents=tuple(consents)), mail=mail, phone=phone, card=card)
        ingest(ledger_of(self.hq), STORE, self.box.payload(len(self.box.envelopes)))
        return sent.id

    def buys(self, sku: str = "boot-42", **named: str) -> None:
        """`named`: mail, card, phone, customer or the basket, as the order names the buyer."""
        self.orders += 1
        row = {"store": "web", "order_id": str(self.orders), "sku": sku, "quantity": 1, "price": 100, "currency": "EUR"}
        columns = {"mail": "buyer", "card": "card", "phone": "phone", "customer": "customer"}
        who = {column: self.digest(kind, named[kind]) if kind in named else None for kind, column in columns.items()}
        row |= who | {"basket": named.get("basket"), "at": self.clock.now or NOW}
        decisions.orders_imported(self.hq, [row])

    def digest(self, kind: str, value: str) -> str:
        return identity.digest(self.hq.keys, kind, value)  # type: ignore[arg-type]

    def profile(self, mail: str) -> str:
        return self.find("mail", mail)

    def find(self, kind: str, value: str) -> str:
        with self.hq.reading() as connection:
            return identity.find(connection, self.hq.keys, kind, value) or ""  # type: ignore[arg-type]

    def person(self, mail: str) -> str:
        with self.hq.reading() as connection:
            return standing(connection, self.profile(mail))

    def are_one(self, *mails: str) -> bool:
        return len({self.person(mail) for mail in mails}) == 1

    def profiles(self, mail: str) -> list[str]:
        with self.hq.reading() as connection:
            return profiles(connection, self.profile(mail))

    def merge(self, one: str, other: str) -> None:
        self.clock.now += 1_000
        ruling.merge(self.hq, self.profile(one), self.profile(other), reason="same desk", by="anna")

    def split(self, mail: str) -> None:
        self.clock.now += 1_000
        ruling.split(self.hq, self.profile(mail), reason="not the same", by="jo")
