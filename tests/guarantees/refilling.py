"""A chain in small: a real HQ that sends real mails, and boxes whose real uplinks speak to it without a broker.

Boxes, people and decisions are drawn from a seed. HQ's clock is set by hand; each box has one of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from sqlalchemy import select

from edge.domain.consent import PURPOSES, Consent
from hq import decisions, identity, stores
from hq.backup import make
from hq.backup.restoring import Restored, restore
from hq.config import Config, Database, Mail, Web, WebShop
from hq.customers import import_customers
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.mail.sender import Sender
from hq.orders import import_orders
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import derived_hash, derived_sums
from hq.theme import load
from hq.web.choice import choose
from hq.webapi.asking import Asking
from hq.webapi.shapes import EventIn, ItemIn, PropertiesIn
from hq.webapi.told import keep
from sync.codec import GENESIS, Envelope, Malformed, Receipt, encode_answer
from sync.ingest import ingest
from sync.uplink import Uplink
from tests.hq import showroom
from tests.hq.boxes import Box, basket_sent, box_of, line, turned, viewed, yes

START = showroom.NOON
HOUR, DAY = 3_600_000, 86_400_000
STORES = {"b0": "aurora-tallinn", "b1": "aurora-tallinn", "b2": "aurora-tartu", "b3": "aurora-parnu"}
SKUS = ("BOOT-42", "COAT-M", "POT-1", "SCARF-1")


class Clock:
    """HQ's, in milliseconds."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@dataclass
class BoxLog:
    """`sync.uplink.OutLog` over a box's events: it forgets like a real one, and keeps the hash at its cut."""

    box: Box
    kept: Receipt | None = None
    forgotten: int = 0

    @property
    def log_id(self) -> str:
        return self.box.log

    def head(self) -> int:
        return len(self.box.envelopes)

    def cut(self) -> int:
        return self.forgotten

    def receipt(self) -> Receipt | None:
        return self.kept

    def keep(self, receipt: Receipt) -> None:
        self.kept = receipt

    def hash_of(self, n: int) -> str | None:
        if not self.forgotten <= n <= self.head():
            return None
        return self.box.envelopes[n - 1].hash if n else GENESIS

    def read(self, after: int, most: int, most_bytes: int) -> tuple[list[Envelope], dict[str, bytes]]:
        envelopes = self.box.envelopes[max(after, self.forgotten) :][:most]
        return envelopes, {e.seal: self.box.blobs[e.seal] for e in envelopes if e.seal in self.box.blobs}

    def forked(self, n: int) -> None:
        raise AssertionError(f"HQ calls event {n} of {self.log_id} a fork")

    def trim(self) -> bool:
        """All at once."""
        upto = min(self.kept.n, self.kept.trim_to) if self.kept else 0
        trimmed, self.forgotten = upto > self.forgotten, max(self.forgotten, upto)
        return trimmed

    def past(self) -> "Sequence[BoxLog]":
        return ()


@dataclass
class Station:
    """A box with its clock off by `skew` milliseconds."""

    log: BoxLog
    uplink: Uplink
    skew: int = 0


