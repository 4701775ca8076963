"""A shopper at a station whose line may be down: what the box writes into its log, and the code that it shows."""

from dataclasses import dataclass, field
from typing import Any

from edge.codes.shared_basket import SharedBasket, address, shared
from edge.domain.basket import Basket, Line
from edge.domain.events import BasketShared, LineAdded, LineChanged, LineRemoved, SigningKeyMade
from hq.ledger import ledger_of
from hq.service import Hq
from sync.codec import verify_key_of
from sync.ingest import Outcome, ingest_all
from tests.hq.boxes import Box, line, new_id

SEED = bytes(range(64, 96))


@dataclass
class Shopper:
    """Fills a basket at `box`; `payload` takes the box's log to HQ, and nothing else does."""

    box: Box
    seed: bytes = SEED
    basket: Basket = field(default_factory=lambda: Basket(id=new_id()))
    _sent: int = 0

    def announce(self) -> None:
        self.box.append(SigningKeyMade(public=verify_key_of(self.seed).hex()))

    def add(self, sku: str, quantity: int = 1, price: int = 18900, at: str = "") -> None:
        """To take along, or to be collected `at` another store."""
        way: dict[str, Any] = {"fulfilment": "collect" if at else "take", "store": at}
        added = line(sku, quantity, price=price)
        old = self.basket.line(sku)
        total = Line(item=added.item, quantity=quantity + (old.quantity if old else 0), **way)
        self.basket = self.basket.with_line(total)
        self.box.append(LineAdded(**self._in(), item=added.item, quantity=quantity, **way))

    def change(self, sku: str, quantity: int) -> None:
        old = self._line(sku)
        self.basket = self.basket.with_line(Line(item=old.item, quantity=quantity, fulfilment="ship"))
        self.box.append(LineChanged(**self._in(), item=old.item, quantity=quantity, fulfilment="ship"))

    def remove(self, sku: str) -> None:
        old = self._line(sku)
        self.basket = self.basket.without(sku)
        self.box.append(LineRemoved(**self._in(), item=old.item, quantity=old.quantity))

    def shown(self, base: str = "") -> str:
        """The path of the code on the screen, the event behind it written."""
        last = new_id()
        event = BasketShared(**self._in(), via="qr", language="et", lines=self.basket.lines)
        self.box.append(event, id=last)
        return self.code(shared(self.basket, store=self.box.store, last=last, at=self.box.clock), base)

    def code(self, basket: SharedBasket, base: str = "") -> str:
        return address(base, basket, self.seed)

    def line_up(self, hq: Hq) -> Outcome:
        """Everything that waits goes to HQ."""
        first, self._sent = self._sent + 1, len(self.box.envelopes)
        return next(iter(ingest_all(ledger_of(hq), [(self.box.store, self.box.payload(first))])))

    def _line(self, sku: str) -> Line:
        there = self.basket.line(sku)
        assert there
        return there

    def _in(self) -> dict[str, str]:
        return {"basket": self.basket.id, "visit": "f" * 32, "station": "wall"}
