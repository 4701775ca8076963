"""Asking HQ: one answer for all who ask the same, a give-up that costs nobody but the first, nothing of it kept."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sync import topics
from sync.asking import BURST, FRESH, REST, Asking
from sync.codec import Told
from sync.codec.ask import Question, decode_question

STORE = "aurora-tallinn"
STOCK = {"skus": ["boot-42"]}
SOME = {"stock": [{"sku": "boot-42", "quantity": 3}]}


class Wire:
    """Keeps what is asked, and lets HQ answer it at once, or never."""

    def __init__(self) -> None:
        self.now = 100.0
        self.up = True
        self.sent: list[tuple[str, bytes]] = []
        self.hq: Callable[[Question], Told | None] = lambda question: Told(id=question.id, body=SOME)
        self.asking = Asking(self._publish, STORE, now=lambda: self.now)

    def _publish(self, topic: str, payload: bytes) -> bool:
        if not self.up:
            return False
        self.sent.append((topic, payload))
        if answer := self.hq(decode_question(payload)):
            self.asking.told(answer)
        return True

    def questions(self) -> list[Question]:
        return [decode_question(payload) for _, payload in self.sent]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def silent(_question: Question) -> None:
    return None


def test_a_question_goes_out_on_the_stores_topic_and_its_answer_comes_back(wire: Wire) -> None:
    assert wire.asking.ask("stock", STOCK) == SOME
    assert wire.sent[0][0] == topics.ask(STORE)
    question = wire.questions()[0]
    assert (question.store, question.kind, question.body) == (STORE, "stock", STOCK)
    assert len(bytes.fromhex(question.id)) == 16


def test_the_answer_to_another_question_is_nobodys(wire: Wire) -> None:
    wire.hq = lambda question: Told(id="0" * 32, body=SOME)
    assert wire.asking.ask("stock", STOCK, timeout=0.01) is None


def test_no_answer_in_time_is_none(wire: Wire) -> None:
    wire.hq = silent
    assert wire.asking.ask("stock", STOCK, timeout=0.01) is None


def test_a_line_that_is_down_is_known_at_once_and_asked_again_when_it_is_up(wire: Wire) -> None:
    wire.up = False
    assert wire.asking.ask("stock", STOCK, timeout=60) is None
    wire.up = True
    assert wire.asking.ask("stock", STOCK) == SOME


def test_what_hq_will_not_say_is_none_and_asked_anew(wire: Wire) -> None:
    wire.hq = lambda question: Told(id=question.id, error="no such kind")
    assert wire.asking.ask("weather", {}, timeout=60) is None
    assert wire.asking.ask("weather", {}, timeout=60) is None
    assert len(wire.sent) == 2


def test_an_answer_holds_for_some_seconds(wire: Wire) -> None:
    for _ in range(3):
        assert wire.asking.ask("stock", STOCK) == SOME
    assert len(wire.sent) == 1
    wire.now += FRESH
    assert wire.asking.ask("stock", STOCK) == SOME
    assert len(wire.sent) == 2


def test_two_who_ask_the_same_share_one_answer(wire: Wire) -> None:
    wire.hq = silent
    told: list[dict[str, Any] | None] = []
    both = [threading.Thread(target=lambda: told.append(wire.asking.ask("stock", STOCK, timeout=30))) for _ in range(2)]
    both[0].start()
    while not wire.sent:
        time.sleep(0.01)
    both[1].start()
    wire.asking.told(Told(id=wire.questions()[0].id, body=SOME))
    for one in both:
        one.join(30)
    assert told == [SOME, SOME]
    assert len(wire.sent) == 1


def test_after_a_give_up_nobody_waits_for_a_while(wire: Wire) -> None:
    wire.hq = silent
    assert wire.asking.ask("stock", STOCK, timeout=0.01) is None
    assert wire.asking.ask("stock", {"skus": ["other"]}, timeout=60) is None, "it must not wait"
    assert len(wire.sent) == 1
    wire.now += REST
    wire.hq = lambda question: Told(id=question.id, body=SOME)
    assert wire.asking.ask("stock", {"skus": ["other"]}) == SOME


def test_a_late_answer_is_not_taken_but_ends_the_rest(wire: Wire) -> None:
    wire.hq = silent
    assert wire.asking.ask("stock", STOCK, timeout=0.01) is None
    wire.asking.told(Told(id=wire.questions()[0].id, body={"stock": ["late"]}))
    wire.hq = lambda question: Told(id=question.id, body=SOME)
    assert wire.asking.ask("stock", STOCK) == SOME


def test_a_store_asks_only_so_much(wire: Wire) -> None:
    answers = [wire.asking.ask("stock", {"skus": [str(n)]}) for n in range(BURST + 5)]
    assert answers == [SOME] * BURST + [None] * 5
    wire.now += 1
    assert wire.asking.ask("stock", {"skus": ["later"]}) == SOME


def test_a_cards_number_stays_nowhere_when_it_was_asked(wire: Wire) -> None:
    """Not in what waits, not in what is remembered; positive control: it did go over the wire."""
    card = "2912345678901"
    assert wire.asking.ask("profile", {"screen": "wall", "card": card}) == SOME
    assert card.encode() in wire.sent[0][1]
    held = {name: repr(value) for name, value in vars(wire.asking).items() if name != "_publish"}
    held["asked"] = repr([vars(asked) for asked in wire.asking._asked.values()])
    assert not [name for name, value in held.items() if card in value]
