"""HQ answers over a real broker, whatever ingest is busy with."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hq import stores
from hq.answers import AnswerLine
from hq.service import Hq
from sync import topics
from sync.asking import Asking
from sync.codec import Told, decode_answer
from sync.line import Line, LineUp, Message
from tests import mosquitto
from tests.hq.answers.known import CARD, furnish, sarah
from tests.hq.boxes import STORE

pytestmark = mosquitto.needed
SECONDS = 20.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with mosquitto.somewhere(tmp_path) as port:
        yield port


@pytest.fixture
def answers(hq: Hq, broker: int) -> Iterator[AnswerLine]:
    furnish(hq)
    line = AnswerLine(hq, [("127.0.0.1", broker)])
    line.start()
    until(lambda: line.up)
    yield line
    line.stop()


@pytest.fixture
def asking(broker: int) -> Iterator[Asking]:
    """A box's end of it: what comes down is handed to `Asking`, as its sync thread does."""
    line = Line([("127.0.0.1", broker)], name="box", subscriptions=(topics.down(STORE),))
    asking, stopping = Asking(line.publish, STORE), threading.Event()
    line.start()
    assert isinstance(line.inbox.get(timeout=10), LineUp)
    thread = threading.Thread(target=_hear, args=(line, asking, stopping))
    thread.start()
    yield asking
    stopping.set()
    line.inbox.put(None)
    thread.join(5)
    line.stop()


def _hear(line: Line, asking: Asking, stopping: threading.Event) -> None:
    while not stopping.is_set():
        if isinstance(heard := line.inbox.get(), Message):
            answer = decode_answer(heard.payload)
            assert isinstance(answer, Told)
            asking.told(answer)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_box_asks_and_is_told(hq: Hq, answers: AnswerLine, asking: Asking) -> None:
    sarah(hq)
    stock = asking.ask("stock", {"skus": ["SCARF-1"]}, timeout=SECONDS)
    assert stock and [(one["store"], one["quantity"]) for one in stock["stock"]] == [(STORE, 8)]
    told = asking.ask("profile", {"screen": "wall", "card": CARD}, timeout=SECONDS)
    assert told == {"known": True, "language": "et", "initial": "S", "basket": []}


def test_a_writer_that_holds_the_database_holds_up_no_answer(hq: Hq, answers: AnswerLine, asking: Asking) -> None:
    """Ingest in the middle of a batch; the control: a writer of the same moment does wait."""
    written: list[bool] = []
    with hq.engine.begin():
        waiting = threading.Thread(target=lambda: written.append(_writes(hq)))
        waiting.start()
        assert asking.ask("stock", {"skus": ["SCARF-1"]}, timeout=SECONDS)
        assert asking.ask("stock", {"skus": [7]}, timeout=SECONDS) is None, "a refusal holds up nobody either"
        assert asking.ask("stock", {"skus": ["BOOT-42"]}, timeout=SECONDS)
        assert written == []
    waiting.join(SECONDS)
    assert written == [True]


def _writes(hq: Hq) -> bool:
    with hq.engine.begin() as connection:
        stores.register(connection, "other")
    return True


def test_what_is_refused_is_counted_for_the_stores_page(hq: Hq, answers: AnswerLine, asking: Asking) -> None:
    def refused() -> list[tuple[str, Any]]:
        with hq.reading() as connection:
            return [(one.store, one.refused_reason) for one in stores.overview(connection) if one.refused]

    assert asking.ask("profile", {"screen": "till", "card": CARD}, timeout=SECONDS) is None
    until(refused)
    assert refused() == [(STORE, "a question about profile that asks for something else")]


def test_a_card_that_is_asked_about_stands_in_no_log(
    hq: Hq, answers: AnswerLine, asking: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        assert asking.ask("profile", {"screen": "wall", "card": CARD}, timeout=SECONDS) == {"known": False}
        assert asking.ask("profile", {"screen": "wall", "card": CARD, "tag": "04"}, timeout=SECONDS) is None
        answers.stop()
    assert "refused" in caplog.text
    assert CARD not in caplog.text


def test_a_question_that_the_broker_is_to_keep_is_refused(hq: Hq, answers: AnswerLine, broker: int) -> None:
    line = Line([("127.0.0.1", broker)], name="box")
    line.start()
    assert isinstance(line.inbox.get(timeout=10), LineUp)
    line.publish(topics.ask(STORE), b"a question", retain=True)
    until(lambda: "retained" in _reason(hq))
    line.stop()


def _reason(hq: Hq) -> str:
    with hq.reading() as connection:
        return next(state.refused_reason for state in stores.overview(connection) if state.store == STORE)