@dataclass
class Chain:
    """`open`, then `happen` and `deliver` as often as wanted."""

    folder: Path
    smtp: str
    url: str = ""
    seed: int = 1
    clock: Clock = field(default_factory=Clock)
    stations: dict[str, Station] = field(default_factory=dict)
    served: int = 0
    """Baskets sent so far: each by a person of its own, or by one who came before."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        web = Web(public_url="https://bag.aurora.example")
        mail = Mail(smtp=self.smtp, sender="Aurora <basket@aurora.example>")
        self.config = Config(web=web, mail=mail, database=Database(url=self.url))

    def open(self) -> None:
        self.hq: Hq = showroom.showroom(self.folder, smtp=self.smtp, clock=self.clock, config=self.config)
        with self.hq.engine.begin() as connection:
            for store in {*STORES.values()}:
                stores.register(connection, store)
        for name, store in STORES.items():
            box = box_of(self.hq, store)
            log = BoxLog(box)
            self.stations[name] = Station(log=log, uplink=self._uplink(log, store))
        self._start()

    def _uplink(self, log: BoxLog, store: str) -> Uplink:
        def now() -> float:
            return self.clock.now / 1000

        return Uplink(log, store, now=now, wall_ms=lambda: log.box.clock, random=self.random)

    def reopen(self) -> None:
        self.hq = open_hq(self.folder, self.config, clock=self.clock)
        self._start()

    def _start(self) -> None:
        self.ledger = ledger_of(self.hq)
        self.sender = Sender(self.hq, load(None))

    # ---- what happens in the stores ------------------------------------------------------------------------------

    def tick(self, ms: int = 20_000) -> None:
        self.clock.now += ms
        for station in self.stations.values():
            station.log.box.clock = self.clock.now + station.skew

    def look_around(self, name: str, times: int) -> None:
        for _ in range(times):
            self.tick(500)
            self.stations[name].log.box.append(viewed(self.random.choice(SKUS)))

    def send(self, name: str, person: str, *, basket: str = "", language: str = "en", **ticked: bool) -> str:
        """`person` sends a basket, with the answers given. Returns the event's id."""
        self.tick()
        consents = tuple(self._answer(purpose, ticked[purpose]) for purpose in PURPOSES if purpose in ticked)
        lines = [line(sku, self.random.randint(1, 3)) for sku in self.random.sample(SKUS, 2)]
        event = basket_sent(*lines, consents=consents, basket=basket, language=language)
        return self.stations[name].log.box.append(event, mail=mail_of(person)).id

    def _answer(self, purpose: str, granted: bool) -> Consent:
        return yes(purpose, granted=granted)

    def turn(self, name: str, n: int) -> None:
        self.tick()
        self.stations[name].log.box.append(turned(n))

    def break_one(self, name: str) -> None:
        """An event that ends in quarantine, its sealed address with it."""
        self.tick()
        self.stations[name].log.box.append('{"basket":"none"}', kind="BasketSent", mail=mail_of("nobody"))

    # ---- the line ------------------------------------------------------------------------------------------------

    def deliver(self, *names: str, most: int = 10_000) -> None:
        """Everything that waits in these boxes (all by default) reaches HQ; `most` messages of each before the next."""
        waiting = list(names or self.stations)
        for name in waiting:
            self.stations[name].uplink.line_up()
        while waiting:
            waiting = [name for name in waiting if self._exchange(name, most)]

    def _exchange(self, name: str, most: int) -> bool:
        """Whether there was anything to say."""
        station = self.stations[name]
        store = station.log.box.store
        for said in range(most):
            if (payload := station.uplink.take()) is None:
                return said > 0
            self.clock.now += 7  # the line takes its time
            try:
                station.uplink.hear(encode_answer(ingest(self.ledger, store, payload)))
            except Malformed as error:
                raise AssertionError(error) from error
        return True

    # ---- what HQ decides -----------------------------------------------------------------------------------------

    def profile(self, person: str) -> str:
        with self.hq.reading() as connection:
            return identity.find(connection, self.hq.keys, "mail", mail_of(person)) or ""

    def browse(self, person: str, kind: str, *skus: str) -> None:
        """`person`, whose browser is known, does that in the web shop."""
        self.tick()
        items = PropertiesIn(items=[ItemIn(sku=sku) for sku in skus])
        asking = Asking(shop=WebShop(name="aurora", write_key="w" * 16), trusted=False)
        keep(self.hq, asking, self.profile(person), [EventIn(id=f"web-{self.clock.now}", name=kind, properties=items)])

    def choose(self, person: str, **wanted: bool) -> None:
        """On the basket page."""
        self.tick()
        given = {purpose: wanted[purpose] for purpose in PURPOSES if purpose in wanted}
        choose(self.hq, self.profile(person), given, shop="Aurora", language="en")

    def unsubscribe(self, person: str) -> None:
        self.tick()
        decisions.unsubscribe(self.hq, self.profile(person), how="mail-link")

    def erase(self, person: str) -> None:
        self.tick()
        decisions.erase(self.hq, self.profile(person))

    def order(self, *rows: dict[str, str]) -> None:
        self.tick()
        names = ("order_id", "at", "store", "sku", "quantity", "price", "currency", "mail", "card", "basket")
        base = {"at": "2026-11-02T12:00:00Z", "store": "web", "quantity": "1", "price": "10.00", "currency": "EUR"}
        path = self.folder.parent / "orders.csv"
        lines = [",".join((base | row).get(name, "") for name in names) for row in rows]
        path.write_text("\n".join([",".join(names), *lines]) + "\n")
        report = import_orders(self.hq, path)
        path.unlink()
        assert report.rejected == 0, report.problems

    def merge(self, one: str, other: str) -> None:
        self.tick()
        ruling.merge(self.hq, self.profile(one), self.profile(other), reason="the same desk", by="anna")

    def split(self, person: str) -> None:
        self.tick()
        ruling.split(self.hq, self.profile(person), reason="two people", by="anna")

    def list_customers(self, *rows: str) -> None:
        self.tick()
        path = self.folder.parent / "customers.csv"
        path.write_text("\n".join(["customer,first_name,mail,card", *rows]) + "\n")
        report = import_customers(self.hq, path)
        path.unlink()
        assert report.rejected == 0, report.problems

    def look_at(self, person: str) -> None:
        decisions.looked(self.hq, self.profile(person), by="anna", how="page")

    def send_mails(self) -> None:
        assert self.sender.round()

    # ---- backups -------------------------------------------------------------------------------------------------

    def backup(self) -> Path:
        return make(self.hq, self.folder.parent / "backups")[0]

    def restore(self, backup: Path, *, accept_gaps: bool = False) -> Restored:
        """HQ is stopped for it, and started again."""
        self.hq.close()
        restored = restore(self.folder, self.config, backup, clock=self.clock, accept_gaps=accept_gaps)
        self.reopen()
        return restored

    def state(self) -> str:
        with self.hq.reading() as connection:
            return derived_hash(connection)

    def parts(self) -> dict[str, str]:
        """What the state is made of, so that a difference has a name."""
        with self.hq.reading() as connection:
            return {name: str(total) for name, total in derived_sums(connection).items()}

    def marks(self) -> dict[str, int]:
        with self.hq.reading() as connection:
            return {row.log_id: row.mark for row in connection.execute(select(tables.log))}

    def heads(self) -> dict[str, int]:
        return {station.log.log_id: station.log.head() for station in self.stations.values()}


def mail_of(person: str) -> str:
    return f"{person}@example.com"


def at_another_time(chain: Chain, names: Iterable[str]) -> None:
    """The clocks of these boxes are put right."""
    for name in names:
        chain.stations[name] = replace(chain.stations[name], skew=0)
    chain.tick()
