"""What `tote doctor` says of readers: the running box's word, or, where none runs, each reader opened for a moment."""

import queue
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from edge.cli.errors import BoxError
from edge.cli.reader_test import first_word, listening
from edge.cli.selftest.answers import Finding
from edge.cli.status import ask
from edge.config import Config, ReaderConfig
from hardware.errors import HardwareError
from hardware.remote import REMOTE
from hardware.scan import ReaderEvent

OPENS = 6.0
"""Seconds a reader has to say whether it is there; cameras are slow."""


def examine_readers(config: Config) -> Iterator[Finding]:
    try:
        told = ask(f"http://{config.screen.host}:{config.screen.port}")["readers"] if config.screen.port else None
    except (BoxError, KeyError):
        told = None
    here = {reader["name"]: reader for reader in told or ()}
    if here.keys() >= {reader.name for reader in config.reader}:
        yield from (_by_the_box(here[reader.name]) for reader in config.reader)
    else:
        yield from _by_opening(config)


def _by_the_box(health: dict[str, Any]) -> Finding:
    if health["state"] == "up":
        return _finding(health["name"], f"up, as the running box says ({health['driver']})")
    return _finding(health["name"], health["error"] or health["state"], health["driver"])


def _by_opening(config: Config) -> Iterator[Finding]:
    with ExitStack() as stack:
        opened = [(reader, _opened(reader, stack)) for reader in config.reader]
        until = time.monotonic() + OPENS
        for reader, events in opened:
            yield events if isinstance(events, Finding) else _answer(reader, events, until)


def _opened(reader: ReaderConfig, stack: ExitStack) -> "queue.SimpleQueue[ReaderEvent] | Finding":
    if reader.driver in REMOTE:
        return _finding(reader.name, f"is not at this machine ({reader.driver}): the running box tells of it")
    try:
        return stack.enter_context(listening(reader))[1]
    except HardwareError as error:
        return _finding(reader.name, str(error), reader.driver)


def _answer(reader: ReaderConfig, events: "queue.SimpleQueue[ReaderEvent]", until: float) -> Finding:
    event = first_word(events, until - time.monotonic())
    if event is None:
        return _finding(reader.name, f"did not answer within {OPENS:g} s", reader.driver)
    if event.kind == "down":
        return _finding(reader.name, event.error, reader.driver)
    return _finding(reader.name, f"answers ({reader.driver})")


def _finding(name: str, words: str, trouble_of: str = "") -> Finding:
    """`trouble_of` names the driver of a reader that is not well."""
    remedy = f"see {trouble_of} in docs/readers.md" if trouble_of else ""
    return Finding(what="reader", ok=not trouble_of, words=f"{name}: {words}", remedy=remedy)
