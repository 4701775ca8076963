"""`tote-hq`: the program of HQ. Each command is a module with `add(subparsers)`, imported when it is asked for."""

import argparse
import logging
import os
import sys
from importlib import import_module

from hq.cli.options import say_json
from hq.errors import HqError
from hq.owner import as_owner

COMMANDS = {
    "run": "run",
    "worker": "worker",
    "import": "importing",
    "publish": "publish",
    "snapshot": "snapshot",
    "synonyms": "synonyms",
    "status": "status",
    "doctor": "doctor",
    "stores": "stores",
    "box": "box",
    "enrol": "enrol",
    "revoke": "revoke",
    "broker-config": "broker_config",
    "profile": "profile",
    "audience": "audience",
    "journey": "journey",
    "coupon": "coupon",
    "points": "points",
    "account": "account",
    "doors": "doors",
    "reviews": "reviews",
    "related": "related",
    "quarantine": "quarantine",
    "backup": "backup",
    "restore": "restore",
    "config": "config",
}
"""Each with its module."""


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 only when all went well; 2 for what the user can mend, with the cause and the fix on stderr."""
    arguments = sys.argv[1:] if argv is None else argv
    args = _parser(arguments).parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format="%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Z %Y-%m-%d %H:%M:%S",
        stream=sys.stderr,
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # `hq.store.migrate` says what matters
    try:
        with as_owner(args.dir):
            return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at exit
        return 0
    except HqError as error:
        return _refused(args, str(error))
    except PermissionError as error:
        return _refused(args, f"{error}. Run it as root, or as the user that {args.dir} belongs to.")


def _refused(args: argparse.Namespace, why: str) -> int:
    print(f"tote-hq {args.command}: {why}", file=sys.stderr)
    if args.json:
        say_json({"error": why})
    return 2


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tote-hq",
        description="The retailer's end of Tote: takes in what the stores send, keeps one profile per person, mails "
        "baskets, publishes the catalogue, and explains whom a campaign may reach.",
        epilog="`tote-hq run` is the service; the other commands work on the same data folder while it runs. "
        "`tote-hq COMMAND --help` explains each of them.",
    )
    parser.add_argument("--verbose", action="store_true", help="log more, on stderr")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = [module for name, module in COMMANDS.items() if name in arguments] or list(COMMANDS.values())
    for module in asked:
        import_module(f"hq.cli.{module}").add(subparsers)
    return parser
