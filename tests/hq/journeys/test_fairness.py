"""Random histories of three people, three articles and a shop: whatever happens in whatever order, nobody gets a
message or stands in an export against the rules, as a model of its own knows them."""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edge.domain.article import Stock
from hq import decisions, identity, stores
from hq.config import Config, Journey, Journeys, Web
from hq.exports.members import Member, members
from hq.journeys.rules import DAY, HOUR, in_control
from hq.journeys.starting import start_all
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.linking.person import standing
from hq.mail import sender
from hq.mail.sender import Sender
from hq.service import Hq
from hq.theme import load
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import Box, basket_sent, box_of, line, yes

STORE = "aurora-tallinn"
PEOPLE = st.sampled_from(["mari@example.org", "jaan@example.org", "liis@example.org"])
TITLES = {"BOOT-42": "Fjell trail boot", "COAT-M": "Rain coat Udu", "PACK-1": "Day pack 22"}
SAME = {"BOOT-42": {"BOOT-41", "BOOT-42", "BOOT-43"}, "COAT-M": {"COAT-M"}, "PACK-1": {"PACK-1"}}
SKUS = st.sampled_from(sorted(TITLES))
BUYABLE = st.sampled_from(sorted(set().union(*SAME.values())))
JOURNEY = Journey(name="basket-reminder", on=True, wait_hours=2, until_hours=72, control=30)
LIMITS = Journeys(most=1, days=2, quiet="22:00-07:00")
CONFIG = Config(web=Web(public_url="https://bag.aurora.example"), journey=(JOURNEY,), journeys=LIMITS)


@dataclass
class Known:
    """What the model knows of one person, by one mail address."""

    agreed: bool | None = None
    """The latest answer that came with this address; None where there is none."""
    barred: bool = False
    """They unsubscribed or were erased: no tick at a screen, where anybody can type, undoes it."""
    bought: set[str] = field(default_factory=set)
    wished: set[str] = field(default_factory=set)
    messages: list[int] = field(default_factory=list)


