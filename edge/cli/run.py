"""`tote run`: the box itself."""

import argparse
import gc
import logging
import queue
import signal
from typing import Any

from edge.cli.options import add_config, add_json, say_json
from edge.config import load
from edge.memory import forbid_core_dumps
from edge.store import StorageError

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "run",
        help="the box: screens, readers, sync",
        description="Serves the screens, listens to the readers and keeps in touch with HQ, until SIGTERM or Ctrl-C.",
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    forbid_core_dumps()
    # Flask, OpenCV and the like are only needed by a box that runs.
    from edge.box import Box

    # Not an Event: a second signal inside `Event.set` would wait for its own lock for ever; `put` may be interrupted.
    stopping: queue.SimpleQueue[int | StorageError] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.put(number))
    box = Box(load(args.config), failed=stopping.put)
    box.start()
    gc.freeze()  # what stays for good is not looked through again in the middle of an answer, for tens of milliseconds
    try:
        if args.json:
            say_json({"ready": True, "url": box.url})
        log.info("the screens are at %s", box.url)
        why = stopping.get()
    finally:
        box.stop()
    if isinstance(why, StorageError):  # after a sync that failed only another process may believe the file
        raise why
    return 0
