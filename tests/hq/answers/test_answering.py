"""Who is answered: a known store, in its own name, on its own topic, not too often. Everything else is counted."""

import pytest

from hq.answers.answering import RATES
from sync import topics
from sync.codec.ask import Question, encode_question
from tests.hq.answers.conftest import Desk
from tests.hq.answers.known import CARD
from tests.hq.boxes import STORE

STOCK = {"skus": ["BOOT-42"]}


def take(desk: Desk, payload: bytes, topic: str = topics.ask(STORE)) -> object:
    return desk.answering.take(topic, payload)


def test_the_answer_goes_to_the_store_that_asked(desk: Desk) -> None:
    question = Question(id="a" * 32, store=STORE, kind="stock", body=STOCK)
    answered = desk.answering.take(topics.ask(STORE), encode_question(question))
    assert answered and answered[0] == topics.down(STORE)


def test_a_question_in_the_name_of_another_store_is_refused(desk: Desk) -> None:
    told = desk.ask("stock", STOCK, store="aurora-tartu", topic=topics.ask(STORE))
    assert told and told.body == {} and "another store" in told.error
    assert [store for store, _ in desk.refused] == [STORE]


def test_a_store_that_nobody_knows_is_refused(desk: Desk) -> None:
    told = desk.ask("stock", STOCK, store="elsewhere")
    assert told and told.body == {} and "not known" in told.error
    assert [store for store, _ in desk.refused] == ["elsewhere"]


@pytest.mark.parametrize(
    "topic",
    [
        f"tote/1/ask/{(topics.shard(STORE) + 1) % 64}/{STORE}",
        f"tote/1/ask/{'9' * 5000}/{STORE}",
        f"tote/1/up/54/{STORE}",
        "tote/1/ask/1/NO",
        "tote/1/ask",
    ],
)
def test_a_topic_that_is_no_stores_is_nobodys(desk: Desk, topic: str) -> None:
    question = Question(id="a" * 32, store=STORE, kind="stock", body=STOCK)
    assert take(desk, encode_question(question), topic) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"\xff\x00",
        b'{"v":2,"id":"a","store":"aurora-tallinn","kind":"stock","body":{}}',
        b'{"v":1,"id":"short","store":"aurora-tallinn","kind":"stock","body":{"skus":[]}}',
        b"[" * 100_000,
        b" " * 16_385,
        b'{"v":1,"id":"%s","store":"aurora-tallinn","kind":"profile","body":{"card":"\\ud800"}}' % (b"a" * 32),
    ],
)
def test_what_is_no_question_is_counted_and_not_answered(desk: Desk, payload: bytes) -> None:
    assert take(desk, payload) is None
    assert [store for store, _ in desk.refused] == [STORE]


def test_a_kind_of_a_later_version_is_told_so(desk: Desk) -> None:
    told = desk.ask("weather", {})
    assert told and "update HQ" in told.error


@pytest.mark.parametrize(("kind", "body"), [("stock", STOCK), ("profile", {"screen": "wall", "card": CARD})])
def test_a_store_that_asks_too_much_is_refused_and_may_ask_again_later(
    desk: Desk, kind: str, body: dict[str, object]
) -> None:
    rate, burst = RATES[kind]
    told = []
    for _ in range(int(burst) + 3):
        told.append(desk.ask(kind, body))
        desk.now = 0.0
    assert [bool(answer and answer.error) for answer in told] == [False] * int(burst) + [True] * 3
    assert len(desk.refused) == 3
    desk.now = 1.5 / rate
    again = desk.ask(kind, body)
    assert again and again.error == ""


def test_one_store_that_asks_too_much_is_no_other_stores_trouble(desk: Desk) -> None:
    for _ in range(50):
        desk.ask("stock", STOCK)
        desk.now = 0.0
    told = desk.ask("stock", STOCK, store="aurora-tartu")
    assert told and told.error == ""
