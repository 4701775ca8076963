"""`tote-hq status`: HQ and its fleet on one screen."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table

if TYPE_CHECKING:
    from hq.fleet.boxes import FleetBox
    from hq.service import Hq

FIRST = 12
"""Boxes that are named: those that need somebody first."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "status",
        help="HQ and the fleet on one screen: what needs somebody first",
        description="How many boxes are on the line, which of them need somebody and why, how much waits, when the "
        "last verified backup was taken. Exit status 0 where all is well, 1 where something needs somebody, 2 where "
        "there is no HQ. tote-hq doctor looks closer at HQ itself.",
    )
    parser.add_argument("--most", type=int, default=FIRST, metavar="N", help=f"boxes that are named ({FIRST})")
    add_place(parser)
    parser.set_defaults(run=_status)


def _status(args: argparse.Namespace) -> int:
    from hq.doctor import house
    from hq.fleet import boxes

    with opened(args) as hq:
        checks = [house.disk(hq), house.backup(hq), house.mails(hq)]
        with hq.reading() as connection:
            fleet = boxes.overview(connection, hq.config, hq.clock())
        told = _figures(hq, fleet)
    wrong = [box for box in fleet if box.findings]
    bad = [check for check in checks if not check.ok]
    if args.json:
        needs = [asdict(one) for box in wrong for one in box.findings]
        needs += [{"store": "", "kind": one.what, "words": one.words, "remedy": one.remedy} for one in bad]
        say_json({**told, "needs": needs})
        return 1 if needs else 0
    print(f"boxes       {told['online']} of {told['boxes']} on the line, {len(wrong)} need somebody")
    print(f"events      {told['events']:,} taken in, the last {day(told['heard'])}; {told['waiting']:,} wait on boxes")
    for check in checks:
        print(f"{check.what:<11} {'' if check.ok else 'MEND: '}{check.words}")
    if wrong:
        rows = [[box.store, one.words, one.remedy] for box in wrong[: max(0, args.most)] for one in box.findings[:1]]
        print("\n" + table([["store", "what needs somebody", "what to do"], *rows]))
        if len(wrong) > len(rows):
            print(f"{len(wrong) - len(rows)} more: --most N, or HQ's page Fleet.")
    elif not bad:
        print("all is well")
    return 1 if wrong or bad else 0


def _figures(hq: "Hq", fleet: "list[FleetBox]") -> dict[str, Any]:
    from sqlalchemy import func, select

    from hq.store.tables import log

    with hq.reading() as connection:
        events, heard = connection.execute(select(func.sum(log.c.mark), func.max(log.c.last_received))).one()
    states = [box.box.state for box in fleet if box.box.state]
    return {
        "boxes": len(fleet),
        "online": sum(box.box.online is True for box in fleet),
        "events": events or 0,
        "heard": heard or 0,
        "waiting": sum(state.waiting for state in states),
    }
