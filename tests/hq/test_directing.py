"""Directives go out at once, again until they are confirmed, and anew to a box that was replaced."""

import pytest

from edge.domain.directives import LetBasketGo
from edge.domain.events import DirectivesTaken
from hq import directing, directives
from hq.directing import Directing
from hq.ledger import ledger_of
from hq.service import Hq
from sync import topics
from sync.codec import Directed, decode_answer, directives_in
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, box_of

ALL = range(topics.SHARDS)


class Seconds:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    clock = Seconds()
    monkeypatch.setattr(directing, "monotonic", clock)
    return clock


def direct(hq: Hq, *names: str, store: str = STORE) -> None:
    with hq.engine.begin() as connection:
        for name in names:
            directives.direct(connection, store, LetBasketGo(basket=name), id=name, subject=name, at=NOW)


def told(hq: Hq, telling: Directing) -> list[list[str]]:
    """The ids in each message that is due."""
    found = []
    for topic, payload in telling.due(ALL):
        assert topic == topics.down(STORE)
        answer = decode_answer(payload)
        assert isinstance(answer, Directed)
        found.append([one.id for one in directives_in(hq.keys.verify, STORE, answer.delta)])
    return found


def confirm(hq: Hq, box: Box, epoch: int, n: int) -> None:
    box.append(DirectivesTaken(epoch=epoch, n=n))
    ingest(ledger_of(hq), STORE, box.payload(len(box.envelopes)))


def test_what_is_new_is_told_at_once_with_all_that_is_not_confirmed(any_hq: Hq, seconds: Seconds) -> None:
    telling, box = Directing(any_hq), box_of(any_hq)
    direct(any_hq, "a", "b")
    assert told(any_hq, telling) == [["a", "b"]]
    assert told(any_hq, telling) == []
    direct(any_hq, "c")
    assert told(any_hq, telling) == [["a", "b", "c"]]
    confirm(any_hq, box, 1, 2)
    assert told(any_hq, telling) == [["c"]]
    confirm(any_hq, box, 1, 3)
    seconds.now += 3600
    assert told(any_hq, telling) == []


def test_who_does_not_confirm_is_told_again_after_a_minute_or_when_heard(hq: Hq, seconds: Seconds) -> None:
    telling = Directing(hq)
    direct(hq, "a")
    assert told(hq, telling) == [["a"]]
    telling.heard([STORE])
    assert told(hq, telling) == [], "its answer may be on the way"
    seconds.now += directing.SOON
    assert told(hq, telling) == [["a"]]
    seconds.now += directing.SOON
    assert told(hq, telling) == [], "it was not heard since"
    seconds.now += directing.AGAIN
    assert told(hq, telling) == [["a"]]
    telling.line_up()
    assert told(hq, telling) == [["a"]]


def test_a_replaced_box_is_told_what_the_old_one_had(hq: Hq, box: Box, seconds: Seconds) -> None:
    telling = Directing(hq)
    direct(hq, "a", "b")
    confirm(hq, box, 1, 2)
    assert told(hq, telling) == []
    confirm(hq, box, 0, 0)
    assert told(hq, telling) == [["a", "b"]]


def test_only_stores_of_ones_own_shards_are_told(hq: Hq, seconds: Seconds) -> None:
    direct(hq, "a")
    assert Directing(hq).due([]) == []
    assert Directing(hq).due([topics.shard(STORE)]) != []


def test_many_go_in_parts_each_after_the_one_before_is_confirmed(
    hq: Hq, box: Box, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directing, "MOST", 2)
    telling = Directing(hq)
    direct(hq, "a", "b", "c")
    assert told(hq, telling) == [["a", "b"]]
    confirm(hq, box, 1, 2)
    assert told(hq, telling) == [["c"]]


def test_of_two_about_the_same_only_the_later_is_kept_and_no_number_is_used_twice(hq: Hq) -> None:
    direct(hq, "a", "b")
    with hq.engine.begin() as connection:
        directives.direct(connection, STORE, LetBasketGo(basket="b"), id="later", subject="b", at=NOW)
        directives.withdraw(connection, STORE, LetBasketGo, "b")
        directives.direct(connection, STORE, LetBasketGo(basket="c"), id="c", subject="c", at=NOW)
        directives.direct(connection, STORE, LetBasketGo(basket="c"), id="c", subject="c", at=NOW)
        found = directives.beyond(connection, STORE, (0, 0), 9)
    assert [(one.id, one.n) for one in found] == [("a", 1), ("c", 4)]


def test_what_was_carried_out_is_forgotten_in_time(hq: Hq, box: Box) -> None:
    direct(hq, "a", "b")
    confirm(hq, box, 1, 1)
    with hq.engine.begin() as connection:
        late = NOW + directives.KEPT + 1
        assert directives.is_old(connection, now=late) and not directives.is_old(connection, now=late - 2)
        directives.forget(connection, now=late)
        assert [one.id for one in directives.beyond(connection, STORE, (0, 0), 9)] == ["b"]
