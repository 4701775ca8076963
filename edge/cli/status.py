"""`tote status`: how the running box is."""

import argparse
import time
from pathlib import Path
from typing import Any

import requests

from edge.cli.errors import BoxError
from edge.cli.log import ended
from edge.cli.options import CONFIG, add_json, say_json
from edge.config import ConfigError, load

BOX = "http://127.0.0.1:8080"
NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "status",
        help="events at HQ and waiting, catalogue version, line, readers",
        description="Asks the running box how it is.",
    )
    parser.add_argument("--box", metavar="URL", help=f"the box (default: that of the settings, else {BOX})")
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"the settings (default: {CONFIG}, if it is there)")
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    status = ask((args.box or box_of(args.config)).rstrip("/"))
    if args.json:
        say_json(status)
    else:
        print("\n".join(lines(status, now=time.time())))
    return 0


def box_of(config: Path | None) -> str:
    """Where the box of these settings answers on this machine. Settings that were not named may be missing."""
    try:
        screen = load(config or CONFIG).screen
    except ConfigError:
        if config is not None:
            raise
        return BOX
    host = "127.0.0.1" if screen.host in ("", "0.0.0.0") else "[::1]" if screen.host == "::" else screen.host  # noqa: S104
    return f"http://{host}:{screen.port}"


def ask(box: str) -> dict[str, Any]:
    """The box's own word; raises `BoxError`."""
    try:
        answer = requests.get(f"{box}/status.json", timeout=5)
        answer.raise_for_status()
        status: dict[str, Any] = answer.json()
    except requests.HTTPError as error:
        raise BoxError(f"what answers at {box} is no box, or not well: it says {error.response.status_code}") from error
    except requests.JSONDecodeError as error:
        raise BoxError(f"what answers at {box} is no box: name the box with --box") from error
    except requests.Timeout as error:
        raise BoxError(f"the box at {box} does not answer within 5 s: it is overloaded, or not reachable") from error
    except NO_ADDRESS as error:
        raise BoxError(f"{box} is no address: write it as {BOX}") from error
    except requests.RequestException as error:
        raise BoxError(f"no box answers at {box}: start it with `tote run`, or name it with --box") from error
    return status


def lines(status: dict[str, Any], *, now: float) -> list[str]:
    """The status in plain words; `now` in seconds since 1970."""
    told = [
        f"store       {status['store']}",
        f"line to HQ  {'up' if status['line_up'] else 'down; nothing is lost, events wait'}",
        f"events      {status['confirmed']:,} at HQ, {status['waiting']:,} waiting{_age(status, now)}",
        f"catalogue   version {status['catalogue']['epoch']}.{status['catalogue']['n']}",
    ]
    if status["trouble"]:
        told.insert(2, f"trouble     {status['trouble']}")
    if status["refused"]:
        told.append(f"refused     {status['refused']}; what is shown is whole and stays")
    told += [f"history     {ended(one)}" for one in status["lives_before"]]
    for reader in status["readers"]:
        trouble = f": {reader['error']}" if reader["error"] else ""
        told.append(f"reader      {reader['name']} ({reader['driver']}) {reader['state']}{trouble}")
    return told


def _age(status: dict[str, Any], now: float) -> str:
    oldest = status["oldest_waiting_ms"]
    return f", oldest {max(0, now - oldest / 1000):.0f} s" if oldest else ""
