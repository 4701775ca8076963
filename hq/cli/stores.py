"""`tote-hq stores`: the fleet."""

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.insight.fleet import Fleet
    from hq.service import Hq
    from hq.stores import StoreState


HEAD = (
    *("store", "name", "catalogue", "since", "ring", "behind"),
    *("last heard", "event", "clock off", "quarantine", "refused"),
)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "stores",
        help="which store runs what, and when it was last heard",
        description="Lists every store: the catalogue version it runs and since when, how far that is behind what its "
        "ring is told of, what it would not take and why, when HQ last heard it and up to "
        "which event, how far its clock is off, what lies in quarantine, and what HQ refused from it and why; below, "
        "what happened to its logs: forks, gaps, two boxes that speak for one store. What needs somebody stands first: "
        "versions not taken, other trouble, the longest behind.",
        epilog="A store is known when it is in the stores file that was imported, or after --register.",
    )
    parser.add_argument(
        "--admit",
        metavar="STORE",
        help="let an enrolled store open one new log: its disk is new, say (enrolling again lets it too)",
    )
    parser.add_argument("--register", metavar="STORE", help="make this store known before any stores file names it")
    parser.add_argument(
        "--ring",
        nargs=2,
        metavar=("STORE", "RING"),
        help="put a store in a ring: canary is told of versions that are published or tried there first, all is not",
    )
    parser.add_argument(
        "--find", default="", metavar="WORDS", help="only stores with these words in id, name or version"
    )
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--trouble", action="store_const", dest="state", const="trouble", help="only those with trouble")
    state.add_argument("--behind", action="store_const", dest="state", const="behind", help="only those that lag")
    parser.add_argument(
        "--most", type=int, default=100, metavar="N", help="show the first N (default 100, 0: all; --json shows all)"
    )
    add_place(parser)
    parser.set_defaults(run=_stores, state="")


def _stores(args: argparse.Namespace) -> int:
    from hq import stores
    from hq.insight.fleet import fleet

    with opened(args) as hq:
        if args.register:
            with hq.engine.begin() as connection:
                stores.register(connection, args.register)
        if args.admit:
            with hq.engine.begin() as connection:
                stores.refuse_unknown(connection, args.admit)
                stores.admit(connection, args.admit)
            print(f"{args.admit} may open one new log.", file=sys.stderr if args.json else sys.stdout)
        if args.ring:
            _join(hq, *args.ring)
        with hq.reading() as connection:
            states = stores.overview(connection, hq.clock())
    most = args.most if args.most > 0 and not args.json else max(1, len(states))
    _print(fleet(states, words=args.find, state=args.state, size=most), args.json)
    return 0


def _join(hq: "Hq", store: str, ring: str) -> None:
    from hq import rings, stores

    if ring not in rings.RINGS:
        raise InputError(f"There is no ring {ring!r}. The rings are {' and '.join(rings.RINGS)}.")
    with hq.engine.begin() as connection:
        stores.refuse_unknown(connection, store)
        rings.join(connection, store, ring)


def _print(found: "Fleet", as_json: bool) -> None:
    states = found.stores
    if as_json:
        for state in states:
            say_json(asdict(state))
    elif states:
        print(table([list(HEAD), *(_row(state) for state in states)]))
        for state in states:
            if state.version_refused:
                keeps = f"It keeps version {state.version}." if state.version else "It has none yet."
                print(f"{state.store} did not take {state.version_refused}. {keeps}")
        for notice in (notice for state in states for notice in state.notices):
            print(f"{notice.store}, {day(notice.at)}: {notice.words}.")
        if len(states) < found.found:
            more = found.found - len(states)
            print(f"{more} more of {found.all} stores: --most 0 shows all, --find and --trouble fewer.")
    elif found.all:
        print(f"None of {found.all} stores is meant by --find or --trouble.")
    else:
        print("No store yet. Import a stores file: tote-hq import stores.csv")


def _row(state: "StoreState") -> list[str]:
    refused = f"{state.refused}, last {day(state.refused_last)}: {state.refused_reason}" if state.refused else "–"
    return [
        state.store if state.known else f"{state.store} (unknown)",
        state.name or "–",
        state.version or "–",
        day(state.since),
        state.ring,
        behind(state.behind, state.lag),
        day(state.last_received),
        str(state.mark) if state.last_received else "–",
        f"{round(state.skew / 1000, 1) + 0:+.1f} s" if state.last_received else "–",
        str(state.waiting_in_quarantine),
        refused,
    ]


def behind(versions: int, lag: int) -> str:
    """ "2 versions, 14 min", "–" for a store that has what it is told of."""
    if not versions:
        return "–"
    seconds = lag // 1000
    age = f"{seconds} s" if seconds < 60 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
    return f"{versions} version{'s' if versions > 1 else ''}" + (f", {age}" if lag else "")
