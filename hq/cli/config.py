"""`tote-hq config`: HQ's settings shown, checked and explained."""

import argparse
import os
import tomllib
from dataclasses import asdict
from typing import Any

from edge.domain.explained import as_json, explained, shown
from edge.domain.strict import BadSettingError
from hq.cli.options import add_place, config_of, say_json, settings_of
from hq.config import SETTINGS
from hq.errors import ConfigError, InputError


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "config",
        help="show, check or explain the settings",
        description="HQ's settings: `show` what is in force and where it comes from, `check` whether they can be used, "
        "`explain` what each key means (docs/config.md). A change takes effect with a restart.",
    )
    parser.add_argument("what", choices=("show", "check", "explain"))
    parser.add_argument("key", nargs="?", default="", metavar="KEY", help="with explain: such as web.port, or web")
    add_place(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    return {"show": show, "check": check, "explain": explain}[args.what](args)


def show(args: argparse.Namespace) -> int:
    settings, path = config_of(args), settings_of(args)
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    for one in shown(SETTINGS, settings, table, os.environ):
        if args.json:
            say_json(asdict(one))
        else:
            print(one)
    return 0


def check(args: argparse.Namespace) -> int:
    """Exit status 1 when something is wrong."""
    try:
        config_of(args)
    except ConfigError as error:
        if args.json:
            say_json({"ok": False, "problems": [str(error)]})
        else:
            print(error)
        return 1
    if args.json:
        say_json({"ok": True, "problems": []})
    else:
        print(f"{settings_of(args) or 'the defaults'}: these settings can be used")
    return 0


def explain(args: argparse.Namespace) -> int:
    try:
        keys = SETTINGS.named(args.key)
    except BadSettingError as error:
        raise InputError(str(error)) from error
    for key in keys:
        if args.json:
            say_json(as_json(SETTINGS, key))
        else:
            print("\n".join(explained(SETTINGS, key)))
    return 0
