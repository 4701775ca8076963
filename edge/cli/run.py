"""`tote run`: the box itself."""

import argparse
import logging
import signal
import threading
from typing import Any

from edge.cli.options import add_config, add_json, say_json
from edge.config import load

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
    # Flask, OpenCV and the like are only needed by a box that runs.
    from edge.box import Box

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    box = Box(load(args.config))
    box.start()
    try:
        if args.json:
            say_json({"ready": True, "url": box.url})
        log.info("the screens are at %s", box.url)
        stopping.wait()
    finally:
        box.stop()
    return 0
