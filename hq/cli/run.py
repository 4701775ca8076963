"""`tote-hq run`: the service."""

import argparse
import logging
import queue
import signal
from dataclasses import replace
from typing import Any

from edge.logs import into_the_journal, speak_json
from edge.systemd import held_socket, serving
from hq.cli.options import add_place, config_of, say_json
from hq.config import Config
from hq.config_checks import checked

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "run",
        help="the service: line to the stores, mails, web",
        description="Takes in what the stores send, mails the baskets, serves feeds, basket pages and HQ's own pages, "
        "until SIGTERM or Ctrl-C. Keys, database and journal are made in the data folder on the first start.",
        epilog='When all is ready one line goes to stdout: {"ready": true, "url", "seal_key", "verify_key"}; the two '
        "keys belong into [hq] of each store's tote.toml. Logs go to stderr. Flags win over the settings.",
    )
    add_place(parser)
    parser.add_argument("--port", type=int, metavar="P", help="HTTP port, 0 for any free one (web.port)")
    parser.add_argument("--broker", metavar="HOST:PORT", help="the MQTT broker (broker.address)")
    parser.add_argument("--smtp", metavar="HOST:PORT", help="the mail server (mail.smtp)")
    parser.add_argument("--public-url", metavar="URL", help="what shoppers' browsers call this HQ (web.public_url)")
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    if into_the_journal():
        speak_json()
    config = _flagged(config_of(args), args)
    held_socket()  # HQ has none: what is left of another process's must not be taken for it
    from hq.running import Running  # Flask and SQLAlchemy are only needed by a service that runs

    # Not an Event: a second signal inside `Event.set` would wait for its own lock for ever; `put` may be interrupted.
    stopping: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.put(number))
    running = Running(args.dir, config)
    try:
        with serving(running.url):
            keys = running.hq.keys
            ready = {"ready": True, "url": running.url}
            say_json(ready | {"seal_key": keys.seal_public.hex(), "verify_key": keys.verify.hex()})
            log.info("HQ is at %s", running.url)
            stopping.get()
            log.info("stopping")
    finally:
        running.stop()
    return 0


def _flagged(config: Config, args: argparse.Namespace) -> Config:
    """The settings with the flags over them."""
    web, broker, mail = config.web, config.broker, config.mail
    if args.port is not None:
        web = replace(web, port=args.port)
    if args.public_url is not None:
        web = replace(web, public_url=args.public_url)
    if args.broker is not None:
        broker = replace(broker, address=args.broker)
    if args.smtp is not None:
        mail = replace(mail, smtp=args.smtp)
    return checked(replace(config, web=web, broker=broker, mail=mail))
