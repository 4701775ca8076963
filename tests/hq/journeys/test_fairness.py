"""Random histories of three people, three articles and a shop: whatever happens in whatever order, nobody gets a
message or stands in an export against the rules, as a model of its own knows them."""

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, update

from edge.domain.article import Stock
from hq import decisions, identity, preferences, stores
from hq.audience import goods, judging
from hq.audience.explaining import explain_in
from hq.audience.rules import AGAINST
from hq.config import Config, Journey, Journeys, Web
from hq.config_coupons import Coupon
from hq.config_marketing import SHIPPED, Audiences
from hq.coupons.codes import named
from hq.coupons.issuing import issue
from hq.exports.members import members
from hq.exports.platforms import PLATFORMS, Platform
from hq.journeys.rules import DAY, HOUR, in_control
from hq.journeys.starting import start_all
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.linking.person import standing
from hq.mail import sender
from hq.mail.sender import Sender
from hq.sending.adapters import Key
from hq.sending.members import Membership
from hq.sending.posting import Line
from hq.service import Hq
from hq.store import tables
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
SPRING = Coupon(name="spring", percent=10)
CONFIG = Config(web=Web(public_url="https://bag.aurora.example"), journey=(JOURNEY,), journeys=LIMITS, coupon=(SPRING,))
GOOGLE = PLATFORMS["google"]
LINE = Line("listed")
BASKETS = Audiences(name="baskets", days=36_500)
AUDIENCES = (BASKETS, *SHIPPED, Audiences(name="no-packs", of="buyers", days=99, not_bought=("Outdoor",)))


@dataclass
class Known:
    """What the model knows of one person, by one mail address."""

    agreed: bool | None = None
    """The latest answer that came with this address; None where there is none."""
    took_back: bool = False
    """By their own link, and no yes came by it since: no tick at a screen, where anybody can type, undoes it."""
    barred: bool = False
    """They unsubscribed or were erased: no tick at a screen, where anybody can type, undoes it."""
    erased: bool = False
    """Then nothing undoes it."""
    adverts: bool = True
    """They have not said no to adverts alone."""
    bought: set[str] = field(default_factory=set)
    sent_back: set[str] = field(default_factory=set)
    """Of what they bought and have not put into a basket since."""
    wished: set[str] = field(default_factory=set)
    messages: list[int] = field(default_factory=list)


def hashed(mail: str) -> str:
    return GOOGLE.hashed(GOOGLE.mail(mail))


class Listed:
    """A platform's list; nobody may come in who may not be in it at that moment."""

    hashing: ClassVar[Platform] = GOOGLE
    most: ClassVar[int] = 2

    def __init__(self, history: "Fairness") -> None:
        self._history, self.values = history, set[str]()

    def add(self, keys: Sequence[Key]) -> None:
        may = {hashed(mail) for mail in self._history.people if self._history.reached(mail)}
        assert {key.value for key in keys} <= may - self.values
        self.values |= {key.value for key in keys}

    def remove(self, keys: Sequence[Key]) -> None:
        assert {key.value for key in keys} <= self.values
        self.values -= {key.value for key in keys}


