"""`tote config`: the settings shown, checked and explained."""

import argparse
import os
import tomllib
from dataclasses import asdict
from typing import Any

from edge.cli.options import add_action, say_json
from edge.config import SETTINGS, ConfigError
from edge.config_checks import problems
from edge.config_file import load, readable
from edge.domain.explained import as_json, explained, shown
from edge.domain.strict import BadSettingError


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "config",
        help="show, check or explain the settings",
        description="The settings of this box: what is in force and where it comes from, what is wrong with them, and"
        " what each key means (docs/config.md).",
    )
    actions = parser.add_subparsers(metavar="show | check | explain", required=True)
    add_action(actions, "show", show, "every value in force, and whether file, environment or default says so")
    add_action(actions, "check", check, "everything that is wrong in the settings, each with its fix")
    explaining = add_action(actions, "explain", explain, "what a key, a table or every key means")
    explaining.add_argument("key", nargs="?", default="", metavar="KEY", help="such as screen.port, or screen")


def show(args: argparse.Namespace) -> int:
    settings = load(args.config)
    table = tomllib.loads(args.config.read_text(encoding="utf-8"))
    for one in shown(SETTINGS, settings, table, os.environ):
        if args.json:
            say_json(asdict(one))
        else:
            print(one)
    return 0


def check(args: argparse.Namespace) -> int:
    """Exit status 1 when something is wrong."""
    wrong = _wrong(args)
    if args.json:
        say_json({"ok": not wrong, "problems": wrong})
    else:
        print("\n".join(wrong) or f"{args.config}: these settings can be used")
    return 1 if wrong else 0


def _wrong(args: argparse.Namespace) -> list[str]:
    try:
        return problems(readable(args.config.read_text(encoding="utf-8"), os.environ))
    except (ConfigError, UnicodeDecodeError) as error:
        return [str(error)]


def explain(args: argparse.Namespace) -> int:
    try:
        keys = SETTINGS.named(args.key)
    except BadSettingError as error:
        raise ConfigError(str(error)) from error
    for key in keys:
        if args.json:
            say_json(as_json(SETTINGS, key))
        else:
            print("\n".join(explained(SETTINGS, key)))
    return 0
