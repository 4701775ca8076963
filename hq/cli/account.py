"""`tote-hq account`: who may sign in to HQ's own pages, and what each may do there."""

import argparse
from dataclasses import asdict
from typing import Any

from hq.cli.options import add_place, day, opened, say_json, table

ABOUT = """An account lets a colleague sign in to HQ's own pages. Without any these answer the machine that HQ runs on,
and nobody else; with the first one they ask everybody who it is. web.staff_url in hq.toml says at which address,
behind a proxy with TLS, they are reached from elsewhere.

Passwords are drawn here and shown once: keep them in a password manager. Roles:
"""


def add(subparsers: Any) -> None:
    from hq.accounts.roles import ROLES

    about = ABOUT + "\n".join(f"  {role:<13} {words}" for role, words in ROLES.items())
    parser = subparsers.add_parser(
        "account",
        help="who may sign in to HQ's own pages",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, run, words in (
        ("list", _list, "every account: its roles, and when it was used last"),
        ("add", _add, "make an account; its password is shown this once"),
        ("roles", _roles, "give an account these roles and no others"),
        ("renew", _renew, "draw a new password; whoever is signed in is out"),
        ("end", _end, "end an account: it opens nothing any more"),
    ):
        formatter = argparse.RawDescriptionHelpFormatter
        action = actions.add_parser(name, help=words, description=f"{words.capitalize()}.", formatter_class=formatter)
        add_place(action)
        action.set_defaults(run=run)
        if name != "list":
            action.add_argument("name", metavar="NAME")
        if name in ("add", "roles"):
            action.add_argument(
                "--role", action="append", default=[], metavar="ROLE", help=f"of {', '.join(ROLES)}; repeat for more"
            )


def _list(args: argparse.Namespace) -> int:
    from hq import accounts

    with opened(args) as hq, hq.reading() as connection:
        known = accounts.accounts(connection)
    if args.json:
        for one in known:
            say_json(asdict(one))
    elif known:
        rows = [[one.name, ", ".join(one.roles), day(one.since), day(one.used)] for one in known]
        print(table([["name", "roles", "made", "used"], *rows]))
    else:
        print("There is no account: HQ's own pages answer this machine alone. tote-hq account add NAME --role ROLE")
    return 0


def _add(args: argparse.Namespace) -> int:
    from hq import accounts

    with opened(args) as hq, hq.engine.begin() as connection:
        password = accounts.add(connection, args.name, args.role, at=hq.clock())
    return _told(args, password)


def _renew(args: argparse.Namespace) -> int:
    from hq import accounts

    with opened(args) as hq, hq.engine.begin() as connection:
        password = accounts.renew(connection, args.name)
    return _told(args, password)


def _told(args: argparse.Namespace, password: str) -> int:
    if args.json:
        say_json({"name": args.name, "password": password})
    else:
        print(f"The password of {args.name}, shown this once:")
        print(f"  {password}")
    return 0


def _roles(args: argparse.Namespace) -> int:
    from hq import accounts

    with opened(args) as hq, hq.engine.begin() as connection:
        accounts.give_roles(connection, args.name, args.role)
    if args.json:
        say_json({"name": args.name, "roles": args.role})
    else:
        print(f"{args.name} is {', '.join(args.role)} now.")
    return 0


def _end(args: argparse.Namespace) -> int:
    from hq import accounts

    with opened(args) as hq, hq.engine.begin() as connection:
        accounts.end(connection, args.name)
    if args.json:
        say_json({"name": args.name, "ended": True})
    else:
        print(f"The account {args.name} is ended.")
    return 0
