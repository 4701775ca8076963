"""`tote enrol`: this box becomes the box of a store."""

import argparse
import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.cli.options import add_config, add_json, say_json
from edge.config import Config, ConfigError

if TYPE_CHECKING:
    from sync.enrolling import Answer


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "enrol",
        help="make this box the box of a store, with a code from HQ",
        description="Makes a key pair here, has HQ certify it, and writes certificate, broker, HQ's address and keys "
        "into the settings, whose other lines stay as they are; without a settings file, one to begin with. The code "
        "never crosses the network, so an address of plain http is no danger.",
        epilog="At HQ, `tote-hq enrol STORE` prints the code: it is good for 15 minutes and one box. When the answer "
        "got lost, run the same command again. A box that runs is to be restarted then.",
    )
    parser.add_argument("--hq", required=True, metavar="URL", help="HQ's address, such as https://hq.shop.example")
    parser.add_argument(
        "--code",
        metavar="CODE",
        help="such as 7KQ2-M9DX-0R4T-WBNC-HV3P; it then stands in the list of processes, for other users of the box to "
        "read. `-` reads it from standard input; left out, it is asked for on the terminal",
    )
    parser.add_argument("--dir", metavar="D", help="the data folder, for a box without settings (/var/lib/tote)")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from edge import clock, enrolment, settings_file
    from edge.https import session, web_trust
    from edge.secure import floor_of

    text = _text(args.config, settings_file.FIRST)
    before = _read(text, args.config)
    folder = Path(str(before.get("dir") or args.dir or Config.dir))
    _writable(args.config)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    store = str(before.get("store", ""))
    http = session(web_trust(lambda: clock.BUILT, None))  # the code proves who answers, whatever was heard before
    answer = enrolment.enrol(http, args.hq, _code(args.code), folder=folder / "line", store=store)
    floor_of(folder).enrolled(answer.at)
    text = settings_file.with_values(text, "", {"store": answer.store, "dir": str(folder)})
    text = settings_file.with_values(text, "hq", _values(answer, args.hq))
    settings_file.write(args.config, text)
    _give(folder)
    _say(args, answer.store)
    return 0


def _code(given: str | None) -> str:
    """As given, or a line of standard input: what stands on the command line is in the list of processes."""
    if given is not None and given != "-":
        return given
    if sys.stdin.isatty():
        print("Code from HQ: ", end="", file=sys.stderr, flush=True)
    elif given is None:
        raise ConfigError("There is no terminal to ask for the code: say --code - and write it to standard input.")
    try:
        return sys.stdin.readline().strip()
    except UnicodeDecodeError as error:
        raise ConfigError(f"Standard input holds no code: {error}.") from error


def _values(answer: "Answer", hq: str) -> dict[str, str | bool]:
    return {
        "broker": answer.broker,
        "url": hq.rstrip("/"),
        "public_url": answer.public_url,
        "seal_key": answer.seal_key,
        "verify_key": answer.verify_key,
        "tls": True,
        "ca": "",
        "certificate": "",
        "key": "",
    }


def _say(args: argparse.Namespace, store: str) -> None:
    if args.json:
        say_json({"enrolled": store, "settings": str(args.config)})
    else:
        print(f"This is the box of {store} now; {args.config} says so. Start it: tote run, or restart it.")


def _text(path: Path, first: str) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else first
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read ({error}): name the settings with --config") from error


def _read(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is no TOML: {error}.") from error


def _writable(path: Path) -> None:
    """Known before the code is used up."""
    place = next(each for each in (path.parent, *path.parent.parents) if each.exists())
    if not os.access(place, os.W_OK):
        raise ConfigError(f"{path} can't be written: run it as who may, or name another file with --config")


def _give(folder: Path) -> None:
    """What root wrote belongs to whom the data folder belongs to: the box does not run as root."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for path in (folder / "line", *(folder / "line").iterdir(), folder / "heard"):
            if path.exists():
                os.chown(path, owner.st_uid, owner.st_gid)
