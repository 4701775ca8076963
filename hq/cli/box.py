"""`tote-hq box do | list`: what a box is to do, and how that went."""

import argparse
import getpass
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table

if TYPE_CHECKING:
    from hq.fleet.acting import Action
    from hq.service import Hq

WHAT = ("restart", "fetch", "bundle", "rotate-keys", "lock", "unlock")
ENDED = ("done", "failed", "refused", "replaced")
LOOK = 0.5
"""Seconds between looks whether it is done."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("box", help="have a box do something; what it was to do, and how that went")
    actions = parser.add_subparsers(metavar="do | list", required=True)
    doing = actions.add_parser(
        "do",
        help="restart its browser, fetch the catalogue again, collect a bundle, rotate its keys, lock a station out",
        description="Has the box of STORE do something. Who asked is on record; the box hears of it as soon as its "
        "line is up, and its own log says how it went. restart: the pages of all its stations, or of STATION, are "
        "loaded anew, and the browser of the box's own display is started anew. fetch: the catalogue, whole. bundle: "
        "what support needs to know comes to HQ. rotate-keys: another key and certificate for the line; the old one is "
        "taken back. lock: nobody is STATION any more until unlock, and then it is to be paired anew.",
        epilog="Exit status 0 where it was asked for, or with --wait is done; 1 where it was not done in time or could "
        "not be.",
    )
    doing.add_argument("store", metavar="STORE", help="the store's id")
    doing.add_argument("what", metavar="WHAT", choices=WHAT, help=", ".join(WHAT))
    doing.add_argument("station", metavar="STATION", nargs="?", default="", help="of lock and unlock, perhaps restart")
    doing.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="until the box says how it went")
    add_place(doing)
    doing.set_defaults(run=_do)
    listing = actions.add_parser("list", help="what the box was to do, the latest first")
    listing.add_argument("store", metavar="STORE", help="the store's id")
    add_place(listing)
    listing.set_defaults(run=_list)


def _do(args: argparse.Namespace) -> int:
    from hq.fleet import acting, bundles

    with opened(args) as hq:
        id_ = acting.ask(hq, args.store, args.what, station=args.station, by=f"{getpass.getuser()}, by command")
        action = _awaited(hq, id_, args.wait)
        path = bundles.path_of(hq, action.store, action.id)
    kept = path if path.exists() else None
    if args.json:
        say_json(asdict(action) | ({"bundle": str(kept)} if kept else {}))
    else:
        print(_line(action, kept))
    return 1 if args.wait and action.state != "done" else 0


def _awaited(hq: "Hq", id_: str, seconds: float) -> "Action":
    from hq.fleet import acting

    ends = time.monotonic() + seconds
    while True:
        with hq.reading() as connection:
            action = acting.find(connection, id_)
        assert action, "it was asked for just now"
        if action.state in ENDED or time.monotonic() >= ends:
            return action
        time.sleep(LOOK)


def _list(args: argparse.Namespace) -> int:
    from hq import stores
    from hq.fleet import acting

    with opened(args) as hq, hq.reading() as connection:
        stores.refuse_unknown(connection, args.store)
        actions = acting.of_store(connection, args.store, limit=100)
    if args.json:
        for action in actions:
            say_json(asdict(action))
    elif actions:
        rows = [[a.what, a.station or "–", a.by, day(a.at), a.state, day(a.done), a.why or "–"] for a in actions]
        print(table([["what", "station", "asked by", "when", "state", "ended", "why"], *rows]))
    else:
        print(f"Nothing was asked of the box of {args.store} yet.")
    return 0


def _line(action: "Action", kept: Path | None) -> str:
    told = {
        "asked": "asked: the box hears of it as soon as its line is up",
        "told": "the box is at it",
        "done": "done",
        "failed": f"could not be done: {action.why}",
        "refused": f"could not be done: {action.why}",
        "replaced": "replaced by a later one",
    }
    return f"{action.store}, {action.what}: {told[action.state]}{f'. {kept}' if kept else ''}"
