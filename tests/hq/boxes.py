"""A box as HQ sees it: a log that grows, and the payloads that carry it."""

import itertools
from dataclasses import dataclass, field

import msgspec

from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.consent import Consent, consent
from edge.domain.events import BasketSent, CatalogueTurned, Event, ProductViewed
from hq.service import Hq
from sync.codec import GENESIS, Envelope, blob_hash, encode_batch, seal
from sync.codec.batch import batch_of

NOW = 1_790_000_000_000
STORE = "aurora-tallinn"
DAY = 86_400_000
_ids = itertools.count(1)


def new_id() -> str:
    return f"{next(_ids):032x}"


def boots(sku: str = "boot-42", **more: object) -> Item:
    parts = {
        "product_id": "boot",
        "name": "Trail boot",
        "variant": "42 · Brown",
        "brand": "Aurora",
        "category": "Shoes",
    }
    return msgspec.convert({"sku": sku, "price": 12995, "currency": "EUR", **parts, **more}, Item)


def line(sku: str = "boot-42", quantity: int = 1, **more: object) -> Line:
    return Line(item=boots(sku, **more), quantity=quantity, fulfilment="take")


def yes(purpose: str = "marketing", *, granted: bool = True) -> Consent:
    words = "Write to me about what lies in my basket."
    return consent(purpose, granted, words=words, version="1", language="en")  # type: ignore[arg-type]


def viewed(sku: str = "boot-42") -> ProductViewed:
    return ProductViewed(visit=new_id(), station="wall", item=boots(sku))


def turned(n: int) -> CatalogueTurned:
    return CatalogueTurned(epoch=1, n=n)


def basket_sent(*lines: Line, consents: tuple[Consent, ...] = (), basket: str = "", language: str = "en") -> BasketSent:
    return BasketSent(
        basket=basket or new_id(),
        visit=new_id(),
        station="wall",
        channel="mail",
        language=language,
        lines=lines or (line(),),
        consents=consents,
    )


@dataclass
class Box:
    """`clock` is the box's own, in milliseconds."""

    seal_key: bytes
    store: str = STORE
    log: str = field(default_factory=new_id)
    clock: int = NOW
    envelopes: list[Envelope] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def append(
        self,
        event: Event | str,
        *,
        mail: str = "",
        phone: str = "",
        card: str = "",
        kind: str = "",
        id: str = "",  # noqa: A002
    ) -> Envelope:
        """One more event; `event` may be a body as text, for what no domain value could say."""
        known = {name: value for name, value in (("mail", mail), ("phone", phone), ("card", card)) if value}
        id = id or new_id()  # noqa: A001
        body = event if isinstance(event, str) else msgspec.json.encode(event).decode()
        envelope = Envelope(
            id=id,
            log=self.log,
            n=len(self.envelopes) + 1,
            kind=kind or type(event).__name__,
            at=self.clock,
            body=body,
            seal=self._seal(id, known) if known else None,
            prev=self.envelopes[-1].hash if self.envelopes else GENESIS,
        )
        self.envelopes.append(envelope)
        return envelope

    def payload(self, first: int = 1, last: int = 0, *, store: str = "", drop_blobs: bool = False) -> bytes:
        sent = self.envelopes[first - 1 : last or None]
        blobs = {e.seal: self.blobs[e.seal] for e in sent if e.seal and not drop_blobs}
        prev = self.envelopes[first - 2].hash if first > 1 else GENESIS
        return encode_batch(
            batch_of(
                sent, store=store or self.store, log=self.log, after=first - 1, prev=prev, sent=self.clock, blobs=blobs
            )
        )

    def _seal(self, event: str, address: dict[str, str]) -> str:
        plain = {"v": 1, "store": self.store, "event": event, **address}
        blob = seal(self.seal_key, msgspec.json.encode(plain))
        self.blobs[blob_hash(blob)] = blob
        return blob_hash(blob)


def box_of(hq: Hq, store: str = STORE) -> Box:
    return Box(seal_key=hq.keys.seal_public, store=store)
