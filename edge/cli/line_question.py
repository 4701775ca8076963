"""One question to HQ, on a session of its own beside that of a running box."""

import queue
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from edge.config import Config
from edge.secure import floor_of, line_trust
from sync import topics
from sync.codec import CodecError, Question, Told, decode_answer, encode_question
from sync.line import Line, LineUp, Message

PATIENCE = 5.0
"""Seconds for the line, and then for the answer."""
T = TypeVar("T")


class NoAnswerError(Exception):
    """The broker is there, and no answer came."""


class NoLineError(NoAnswerError):
    """The broker does not let this box in, or is not there."""


def ask(config: Config, kind: str, body: dict[str, Any]) -> Told:
    """HQ's answer. Raises NoLineError, NoAnswerError, and ConfigError where this box has no good certificate."""
    asked = Question(id=secrets.token_hex(16), store=config.store, kind=kind, body=body)
    with line_for(config, topics.down(config.store)) as line:
        if next_of(line, LineUp, PATIENCE) is None:
            raise NoLineError(f"the broker does not let this box in{f': {line.trouble}' if line.trouble else ''}")
        line.publish(topics.ask(config.store), encode_question(asked))
        ends = time.monotonic() + PATIENCE
        while message := next_of(line, Message, ends - time.monotonic()):
            if told := _answer(message, asked):
                return told
    raise NoAnswerError("HQ did not answer: is it running, and connected to this broker?")


@contextmanager
def line_for(config: Config, topic: str) -> Iterator[Line]:
    """Raises ConfigError where this box has no good certificate."""
    tls = line_trust(config, floor_of(Path(config.dir)))
    line = Line(config.hq.brokers, name=f"tote-doctor-{config.store}", subscriptions=(topic,), tls=tls)
    line.start()
    try:
        yield line
    finally:
        line.stop()


def next_of(line: Line, kind: type[T], seconds: float) -> T | None:
    """What happens next of this kind, None where nothing of it does within `seconds`."""
    ends = time.monotonic() + seconds
    with suppress(queue.Empty):
        while (left := ends - time.monotonic()) > 0:
            if isinstance(happened := line.inbox.get(timeout=left), kind):
                return happened
    return None


def _answer(message: Message, asked: Question) -> Told | None:
    try:
        answer = decode_answer(message.payload)
    except CodecError:
        return None
    return answer if isinstance(answer, Told) and answer.id == asked.id else None
