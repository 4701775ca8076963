"""`tote-hq stores`: the fleet."""

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.stores import StoreState


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "stores",
        help="which store runs what, and when it was last heard",
        description="Lists every store: the catalogue version it runs and since when, when HQ last heard it and up to "
        "which event, how far its clock is off, what lies in quarantine, and what HQ refused from it and why; below, "
        "what happened to its logs: forks, gaps, two boxes that speak for one store.",
        epilog="A store is known when it is in the stores file that was imported, or after --register.",
    )
    parser.add_argument(
        "--admit",
        metavar="STORE",
        help="let an enrolled store open one new log: its disk is new, say (enrolling again lets it too)",
    )
    parser.add_argument("--register", metavar="STORE", help="make this store known before any stores file names it")
    add_place(parser)
    parser.set_defaults(run=_stores)


def _stores(args: argparse.Namespace) -> int:
    from hq import stores

    with opened(args) as hq:
        if args.register:
            with hq.engine.begin() as connection:
                stores.register(connection, args.register)
        if args.admit:
            with hq.engine.begin() as connection:
                if not stores.known(connection, args.admit):
                    raise InputError(f"The store {args.admit!r} is not known here. tote-hq stores lists them.")
                stores.admit(connection, args.admit)
            print(f"{args.admit} may open one new log.", file=sys.stderr if args.json else sys.stdout)
        with hq.reading() as connection:
            states = stores.overview(connection)
    _print(states, args.json)
    return 0


def _print(states: "list[StoreState]", as_json: bool) -> None:
    if as_json:
        for state in states:
            say_json(asdict(state))
    elif states:
        head = ["store", "name", "catalogue", "since", "last heard", "event", "clock off", "quarantine", "refused"]
        print(table([head, *(_row(state) for state in states)]))
        for notice in (notice for state in states for notice in state.notices):
            print(f"{notice.store}, {day(notice.at)}: {notice.words}.")
    else:
        print("No store yet. Import a stores file: tote-hq import stores.csv")


def _row(state: "StoreState") -> list[str]:
    refused = f"{state.refused}, last {day(state.refused_last)}: {state.refused_reason}" if state.refused else "–"
    return [
        state.store if state.known else f"{state.store} (unknown)",
        state.name or "–",
        state.version or "–",
        day(state.since),
        day(state.last_received),
        str(state.mark) if state.last_received else "–",
        f"{round(state.skew / 1000, 1) + 0:+.1f} s" if state.last_received else "–",
        str(state.waiting_in_quarantine),
        refused,
    ]
