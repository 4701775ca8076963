"""`tote run`: the box itself."""

import argparse
import gc
import logging
import queue
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.cli.options import add_config, add_json, say_json
from edge.codes import warm
from edge.config import Config, ConfigError
from edge.config_file import load
from edge.logs import into_the_journal, speak_json
from edge.memory import forbid_core_dumps, keep_one_arena
from edge.store import StorageError
from edge.systemd import SocketMismatchError, check_held_socket, serving

if TYPE_CHECKING:
    from edge.box import Box

log = logging.getLogger(__name__)

WARM = 2.0
"""Seconds after the start."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "run",
        help="the box: screens, readers, sync",
        description="Serves the screens, listens to the readers and keeps in touch with HQ, until SIGTERM or Ctrl-C."
        " SIGHUP reads the settings again (docs/config.md).",
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    forbid_core_dumps()
    keep_one_arena()
    if into_the_journal():
        speak_json()
    # Flask, OpenCV and the like are only needed by a box that runs.
    from edge.box import Box

    # Not an Event: a second signal inside `Event.set` would wait for its own lock for ever; `put` may be interrupted.
    stopping: queue.SimpleQueue[int | StorageError] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: stopping.put(number))
    config = load(args.config)
    _check_socket(config)
    box = Box(config, failed=stopping.put, bundle=lambda path: _bundle(path, config, args.config))
    box.start()
    gc.freeze()  # what stays for good is not looked through again in the middle of an answer, for tens of milliseconds
    try:
        with serving(box.url_here):
            if args.json:
                say_json({"ready": True, "url": box.url})
            log.info("the screens are at %s", box.url)
            _once_screens_are_there()
            while (why := stopping.get()) == signal.SIGHUP:
                _reload(box, args.config)
    finally:
        box.stop()
    if isinstance(why, StorageError):  # after a sync that failed only another process may believe the file
        raise why
    return 0


def _once_screens_are_there() -> None:
    """What parses the rarer codes takes a third of a second to import: later than the first pages, and before most
    shoppers. A scan that can't wait imports it itself."""
    timer = threading.Timer(WARM, warm)
    timer.daemon = True
    timer.start()


def _bundle(path: Path, config: Config, settings: Path) -> None:
    from edge.cli.doctor import examine
    from edge.cli.doctor_bundle import write_bundle

    write_bundle(path, config, settings, list(examine(config, settings)))


def _check_socket(config: Config) -> None:
    try:
        check_held_socket(config.screen.host, config.screen.port)
    except SocketMismatchError as error:
        raise ConfigError(str(error)) from error


def _reload(box: "Box", path: Path) -> None:
    """Settings that can't be used change nothing."""
    try:
        behind = box.adjust(load(path))
    except ConfigError as error:
        log.error("the settings stay as they were: %s", error)
        return
    log.info("the settings were read again")
    if behind:
        log.warning("a restart is needed for %s", ", ".join(behind))
