"""`tote staff`: who may sign in at this box's staff stations."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from edge.cli.options import add_action, harmless, say_json
from edge.codes import resolve
from edge.config import Config, ConfigError
from edge.config_file import load
from edge.staff import BadPinError, Member, Roster, RosterError, check_pin


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "staff",
        help="who may sign in at the staff stations: add, list, pin, remove",
        description="The list of staff of this box: a badge says who somebody is, a PIN that it is them. "
        "The running box takes every change at once.",
    )
    commands = parser.add_subparsers(metavar="add | list | pin | remove", required=True)
    adding = add_action(commands, "add", _add, "somebody new; the PIN is asked for (or read from stdin)")
    adding.add_argument("name", help="what colleagues call them")
    adding.add_argument(
        "--badge", required=True, metavar="CODE", help="what a reader reads of the badge; of a tag, uid:04a1…"
    )
    add_action(commands, "list", _list, "everybody, without badges and PINs")
    changing = add_action(commands, "pin", _pin, "another PIN, which also ends a lock")
    changing.add_argument("id", help="as `tote staff list` tells it")
    removing = add_action(commands, "remove", _remove, "their badge opens nothing any more, and what is open ends")
    removing.add_argument("id", help="as `tote staff list` tells it")


def _add(args: argparse.Namespace) -> int:
    config = load(args.config)
    _check_badge(config, args.badge)
    member = _roster(config).add(args.name, args.badge, _asked())
    return _say(args, member, f"{harmless(member.name)} may sign in now; their id is {member.id}")


def _list(args: argparse.Namespace) -> int:
    members = _roster(load(args.config)).members()
    for member in members:
        _say(args, member, f"{member.id}  {harmless(member.name)}")
    if not members and not args.json:
        print("Nobody can sign in yet: tote staff add NAME --badge CODE")
    return 0


def _pin(args: argparse.Namespace) -> int:
    roster = _roster(load(args.config))
    if roster.member(args.id) is None:  # before anybody types a PIN for nobody
        raise RosterError(f"nobody here has the id {args.id!r}: tote staff list names them")
    member = roster.change_pin(args.id, _asked())
    return _say(args, member, f"{harmless(member.name)} has another PIN now")


def _remove(args: argparse.Namespace) -> int:
    member = _roster(load(args.config)).remove(args.id)
    return _say(args, member, f"{harmless(member.name)} can’t sign in any more")


def _say(args: argparse.Namespace, member: Member, words: str) -> int:
    if args.json:
        say_json({"id": member.id, "name": member.name})
    else:
        print(words)
    return 0


def _roster(config: Config) -> Roster:
    return Roster(Path(config.dir) / "staff.json")


def _check_badge(config: Config, badge: str) -> None:
    """A badge that the settings don't know would be taken for an article, and its number written down."""
    ranges = [card for card in config.rules.ranges if card.kind == "badge"]
    by_uid = badge.startswith("uid:") and any(card.holds(badge) for card in ranges)
    if not by_uid and resolve(badge, "", config.rules).kind != "badge":
        raise ConfigError(
            f"{badge!r} is no badge by the settings: add [[codes.range]] with kind = 'badge' and a pattern that it fits"
        )


def _asked() -> str:
    """The PIN, typed twice; from a program, one line of stdin."""
    if not sys.stdin.isatty():
        return check_pin(sys.stdin.readline().strip())
    pin = check_pin(getpass.getpass("PIN: "))
    if getpass.getpass("The same once more: ") != pin:
        raise BadPinError("these were two different PINs: nothing is changed")
    return pin
