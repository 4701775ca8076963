"""What the broker lets this box say and hear, found out by what arrives: a broker's acknowledgement says nothing.

Two sessions of its own, beside that of a running box: one asks HQ a question and waits for the answer; the other speaks
on the topic of a store that is none, and listens there. What arrives there could as well have been another store's.
"""

import secrets
from collections.abc import Iterator
from ipaddress import ip_address

from edge.cli.line_question import PATIENCE, NoAnswerError, NoLineError, ask, line_for, next_of
from edge.cli.selftest.answers import Finding
from edge.config import Config, ConfigError
from sync import topics
from sync.line import LineUp, Message

FOREIGN = 1.5
"""Seconds for what must not arrive."""


def examine_delivery(config: Config) -> Iterator[Finding]:
    try:
        yield _own(config)
        yield _foreign(config)
    except ConfigError as error:
        yield Finding(what="delivery", ok=False, words=str(error), remedy="enrol the box again: tote enrol")


def _own(config: Config) -> Finding:
    try:
        ask(config, "stock", {"skus": ["tote-doctor"]})
    except NoLineError as error:
        return Finding(
            what="delivery", ok=False, words=str(error), remedy="enrol the box again, or see docs/security.md"
        )
    except NoAnswerError:
        pass
    else:
        return Finding(what="delivery", ok=True, words="a question reached HQ, and its answer this box")
    words = "a question to HQ was not answered: the broker is there, but HQ does not hear this box or is not heard"
    remedy = "is HQ running, and connected to this broker? Write its access rules anew: tote-hq broker-config"
    return Finding(what="delivery", ok=False, words=words, remedy=remedy)


def _foreign(config: Config) -> Finding:
    topic, mark = topics.down(f"doctor-{secrets.token_hex(6)}"), secrets.token_bytes(16)
    with line_for(config, topic) as line:
        next_of(line, LineUp, PATIENCE)
        line.publish(topic, mark)
        heard = next_of(line, Message, FOREIGN)
    if heard is None:
        return Finding(
            what="access", ok=True, words="the broker lets this box speak and listen for its own store alone"
        )
    alone = all(_is_loopback(host) for host, _ in config.hq.brokers)
    words = "the broker lets anybody speak for any store" + (": it is on this machine alone" if alone else "")
    remedy = "" if alone else "let the broker run what `tote-hq broker-config` writes: docs/security.md"
    return Finding(what="access", ok=alone, words=words, remedy=remedy)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
