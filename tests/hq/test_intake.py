"""Every store has its turn, whatever one of them sends."""

import logging
from collections.abc import Iterator

import pytest

from hq import intake, stores
from hq.intake import Intake
from hq.line import HqLine
from hq.service import Hq
from sync import topics
from sync.line import LineUp, Message
from tests.hq.boxes import STORE, Box, viewed

LOUD = "boreal-riga"


def sent(store: str, payload: bytes = b"x", *, retained: bool = False) -> Message:
    return Message(topics.up(store), payload, retained)


def taken(intake: Intake) -> Iterator[list[tuple[str, bytes]]]:
    while len(intake):
        yield [(topics.store_of(m.topic), m.payload) for m in intake.take(0)[1]]


def test_who_comes_last_is_in_the_first_transaction_beside_one_who_sent_hundreds() -> None:
    waiting = Intake()
    for n in range(500):
        waiting.put(sent(LOUD, b"%d" % n))
    waiting.put(sent(STORE))
    first = next(taken(waiting))
    assert (STORE, b"x") in first
    assert [payload for store, payload in first if store == LOUD] == [b"%d" % n for n in range(intake.FEW)]


def test_the_order_of_one_store_is_kept_and_turns_go_on_where_the_last_transaction_ended() -> None:
    """Messages so large that one fills a transaction."""
    waiting, large = Intake(), bytes(intake.MOST_OCTETS)
    for store in (LOUD, LOUD, STORE, STORE):
        waiting.put(sent(store, large + bytes([len(waiting)])))
    groups = [[(store, payload[-1]) for store, payload in group] for group in taken(waiting)]
    assert groups == [[(LOUD, 0)], [(STORE, 2)], [(LOUD, 1)], [(STORE, 3)]]


def test_what_is_beyond_a_stores_share_is_dropped_and_counted_once() -> None:
    waiting = Intake()
    for _ in range(100):
        waiting.put(sent(LOUD))
    assert len(waiting) == intake.OWN
    assert waiting.refused() == {(LOUD, intake.TOO_MUCH): 100 - intake.OWN}
    assert waiting.refused() == {}


def test_the_octets_of_a_store_are_bounded_but_a_single_large_one_is_let_in() -> None:
    waiting = Intake()
    waiting.put(sent(STORE, bytes(intake.OWN_OCTETS * 2)))
    for _ in range(5):
        waiting.put(sent(LOUD, bytes(intake.OWN_OCTETS // 2 - 100)))
    assert waiting.refused() == {(LOUD, intake.TOO_MUCH): 3}
    assert len(waiting) == 3


@pytest.mark.parametrize(("bound", "value"), [("ALL", 52), ("ALL_OCTETS", 52 * 25)])
def test_when_all_is_full_the_newcomer_has_room_at_the_expense_of_the_greediest(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(intake, bound, value)
    waiting = Intake()
    for n in range(intake.OWN):
        waiting.put(sent(LOUD, b"%d" % n))
    for n in range(8):
        waiting.put(sent(f"shop-{n}"))
    assert {store for store, _ in waiting.refused()} == {LOUD}
    everything = [one for group in taken(waiting) for one in group]
    assert {store for store, _ in everything} == {LOUD, *(f"shop-{n}" for n in range(8))}
    loud = [payload for store, payload in everything if store == LOUD]
    assert loud == [b"%d" % n for n in range(len(loud))], "its oldest are kept: without them the others are a gap"
    assert len(waiting) == 0 and waiting._octets == 0


def test_made_up_topics_share_one_turn_and_names_are_told_of_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "NAMES", 3)
    waiting = Intake()
    for n in range(intake.OWN + 2):
        waiting.put(Message(f"tote/1/up/7/NO {n}", b""))
        waiting.put(sent(f"shop-{n}", retained=True))
    assert len(waiting) == intake.OWN
    assert len(waiting.refused()) == 3


def test_what_else_happens_is_told_beside_the_messages() -> None:
    waiting = Intake()
    waiting.put(LineUp())
    waiting.put(sent(STORE))
    assert waiting.take(0) == ([LineUp()], [sent(STORE)])
    assert waiting.take(0.01) == ([], [])


def test_one_box_that_floods_with_garbage_costs_another_no_turn_and_is_told_by_name(
    hq: Hq, box: Box, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line without a broker: what it would hear is put in by hand."""
    line = HqLine(hq, [("127.0.0.1", 9)])
    answers: list[str] = []
    monkeypatch.setattr(line._line, "publish", lambda topic, *_, **__: answers.append(topic))
    for _ in range(300):
        line._intake.put(sent(LOUD, b"garbage"))
    box.append(viewed())
    line._intake.put(sent(STORE, box.payload()))
    with caplog.at_level(logging.WARNING, "hq"):
        line._step()
    assert answers == [topics.down(STORE)]
    assert f"refused on {topics.up(LOUD)}: more came than waits for one store" in caplog.text
    with hq.reading() as connection:
        told = {state.store: state.refused for state in stores.overview(connection)}
    assert told[LOUD] == intake.FEW + 1, "the few that were taken, and one word on all that were dropped"