class Fairness(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fairness-"))
        self.clock, self.people, self.orders = shop.SetClock(), dict[str, Known](), 0
        self.groups: dict[str, frozenset[str]] = {}
        """Whose addresses are one person's; who is missing is alone."""
        self.hq: Hq = shop.showroom(self.folder, smtp="127.0.0.1:1", clock=self.clock, config=CONFIG)
        with self.hq.engine.begin() as connection:
            stores.register(connection, STORE)
        self.box: Box = box_of(self.hq)
        self.left, self.version = dict.fromkeys(TITLES, 1), 1
        self.stock_is(1, "BOOT-42")

    def teardown(self) -> None:
        if hasattr(self, "hq"):
            self.hq.close()
            shutil.rmtree(self.folder)

    # ---- what happens ------------------------------------------------------------------------------------------------

    @rule(person=PEOPLE, skus=st.sets(SKUS, min_size=1), agrees=st.booleans())
    def sends_a_basket(self, person: str, skus: set[str], agrees: bool) -> None:
        self.box.clock = self.clock.now
        lines = [line(sku, product_id=sku.partition("-")[0].lower(), name=TITLES[sku]) for sku in sorted(skus)]
        self.box.append(basket_sent(*lines, consents=(yes(granted=agrees),)), mail=person)
        ingest(ledger_of(self.hq), STORE, self.box.payload(len(self.box.envelopes)))
        known = self.people.setdefault(person, Known())
        known.agreed = agrees
        known.wished |= skus
        self.clock.now += 1

    @rule(person=PEOPLE, sku=BUYABLE)
    def buys(self, person: str, sku: str) -> None:
        self.orders += 1
        row = {"store": "web", "order_id": str(self.orders), "sku": sku, "quantity": 1, "price": 100, "currency": "EUR"}
        buyer = identity.digest(self.hq.keys, "mail", person)
        more = {"basket": None, "at": self.clock.now, "buyer": buyer, "card": None}
        decisions.orders_imported(self.hq, [row | more])
        self.people.setdefault(person, Known()).bought.add(sku)

    @rule(left=st.integers(0, 2), sku=SKUS)
    def stock_is(self, left: int, sku: str) -> None:
        self.left[sku] = left
        self.version += 1
        counts = [Stock(sku=one, store=STORE, quantity=n, as_of=self.clock.now) for one, n in self.left.items()]
        shop.publish(self.hq, list(shop.VARIANTS), counts, n=self.version)

    @rule(person=PEOPLE, click=st.booleans())
    def takes_it_back(self, person: str, click: bool) -> None:
        if profile := self.profile(person):
            if click:
                decisions.unsubscribe(self.hq, profile, how="mail-link")
            else:
                decisions.withdraw(self.hq, profile, how="basket-page")
            for known in self.of(person):
                known.agreed, known.barred = False, known.barred or click
            self.clock.now += 1

    @rule(person=PEOPLE)
    def is_erased(self, person: str) -> None:
        if profile := self.profile(person):
            decisions.erase(self.hq, profile)
            for mail in self.group(person):
                self.people[mail] = Known(bought=self.people[mail].bought, barred=True)
                self.groups.pop(mail, None)
            self.clock.now += 1

    @rule(one=PEOPLE, other=PEOPLE)
    def two_are_one(self, one: str, other: str) -> None:
        if self.profile(one) and self.profile(other) and other not in self.group(one):
            ruling.merge(self.hq, self.profile(one), self.profile(other), reason="", by="model")
            together = self.group(one) | self.group(other)
            self.groups |= dict.fromkeys(together, together)
            self.clock.now += 1

    @rule(person=PEOPLE)
    def is_another_after_all(self, person: str) -> None:
        if len(others := self.group(person) - {person}) > 0:
            ruling.split(self.hq, self.profile(person), reason="", by="model")
            self.groups |= dict.fromkeys(others, others) | {person: frozenset({person})}
            self.clock.now += 1

    @rule(hours=st.sampled_from([1, 3, 8, 25, 49]))
    def time_passes(self, hours: int) -> None:
        self.clock.now += hours * HOUR

    # ---- what must hold ----------------------------------------------------------------------------------------------

    @rule()
    def messages_go(self) -> None:
        gone: list[EmailMessage] = []

        @contextmanager
        def no_server(_: object) -> Any:
            yield None

        with (
            mock.patch.object(sender, "connection", no_server),
            mock.patch.object(sender, "hand_over", lambda _, message: gone.append(message)),
        ):
            start_all(self.hq)
            assert Sender(self.hq, load(None)).round()
        for message in gone:
            if message["Subject"].startswith("Still"):
                self.is_fair(message["To"], message)

    def is_fair(self, person: str, message: EmailMessage) -> None:
        body = message.get_body(("plain",))
        assert body
        text = body.get_content().partition("Goes with it")[0]
        about = {sku for sku, title in TITLES.items() if title in text}
        known, now = self.people[person], self.clock.now
        assert about and about <= self.may(person)
        assert not in_control(JOURNEY, self.person(person))
        assert 5 <= (now // HOUR) % 24 < 22, "07:00 to 22:00 in UTC"
        known.messages.append(now)
        sent = [at for one in self.of(person) for at in one.messages]
        assert sum(at > now - LIMITS.days * DAY for at in sent) <= LIMITS.most, "whichever address they went to"

    @invariant()
    def exports_are_fair(self) -> None:
        if not hasattr(self, "hq"):
            return
        with self.hq.reading() as connection:
            found = [one for one in members(connection, self.hq.catalogue(), 0) if isinstance(one, Member)]
        for member in found:
            assert set(member.mails) == self.group(member.mails[0])
            assert {one.sku for one in member.articles} == self.may(member.mails[0])
        listed = [mail for member in found for mail in member.mails]
        assert sorted(listed) == sorted(person for person in self.people if self.may(person)), "each once"

    def may(self, person: str) -> set[str]:
        """What the model says may be advertised to them: of two addresses the stricter answer holds."""
        known = self.of(person)
        answers = {one.agreed for one in known} - {None}
        if answers != {True} or any(one.barred for one in known):
            return set()
        bought, wished = (set().union(*those) for those in ((k.bought for k in known), (k.wished for k in known)))
        return {sku for sku in wished if self.left[sku] and not bought & SAME[sku]}

    def group(self, person: str) -> frozenset[str]:
        return self.groups.get(person, frozenset({person}))

    def of(self, person: str) -> list[Known]:
        return [self.people[mail] for mail in self.group(person)]

    def person(self, mail: str) -> str:
        with self.hq.reading() as connection:
            return standing(connection, self.profile(mail))

    def profile(self, person: str) -> str:
        with self.hq.reading() as connection:
            return identity.find(connection, self.hq.keys, "mail", person) or ""


Fairness.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_nobody_is_written_to_or_exported_against_the_rules = Fairness.TestCase