class Fairness(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fairness-"))
        self.clock, self.people, self.orders = shop.SetClock(), dict[str, Known](), 0
        self.listed: set[str] = set()
        """Hashes that a platform has."""
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
            try:
                self.counts_and_explanations_agree()
            finally:
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
        known.agreed = agrees and not known.took_back
        known.wished |= skus
        for one in self.of(person):
            one.sent_back -= skus
        self.clock.now += 1

    @rule(person=PEOPLE, sku=BUYABLE)
    def buys(self, person: str, sku: str) -> None:
        self.order(person, sku, 1)
        known = self.people.setdefault(person, Known())
        known.bought.add(sku)
        known.sent_back.discard(sku)

    @rule(person=PEOPLE, whose=PEOPLE, sku=BUYABLE)
    def buys_with_a_code_of(self, person: str, whose: str, sku: str) -> None:
        """An order that names two people is a purchase of both."""
        if profile := self.profile(whose):
            (made,) = issue(self.hq, "spring", 1, profile=profile)
            self.order(person, sku, 1, coupon=named(self.hq.keys, made.code))
            for one in {person, whose}:
                known = self.people.setdefault(one, Known())
                known.bought.add(sku)
                known.sent_back.discard(sku)

    @rule(person=PEOPLE)
    def sends_it_all_back(self, person: str) -> None:
        known = self.people.get(person, Known())
        for sku in sorted(known.bought):
            self.order(person, sku, -20)
        for one in self.of(person) if known.bought else ():
            one.sent_back |= known.bought
            one.bought -= known.bought

    def order(self, person: str, sku: str, quantity: int, coupon: str | None = None) -> None:
        self.orders += 1
        order = {"store": "web", "order_id": f"{self.orders:06}", "sku": sku, "quantity": quantity, "price": 100}
        buyer = identity.digest(self.hq.keys, "mail", person)
        more = {"currency": "EUR", "basket": None, "at": self.clock.now, "buyer": buyer, "card": None, "coupon": coupon}
        decisions.orders_imported(self.hq, [order | more])
        self.clock.now += 1

    @rule(person=PEOPLE)
    def wants_no_adverts(self, person: str) -> None:
        """But is reminded all the same."""
        if profile := self.profile(person):
            decisions.withdraw(self.hq, profile, how="basket-page", purposes=("adverts",))
            for known in self.of(person):
                known.adverts = False
            self.clock.now += 1

    @rule(person=PEOPLE)
    def is_kept_out(self, person: str) -> None:
        """Of every campaign, to measure against."""
        if profile := self.profile(person):
            with self.hq.engine.begin() as connection:
                connection.execute(update(tables.profile).values(control=True).where(tables.profile.c.id == profile))

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
                known.agreed, known.took_back, known.barred = False, True, known.barred or click
            self.clock.now += 1

    @rule(person=PEOPLE)
    def ticks_all_on_the_page_of_preferences(self, person: str) -> None:
        """Where their own mail leads: whoever unsubscribed is back."""
        if profile := self.profile(person):
            preferences.choose(self.hq, profile, dict.fromkeys(preferences.PARTS, True), shop="Tote", language="en")
            for known in self.of(person):
                known.agreed, known.took_back, known.adverts, known.barred = True, False, True, known.erased
            self.clock.now += 1

    @rule(person=PEOPLE)
    def is_erased(self, person: str) -> None:
        if profile := self.profile(person):
            decisions.erase(self.hq, profile)
            for mail in self.group(person):
                self.people[mail] = Known(bought=self.people[mail].bought, barred=True, erased=True)
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

    @rule()
    def is_sent(self) -> None:
        """To a platform that sees everybody who is put on its list, two at a time."""
        goods.follow(self.hq)
        platform, membership = Listed(self), Membership(self.hq, "listed", BASKETS, GOOGLE)
        platform.values = set(self.listed)
        assert sum(membership.remove(platform, LINE)) + sum(membership.add(platform, LINE)) >= 0
        self.listed = platform.values
        assert self.listed == {hashed(mail) for mail in self.people if self.reached(mail)}

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
        goods.follow(self.hq)
        found = list(members(self.hq, BASKETS))
        for member in found:
            assert set(member.mails) == self.group(member.mails[0])
            assert {one.sku for one in member.articles} == self.reached(member.mails[0])
        listed = [mail for member in found for mail in member.mails]
        assert sorted(listed) == sorted(person for person in self.people if self.reached(person)), "each once"

    def counts_and_explanations_agree(self) -> None:
        """Of every audience at the end: what the database says of everybody, and the rules of each person."""
        goods.follow(self.hq)
        now, catalogue = self.clock.now, self.hq.catalogue()
        with self.hq.reading() as connection:
            everybody = {standing(connection, one) for one in connection.scalars(select(tables.profile.c.id))}
            for audience in self.looked_at():
                said: set[tuple[str, str, str]] = {
                    (person, one.sku, "" if one.included else one.reason)
                    for person in everybody
                    for one in explain_in(connection, catalogue, audience, CONFIG, person, now)
                }
                rows = judging.judged(connection, audience, CONFIG, now)
                assert {(row.person, row.sku, row.reason) for row in rows} == said
                assert len(rows) == len(said)
                self.adds_up(judging.count(connection, audience, CONFIG, now), said)

    def looked_at(self) -> tuple[Audiences, ...]:
        """One of baskets and two others: over all histories each has its turn."""
        turn = self.orders + self.version
        return BASKETS, AUDIENCES[turn % len(AUDIENCES)], AUDIENCES[(turn + 3) % len(AUDIENCES)]

    def adds_up(self, counts: judging.Counts, said: set[tuple[str, str, str]]) -> None:
        reasons = {person: min(_place(why) for who, _, why in said if who == person) for person, _, _ in said}
        assert counts.people == sum(place == 0 for place in reasons.values())
        assert counts.people_out == {
            why: n for why in AGAINST if (n := sum(place == _place(why) for place in reasons.values()))
        }

    def reached(self, person: str) -> set[str]:
        """As `may`, and neither kept out nor written to as often as may be."""
        with self.hq.reading() as connection:
            control = select(tables.profile.c.control).where(tables.profile.c.id == self.person(person))
            kept_out = connection.scalar(control)
        recent = [at for one in self.of(person) for at in one.messages if at > self.clock.now - LIMITS.days * DAY]
        barred = kept_out or len(recent) >= LIMITS.most or not all(one.adverts for one in self.of(person))
        return set() if barred else self.may(person)

    def may(self, person: str) -> set[str]:
        """What the model says may be advertised to them: of two addresses the stricter answer holds."""
        known = self.of(person)
        answers = {one.agreed for one in known} - {None}
        if answers != {True} or any(one.barred for one in known):
            return set()
        bought, wished, back = (set[str]().union(*(getattr(k, of) for k in known)) for of in HAD)
        return {sku for sku in wished if self.left[sku] and not bought & SAME[sku] and sku not in back - bought}

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


HAD = ("bought", "wished", "sent_back")


def _place(reason: str) -> int:
    return AGAINST.index(reason) + 1 if reason else 0


Fairness.TestCase.settings = settings(
    max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_nobody_is_written_to_or_exported_against_the_rules = Fairness.TestCase
