"""`tote-hq journey`: messages that nobody asked for: which there are, who would get what, what they are worth."""

import argparse
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.insight.difference import Difference
    from hq.journeys.worth import Worth

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
    worth = commands.add_parser(
        "worth",
        help="how many bought who were written to, beside the control group",
        description="Of everybody whose message went, and of the control group, who were judged alike up to the last "
        "moment: how many bought something within some days. With the interval that holds the truth in 95 of 100 "
        "cases, and how many more people it takes to be sure of a difference of this size.",
        epilog='--json prints a line per journey: {"journey","days","sent","sent_bought","control","control_bought",'
        '"difference","low","high","certain","still_needed"}.',
    )
    worth.add_argument("--days", type=int, default=7, metavar="N", help="within so many days (default: 7)")
    add_place(worth)
    worth.set_defaults(run=_worth)


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
        on = any(one.on for one in hq.config.journey)
        why = "No journey that is on has a basket to look at then" if on else "Every journey is off"
        print(
            f"{why}. `tote-hq journey list` shows which are on, `tote-hq journey simulate NAME` looks at one that is "
            "off; `on = true` under its [[journey]] in hq.toml begins it."
        )
    return 0


def _foreseen(row: dict[str, Any]) -> list[str]:
    about = ", ".join(row["articles"]) or "–"
    return [row["journey"], row["profile"][:8], row["outcome"], row["words"], about]


def _worth(args: argparse.Namespace) -> int:
    from hq.journeys.worth import worth

    if not 1 <= args.days <= 365:
        raise InputError(f"--days must lie between 1 and 365, not {args.days}.")
    with opened(args) as hq, hq.reading() as connection:
        found = [worth(connection, one.name, days=args.days, now=hq.clock()) for one in hq.config.journey]
    if args.json:
        for one in found:
            say_json(_as_row(one))
    else:
        print(table([["journey", "written to", "kept out", "difference", ""], *map(_judged, found)]))
    return 0


def _as_row(one: "Worth") -> dict[str, Any]:
    made, (low, high) = one.difference, one.difference.interval
    return {
        "journey": one.journey,
        "days": one.days,
        "sent": made.with_it.whole,
        "sent_bought": made.with_it.part,
        "control": made.without.whole,
        "control_bought": made.without.part,
        "difference": round(made.value, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "certain": made.certain,
        "still_needed": made.still_needed,
    }


def _judged(one: "Worth") -> list[str]:
    made, (low, high) = one.difference, one.difference.interval
    groups = [f"{share.part} of {share.whole} bought" for share in (made.with_it, made.without)]
    if not (made.with_it.whole and made.without.whole):
        return [one.journey, *groups, "–", "nothing to compare: [[journey]] control keeps some per cent out"]
    points = f"{made.value * 100:+.1f} points ({low * 100:+.1f} to {high * 100:+.1f})"
    return [one.journey, *groups, points, _sure(made)]


def _sure(made: "Difference") -> str:
    if made.certain:
        return "more than chance"
    more = made.still_needed
    return "may be chance" + (f": {more} more kept out would tell" if more else "")
