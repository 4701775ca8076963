"""A question and its answer, as they cross the wire."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from hq.answers.answering import Answering
from hq.service import Hq
from sync import topics
from sync.codec import Told, decode_answer
from sync.codec.ask import Question, encode_question
from tests.hq.answers.known import furnish
from tests.hq.boxes import STORE

_ids = itertools.count(1)


@dataclass
class Desk:
    """Asks HQ in the name of a store; keeps the bytes of the last answer, and what was refused."""

    hq: Hq
    now: float = 0.0
    wire: bytes = b""
    refused: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answering = Answering(self.hq, lambda store, why: self.refused.append((store, why)), lambda: self.now)

    def ask(self, kind: str, body: dict[str, Any], *, store: str = STORE, topic: str = "") -> Told | None:
        question = Question(id=f"{next(_ids):032x}", store=store, kind=kind, body=body)
        answered = self.answering.take(topic or topics.ask(store), encode_question(question))
        self.now += 1.0
        if answered is None:
            return None
        self.wire = answered[1]
        told = decode_answer(self.wire)
        assert isinstance(told, Told) and told.id == question.id
        return told


@pytest.fixture
def desk(hq: Hq) -> Desk:
    furnish(hq)
    return Desk(hq)


@pytest.fixture
def any_desk(any_hq: Hq) -> Desk:
    """On each of the databases."""
    furnish(any_hq)
    return Desk(any_hq)


@pytest.fixture
def statements(hq: Hq) -> Callable[[], list[str]]:
    """The SQL that ran since the last call."""
    from sqlalchemy import event

    ran: list[str] = []
    event.listen(hq.engine, "before_cursor_execute", lambda c, cur, sql, *rest: ran.append(sql))

    def since() -> list[str]:
        told = list(ran)
        ran.clear()
        return told

    return since
