"""`tote readers write NAME CODE`: the staff encode an article's tag at one reader of the settings."""

import argparse
import sys
import time
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from edge.cli.errors import BoxError
from edge.cli.options import add_config, add_json, say_json
from edge.cli.reader_test import configured, first_word, listening, positive
from edge.codes import resolve
from edge.codes.link import GS1, is_url, link_base
from edge.codes.tag import tag_message
from edge.config_file import load
from hardware.drivers import WRITERS

READY = 10.0
"""Seconds a reader has to come up."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "write",
        help="write an article's code on the next tag, and verify it",
        description="Waits for one tag at the reader NAME, writes CODE on it (a GTIN as a link under --base, an "
        "address, or the shop's own number), reads it back and compares. Stop the box first: a device has one owner. "
        "Exit status 1 when no tag was written; a tag that was torn away is mended by holding it there again.",
    )
    parser.add_argument("name", metavar="NAME", help="the NFC reader, as the settings name it")
    parser.add_argument("code", metavar="CODE", help="GTIN, address, or the shop's own article number")
    parser.add_argument("--base", metavar="URL", help="what links begin with (default: codes.hosts, or GS1's)")
    parser.add_argument("--lock", action="store_true", help="lock the tag afterwards: it can never be changed again")
    parser.add_argument("--seconds", type=positive, default=20.0, help="how long to wait for a tag (default: 20)")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from hardware.errors import HardwareError, TagError
    from hardware.tags.writing import Written, write_next

    config = load(args.config)
    reader = configured(args.name, config, args.config)
    if reader.driver not in WRITERS:
        raise BoxError(
            f"{args.name} is no NFC reader (driver {reader.driver}): tags are written by {', '.join(sorted(WRITERS))}"
        )
    message = _message(args.code, args.base or link_base(config.codes.hosts))
    with listening(reader) as (supervisor, events):
        event = first_word(events, READY)
        if event is None or event.kind != "up":
            raise HardwareError(
                event.error if event else f"{args.name} did not answer within {READY:g} s: try it again"
            )
        print(f"hold one tag to {args.name}", file=sys.stderr, flush=True)
        task: Future[Written] = supervisor.submit(
            lambda driver: write_next(driver, message, lock=args.lock, timeout=args.seconds), timeout=args.seconds + 5
        )
        try:
            written = task.result(args.seconds + 10)
        except TagError as error:
            _tell(args, {"written": False, "reason": error.reason, "error": str(error)}, str(error))
            return 1
    told = asdict(written) | {"written": True, "uid": written.uid.hex(), "at": time.time()}
    lock = ", locked" if written.locked else ""
    _tell(args, told, f"written and verified: {written.bytes_used} octets on tag {written.uid.hex()}{lock}")
    return 0


def _message(code: str, base: str) -> bytes:
    """Refused before a tag is asked for: what is locked on it can't be put right."""
    if not is_url(base):
        raise BoxError(f"--base must be an address such as {GS1}, not {base!r}")
    if wrong := resolve(code).error:
        raise BoxError(f"{code} is no code for a tag: {wrong.reason}. {wrong.hint}")
    try:
        return tag_message(code, base)
    except ValueError as error:
        raise BoxError(str(error)) from error


def _tell(args: argparse.Namespace, told: dict[str, Any], words: str) -> None:
    if args.json:
        say_json(told)
    else:
        print(words)
