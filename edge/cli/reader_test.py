"""`tote readers test NAME`: opens one reader of the settings and shows what it says, and what that means."""

import argparse
import logging
import queue
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge.cli.errors import BoxError
from edge.cli.options import add_config, add_json, harmless, say_json
from edge.codes import CodeRules, resolve
from edge.config import Config, ConfigError, ReaderConfig
from edge.config_file import load
from hardware.remote import REMOTE
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor, supervise


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "test",
        help="open a reader and show what it reads",
        description="Opens the reader NAME of the settings, without the box, and shows each event with its raw bytes "
        "and its meaning. Stop the box first: a device has one owner. Exit status 1 when nothing was read.",
    )
    parser.add_argument("name", metavar="NAME", help="the reader, as the settings name it")
    parser.add_argument("--seconds", type=positive, default=60.0, help="how long to listen (default: 60)")
    parser.add_argument("--count", type=int, default=0, metavar="N", help="end after N scans")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    config = load(args.config)
    reader, rules, scans = configured(args.name, config, args.config), config.rules, 0
    with listening(reader) as (_, events):
        for event in _until(events, time.monotonic() + args.seconds):
            if args.json:
                say_json(told(event, rules))
            else:
                print(harmless(line(event, rules)), flush=True)
            scans += event.kind == "scan"
            if args.count and scans >= args.count:
                break
    if not scans:
        print(f"{reader.name} read nothing in {args.seconds:g} s", file=sys.stderr)
    return 0 if scans else 1


def positive(text: str) -> float:
    """An option's seconds."""
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"give seconds above 0, not {text}")
    return seconds


def configured(name: str, config: Config, file: Path) -> ReaderConfig:
    """The `[[reader]]` table of that name in the settings read from `file`; raises ConfigError, and BoxError where it
    is no device of this machine."""
    readers = {reader.name: reader for reader in config.reader}
    if name not in readers:
        known = ", ".join(sorted(readers)) or "none"
        raise ConfigError(f"{file} has no reader {name!r}; it has: {known}.")
    if readers[name].driver in REMOTE:
        raise BoxError(f"{name} is not at this machine (driver {readers[name].driver}): watch it with `tote readers`")
    return readers[name]


@contextmanager
def listening(reader: ReaderConfig) -> Iterator[tuple[Supervisor, "queue.SimpleQueue[ReaderEvent]"]]:
    """The reader, served, and what it says."""
    said = logging.getLogger("hardware")
    level = said.level
    said.setLevel(logging.ERROR)  # who listens says it
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    supervisor = supervise(reader.name, reader.driver, reader.options, events.put)
    supervisor.start()
    try:
        yield supervisor, events
    finally:
        supervisor.stop()
        said.setLevel(level)


def first_word(events: "queue.SimpleQueue[ReaderEvent]", seconds: float) -> ReaderEvent | None:
    """Whether the reader came up or not; None where it says nothing in time."""
    try:
        return events.get(timeout=max(0.01, seconds))
    except queue.Empty:
        return None


def _until(events: "queue.SimpleQueue[ReaderEvent]", end: float) -> Iterator[ReaderEvent]:
    while (left := end - time.monotonic()) > 0:
        try:
            yield events.get(timeout=left)
        except queue.Empty:
            return


def told(event: ReaderEvent, rules: CodeRules) -> dict[str, Any]:
    """The event as one flat object; bytes in hex."""
    told: dict[str, Any] = {"event": event.kind, "reader": event.reader, "at": event.at}
    if event.scan:
        meaning = resolve(event.scan.data, event.scan.symbology, rules)
        told |= {"symbology": event.scan.symbology, "raw": event.scan.data.hex(), "uid": event.scan.uid.hex()}
        told |= {"kind": meaning.kind, "text": meaning.text, "gtin": meaning.gtin}
    return told | {"tag": event.tag.hex(), "reason": event.reason, "error": event.error}


def line(event: ReaderEvent, rules: CodeRules) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(event.at))
    return f"{clock}  {event.kind:8}{_words(event, rules)}"


def _words(event: ReaderEvent, rules: CodeRules) -> str:
    if event.scan is None:
        return f"{event.tag.hex()} {event.error}".strip()
    meaning = resolve(event.scan.data, event.scan.symbology, rules)
    trouble = f" ({meaning.error.reason})" if meaning.error else ""
    article = f" {meaning.gtin}" if meaning.gtin else ""
    return f"{event.scan.symbology or 'code'} {event.scan.data!r} -> {meaning.kind}{article}{trouble}"
