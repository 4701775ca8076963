"""Random histories of three people, some articles and a shop whose journeys are all on: whatever happens in whatever
order, nobody gets a message of any of them against the rules, as a model of its own knows them. What may be exported is
`test_fairness`."""

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hq import decisions
from hq.config import Journeys
from hq.journeys.rules import DAY, HOUR, in_control
from hq.linking import ruling
from hq.linking.person import standing
from tests.hq.journeys.shopping import (
    BEGINS,
    CONFIG,
    EVENTS,
    JOURNEYS,
    STORE,
    Shopping,
    kind,
    marketing,
    shopping,
    text,
)

PEOPLE = st.sampled_from(["mari@example.org", "jaan@example.org", "liis@example.org"])
TITLES = {
    "BOOT-42": "Fjell trail boot",
    "COAT-M": "Rain coat Udu",
    "PACK-1": "Day pack 22",
    "HIKE-43": "Hiking boot Rada",
    "SCARF-1": "Wool scarf Hall",
}
"""What is counted anywhere: one article of each product."""
SAME = {sku: {sku} for sku in TITLES} | {
    "BOOT-42": {"BOOT-41", "BOOT-42", "BOOT-43"},
    "HIKE-43": {"HIKE-42", "HIKE-43"},
}
WISHED = st.sampled_from(["BOOT-42", "COAT-M", "PACK-1"])
MISSED = st.sampled_from(["BOOT-43", "COAT-M"])
BUYABLE = st.sampled_from(sorted(set().union(*SAME.values())))
MOSTLY = st.sampled_from([True, True, True, False])
KEPT_OUT = {one.name: replace(one, wait_hours=2, until_hours=200, control=30) for one in JOURNEYS}
LIMITS = Journeys(most=3, days=2, quiet="22:00-07:00", events=str(EVENTS))


@dataclass
class Known:
    """What the model knows of one person, by one mail address."""

    agreed: bool | None = None
    """The latest answer that came with this address; None where there is none."""
    wider: bool = True
    """The words of that answer speak of more than the basket."""
    took_back: bool = False
    """By their own link: no tick at a screen, where anybody can type, undoes it."""
    barred: bool = False
    """They unsubscribed or were erased: no tick at a screen, where anybody can type, undoes it."""
    bought: set[str] = field(default_factory=set)
    wished: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)
    messages: list[int] = field(default_factory=list)
    invited: bool = False


