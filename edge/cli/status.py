"""`tote status`: how the running box is."""

import argparse
import time
from pathlib import Path
from typing import Any

import requests

from edge.cli.errors import BoxError
from edge.cli.log import ended
from edge.cli.options import CONFIG, add_json, say_json
from edge.config import Config, ConfigError
from edge.config_file import load

BOX = "http://127.0.0.1:8080"
LONG = 600.0
"""Seconds that an event may wait while the line is up."""
NO_ADDRESS = (
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "status",
        help="events at HQ and waiting, catalogue version, line, readers",
        description="Asks the running box how it is. Exit status 0 where all is well, 1 where something needs somebody,"
        " 2 where no box answers.",
    )
    parser.add_argument("--box", metavar="URL", help=f"the box (default: that of the settings, else {BOX})")
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"the settings (default: {CONFIG}, if it is there)")
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    status, now = ask((args.box or box_of(args.config)).rstrip("/")), time.time()
    wrong = needs(status, now=now)
    if args.json:
        say_json({**status, "needs": wrong})
    else:
        print("\n".join([*lines(status, now=now), "", *(f"MEND        {one}" for one in wrong)]) + _verdict(wrong))
    return 1 if wrong else 0


def needs(status: dict[str, Any], *, now: float) -> list[str]:
    """What somebody has to look after, in plain words; `now` in seconds since 1970."""
    told = [
        f"reader {reader['name']} is {reader['state']}" for reader in status["readers"] if reader["state"] == "down"
    ]
    if status["trouble"]:
        told.append("events don't reach HQ: see trouble")
    if status["refused"]:
        told.append("what HQ announced is not shown: see refused")
    if not status["line_up"]:
        told.append("the line to HQ is down: the shop goes on, baskets wait")
    elif status["oldest_waiting_ms"] and now - status["oldest_waiting_ms"] / 1000 > LONG:
        told.append(f"events wait for HQ for more than {LONG / 60:.0f} minutes though the line is up")
    if status["catalogue"]["n"] == 0:
        told.append("there is no catalogue yet: is HQ's published, and hq.url right?")
    return told


def _verdict(wrong: list[str]) -> str:
    return "\n            tote doctor looks closer, and says what to do" if wrong else "all is well"


def box_of(config: Path | None) -> str:
    """Where the box of these settings answers on this machine. Settings that were not named may be missing."""
    try:
        settings = load(config or CONFIG)
    except ConfigError:
        if config is not None:
            raise
        return BOX
    return address_of(settings)


def address_of(config: Config) -> str:
    """Where the box of these settings answers on this machine."""
    screen = config.screen
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
