"""`tote-hq worker`: more hands for the ingest."""

import argparse
import logging
import queue
import signal
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, config_of, refuse_none, say_json
from hq.config import Config
from hq.config_checks import checked, host_ports
from hq.errors import ConfigError

if TYPE_CHECKING:
    from hq.line import HqLine

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "worker",
        help="one more process that takes in what the stores send (PostgreSQL)",
        description="Takes in what the stores send, beside `tote-hq run` and other workers on the same PostgreSQL, on "
        "this machine or another one, until SIGTERM or Ctrl-C. The workers share the 64 shards of the stores evenly "
        "among them; when one ends, however it ends, the others take its shards over within seconds.",
        epilog="The data folder needs the keys folder of the HQ, and its settings name database.url and "
        'broker.address. When it works one line goes to stdout: {"ready": true, "shards": 32}.',
    )
    add_place(parser)
    parser.add_argument("--broker", metavar="HOST:PORT", help="the MQTT broker (broker.address)")
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    config = _settled(args)
    refuse_none(args.dir)
    from hq.authority import line_trust  # SQLAlchemy and paho are only needed by a worker that works
    from hq.line import HqLine
    from hq.service import open_hq

    # As in `hq.cli.run`: a queue, not an Event.
    stopping: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.put(number))
    with closing(open_hq(args.dir, config)) as hq:
        addresses = host_ports(config.broker.address, "broker.address")
        line = HqLine(hq, addresses, line_trust(hq) if config.broker.tls else None)
        line.start()
        try:
            _work(line, stopping)
        finally:
            line.stop()
    return 0


def _work(line: "HqLine", stopping: "queue.SimpleQueue[int]") -> None:
    """Says when it works, and returns when it is to stop."""
    while not line.up:
        if _stopped(stopping, 0.05):
            return
    say_json({"ready": True, "shards": len(line.shards)})
    stopping.get()
    log.info("stopping")


def _stopped(stopping: "queue.SimpleQueue[int]", seconds: float) -> bool:
    try:
        stopping.get(timeout=seconds)
    except queue.Empty:
        return False
    return True


def _settled(args: argparse.Namespace) -> Config:
    config = config_of(args)
    if args.broker is not None:
        config = checked(replace(config, broker=replace(config.broker, address=args.broker)))
    if not config.database.url.startswith("postgresql"):
        raise ConfigError(
            "Workers share an HQ on PostgreSQL, and database.url names none. On SQLite `tote-hq run` takes in "
            "everything by itself."
        )
    if not config.broker.address:
        raise ConfigError("A worker needs the broker: set broker.address, or --broker.")
    return config
