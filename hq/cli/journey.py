"""`tote-hq journey`: messages that nobody asked for: which there are, and who would get what."""

import argparse
from typing import Any

from hq.cli.options import add_place, day, opened, say_json, table
from hq.errors import InputError

HOURS = 24.0
AGES = {"m": 1 / 60, "h": 1.0, "d": 24.0}


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "journey",
        help="messages that nobody asked for: which there are, and who would get what",
        description="A journey is declared in hq.toml as [[journey]]. Each of its messages is judged when it is due: "
        "consent, what was bought or sold out, the cap over all journeys, quiet hours, the control group.",
    )
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = commands.add_parser("list", help="every journey, and what became of its messages")
    add_place(listing)
    listing.set_defaults(run=_list)
    simulate = commands.add_parser(
        "simulate",
        help="who would get what tomorrow; nothing is sent",
        description="Judges every message that would be due by then, by what is known now. Nothing is sent.",
        epilog="--json prints a line per message: "
        '{"journey","profile","basket","outcome","reason","words","articles"}.',
    )
    simulate.add_argument(
        "names", nargs="*", metavar="JOURNEY", help="these, also where they are off (default: all on)"
    )
    simulate.add_argument(
        "--ahead", type=_hours, default=HOURS, metavar="T", help="how far ahead: 30m, 12h or 2d (default: 24h)"
    )
    add_place(simulate)
    simulate.set_defaults(run=_simulate)


def _hours(text: str) -> float:
    try:
        return float(text[:-1]) * AGES[text[-1:]]
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(f"30m, 12h or 2d is meant, not {text!r}") from None


def _list(args: argparse.Namespace) -> int:
    from hq.journeys.counts import counts

    with opened(args) as hq, hq.reading() as connection:
        rows = [
            {"journey": one.name, "on": one.on, "trigger": one.trigger, "wait_hours": one.wait_hours}
            | {"until_hours": one.until_hours, "control": one.control}
            | counts(connection, one.name)
            for one in hq.config.journey
        ]
    if args.json:
        for row in rows:
            say_json(row)
    else:
        names = ["journey", "", "after", "until", "control", "waiting", "sent", "kept out", "dropped"]
        print(table([names, *(_line(row) for row in rows)]))
    return 0


def _line(row: dict[str, Any]) -> list[str]:
    times = [f"{row['wait_hours']:g} h", f"{row['until_hours']:g} h", f"{row['control']} %"]
    became = [str(row[key]) for key in ("waiting", "sent", "control_group", "dropped")]
    return [row["journey"], "on" if row["on"] else "off", *times, *became]


def _simulate(args: argparse.Namespace) -> int:
    from hq.journeys.rules import HOUR
    from hq.journeys.simulating import simulate

    with opened(args) as hq:
        known = [one.name for one in hq.config.journey]
        if wrong := [name for name in args.names if name not in known]:
            raise InputError(f"There is no journey {wrong[0]!r}; declared are {', '.join(known)}.")
        at = hq.clock() + round(args.ahead * HOUR)
        rows = [
            {"journey": one.journey, "profile": one.profile, "basket": one.basket, "outcome": one.verdict.outcome}
            | {"reason": one.verdict.reason, "words": one.verdict.words, "articles": list(one.names)}
            for one in simulate(hq, at, frozenset(args.names))
        ]
    if args.json:
        for row in rows:
            say_json(row)
    elif rows:
        names = ["journey", "profile", "", "why", "about"]
        print(f"At {day(at)}:")
        print(table([names, *map(_foreseen, rows)]))
    else:
        print("No journey that is on has a basket to look at then. `tote-hq journey list` shows which are on.")
    return 0


def _foreseen(row: dict[str, Any]) -> list[str]:
    about = ", ".join(row["articles"]) or "–"
    return [row["journey"], row["profile"][:8], row["outcome"], row["words"], about]
