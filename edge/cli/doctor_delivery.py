"""What the broker lets this box say and hear, found out by what arrives: a broker's acknowledgement says nothing.

Two sessions of its own, beside that of a running box: one asks HQ a question and waits for the answer; the other speaks
on the topic of a store that is none, and listens there. What arrives there could as well have been another store's.
"""

import queue
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from edge.cli.selftest.answers import Finding
from edge.config import Config, ConfigError
from edge.secure import floor_of, line_trust
from sync import topics
from sync.codec import CodecError, Question, Told, decode_answer, encode_question
from sync.line import Line, LineUp, Message

PATIENCE, FOREIGN = 5.0, 1.5
"""Seconds for what has to arrive, and for what must not."""
T = TypeVar("T")


def examine_delivery(config: Config) -> Iterator[Finding]:
    try:
        yield _own(config)
        yield _foreign(config)
    except ConfigError as error:
        yield Finding(what="delivery", ok=False, words=str(error), remedy="enrol the box again: tote enrol")


def _own(config: Config) -> Finding:
    asked = Question(id=secrets.token_hex(16), store=config.store, kind="stock", body={"skus": ["tote-doctor"]})
    with _line(config, topics.down(config.store)) as line:
        if _next(line, LineUp, PATIENCE) is None:
            words = f"the broker does not let this box in{f': {line.trouble}' if line.trouble else ''}"
            return Finding(
                what="delivery", ok=False, words=words, remedy="enrol the box again, or see docs/security.md"
            )
        line.publish(topics.ask(config.store), encode_question(asked))
        ends = time.monotonic() + PATIENCE
        while message := _next(line, Message, ends - time.monotonic()):
            if _answers(message, asked):
                return Finding(what="delivery", ok=True, words="a question reached HQ, and its answer this box")
    words = "a question to HQ was not answered: the broker is there, but HQ does not hear this box or is not heard"
    remedy = "is HQ running, and connected to this broker? Write its access rules anew: tote-hq broker-config"
    return Finding(what="delivery", ok=False, words=words, remedy=remedy)


def _foreign(config: Config) -> Finding:
    topic, mark = topics.down(f"doctor-{secrets.token_hex(6)}"), secrets.token_bytes(16)
    with _line(config, topic) as line:
        _next(line, LineUp, PATIENCE)
        line.publish(topic, mark)
        heard = _next(line, Message, FOREIGN)
    if heard is None:
        return Finding(
            what="access", ok=True, words="the broker lets this box speak and listen for its own store alone"
        )
    alone = all(_is_loopback(host) for host, _ in config.hq.brokers)
    words = "the broker lets anybody speak for any store" + (": it is on this machine alone" if alone else "")
    remedy = "" if alone else "let the broker run what `tote-hq broker-config` writes: docs/security.md"
    return Finding(what="access", ok=alone, words=words, remedy=remedy)


@contextmanager
def _line(config: Config, topic: str) -> Iterator[Line]:
    """Raises ConfigError where this box has no good certificate."""
    tls = line_trust(config, floor_of(Path(config.dir)))
    line = Line(config.hq.brokers, name=f"tote-doctor-{config.store}", subscriptions=(topic,), tls=tls)
    line.start()
    try:
        yield line
    finally:
        line.stop()


def _next(line: Line, kind: type[T], seconds: float) -> T | None:
    ends = time.monotonic() + seconds
    with suppress(queue.Empty):
        while (left := ends - time.monotonic()) > 0:
            if isinstance(happened := line.inbox.get(timeout=left), kind):
                return happened
    return None


def _answers(message: Message, asked: Question) -> bool:
    try:
        answer = decode_answer(message.payload)
    except CodecError:
        return False
    return isinstance(answer, Told) and answer.id == asked.id


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
