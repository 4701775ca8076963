"""`tote-hq doctor`: is everything at HQ as it should be? Each finding comes with its remedy."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json

if TYPE_CHECKING:
    from hq.doctor import Check
    from hq.service import Hq


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="check disk, database, backups, clock, certificates, broker, mail server",
        description="Checks what HQ needs, from the age of its last verified backup to what the broker lets a box say, "
        "found out by what arrives. Works beside the running service. Exit status 1 when something is wrong; each "
        "finding names its remedy. How the boxes are tells tote-hq status.",
    )
    add_place(parser)
    parser.set_defaults(run=_doctor)


def _doctor(args: argparse.Namespace) -> int:
    well = True
    with opened(args) as hq:
        for check in _examine(hq):
            well = well and check.ok
            if args.json:
                say_json(asdict(check))
            else:
                remedy = f"\n       {check.remedy}" if check.remedy else ""
                print(f"{'ok  ' if check.ok else 'MEND'}  {check.what:<10} {check.words}{remedy}", flush=True)
    return 0 if well else 1


def _examine(hq: "Hq") -> "Iterator[Check]":
    from hq.doctor import delivery, house, outside, trust

    for part in (house, trust, delivery, outside):
        yield from part.examine(hq)