class Fairness(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fairness-"))
        self.people = dict[str, Known]()
        self.groups: dict[str, frozenset[str]] = {}
        """Whose addresses are one person's; who is missing is alone."""
        self.brought: set[tuple[str, str]] = set()
        """Who brought whom, and was not written to for it."""
        self.shop: Shopping = shopping(self.folder, replace(CONFIG, journey=tuple(KEPT_OUT.values()), journeys=LIMITS))
        self.hq, self.clock = self.shop.hq, self.shop.clock
        self.shop.left.clear()
        self.left = dict.fromkeys(TITLES, 1)
        self.shop.stock_is(self.left)
        for person, sku in (("mari@example.org", "COAT-M"), ("jaan@example.org", "BOOT-42")):
            self.sends_a_basket(person, {"PACK-1"}, True, True)
            self.buys(person, sku, STORE)
            self.misses_a_size(person, "BOOT-43" if sku == "COAT-M" else "COAT-M")

    def teardown(self) -> None:
        if hasattr(self, "hq"):
            self.hq.close()
            shutil.rmtree(self.folder)

    # ---- what happens ------------------------------------------------------------------------------------------------

    @rule(person=PEOPLE, skus=st.sets(WISHED, min_size=1), agrees=MOSTLY, wider=MOSTLY)
    def sends_a_basket(self, person: str, skus: set[str], agrees: bool, wider: bool) -> None:
        says = marketing(granted=agrees, version="2026-12.1" if wider else "2026-11.3")
        self.shop.sends(person, *sorted(skus), says=says)
        known = self.people.setdefault(person, Known())
        known.agreed, known.wider = agrees and not known.took_back, wider
        known.wished |= skus

    @rule(person=PEOPLE, sku=MISSED)
    def misses_a_size(self, person: str, sku: str) -> None:
        self.shop.asks_for(person, sku)
        self.people.setdefault(person, Known()).missed.add(sku)

    @rule(person=PEOPLE, sku=BUYABLE, store=st.sampled_from([STORE, "web"]))
    def buys(self, person: str, sku: str, store: str) -> None:
        self.shop.buys(person, sku, store=store)
        self.people.setdefault(person, Known()).bought.add(sku)

    @rule(person=PEOPLE, friend=PEOPLE)
    def brings_a_friend(self, person: str, friend: str) -> None:
        if self.profile(person):
            self.shop.brings(person, friend)
            self.brought.add((person, friend))

    @rule(left=st.integers(0, 2), sku=st.sampled_from(sorted(TITLES)))
    def stock_is(self, left: int, sku: str) -> None:
        self.left[sku] = left
        self.shop.stock_is({sku: left})

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

    @rule()
    def the_evening_comes_near(self) -> None:
        self.clock.now = max(self.clock.now, BEGINS - 5 * DAY)
        self.messages_go()

    @rule()
    def days_go_by(self) -> None:
        for _ in range(2):
            self.clock.now += 25 * HOUR
            self.messages_go()

    @rule(hours=st.sampled_from([1, 3, 8, 25, 49]))
    def time_passes(self, hours: int) -> None:
        self.clock.now += hours * HOUR

    # ---- what must hold ----------------------------------------------------------------------------------------------

    @rule()
    def messages_go(self) -> None:
        for message in self.shop.rounds():
            self.is_fair(message["To"], message)

    def is_fair(self, person: str, message: EmailMessage) -> None:
        told, journey, now = text(message).partition("Goes with it")[0], KEPT_OUT[kind(message)], self.clock.now
        about = {sku for sku, title in TITLES.items() if title in told}
        assert not in_control(journey, self.person(person))
        assert 5 <= (now // HOUR) % 24 < 22, "07:00 to 22:00 in UTC"
        getattr(self, kind(message).replace("-", "_"))(person, about)
        self.people[person].messages.append(now)
        sent = [at for one in self.of(person) for at in one.messages]
        assert sum(at > now - LIMITS.days * DAY for at in sent) <= LIMITS.most, "whichever address or journey it was"

    def basket_reminder(self, person: str, about: set[str]) -> None:
        assert about and about <= self.may(person)

    def next_day_offer(self, person: str, about: set[str]) -> None:
        missed, bought = self.all_of(person, "missed"), self.all_of(person, "bought")
        assert about and about <= self.may_be_offered(person)
        assert any(not bought & self.same(sku) for sku in missed), "who has what they missed is offered nothing like it"

    def thanks(self, person: str, about: set[str]) -> None:
        assert about and about <= self.may_be_offered(person)
        assert self.all_of(person, "bought")

    def invitation(self, person: str, about: set[str]) -> None:
        assert not about and self.agrees(person, wider=True)
        assert BEGINS - 7 * DAY <= self.clock.now < BEGINS
        assert not any(one.invited for one in self.of(person)), "once, whichever address it went to"
        self.people[person].invited = True

    def friend_reward(self, person: str, about: set[str]) -> None:
        assert not about and self.agrees(person, wider=True)
        buyers = {mail for mail, known in self.people.items() if known.bought}
        bought = {(one, friend) for one, friend in self.brought if one in self.group(person) and friend in buyers}
        assert bought, "somebody whom they brought bought, for whom they were not written to yet"
        self.brought.remove(min(bought))

    def may(self, person: str) -> set[str]:
        """What the model says may be advertised to them: of two addresses the stricter answer holds."""
        if not self.agrees(person):
            return set()
        bought = self.all_of(person, "bought")
        return {sku for sku in self.all_of(person, "wished") if self.left[sku] and not bought & SAME[sku]}

    def may_be_offered(self, person: str) -> set[str]:
        if not self.agrees(person, wider=True):
            return set()
        bought = self.all_of(person, "bought")
        return {sku for sku in TITLES if self.left[sku] and not bought & SAME[sku]}

    def agrees(self, person: str, *, wider: bool = False) -> bool:
        asked = [one for one in self.of(person) if one.agreed is not None]
        agreed = bool(asked) and all(one.agreed and (one.wider or not wider) for one in asked)
        return agreed and not any(one.barred for one in self.of(person))

    def all_of(self, person: str, name: str) -> set[str]:
        return set().union(*(getattr(one, name) for one in self.of(person)))

    def same(self, sku: str) -> set[str]:
        return next(those for those in SAME.values() if sku in those)

    def group(self, person: str) -> frozenset[str]:
        return self.groups.get(person, frozenset({person}))

    def of(self, person: str) -> list[Known]:
        return [self.people[mail] for mail in self.group(person)]

    def person(self, mail: str) -> str:
        with self.hq.reading() as connection:
            return standing(connection, self.profile(mail))

    def profile(self, person: str) -> str:
        return self.shop.profile(person)


Fairness.TestCase.settings = settings(
    max_examples=7, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
test_no_journey_writes_to_anybody_against_the_rules = Fairness.TestCase
