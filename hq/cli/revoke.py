"""`tote-hq revoke`: a store's certificates are taken back."""

import argparse
import sys
from typing import Any

from hq.cli.options import add_place, opened, say_json


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "revoke",
        help="lock a box out: its certificate is taken back, its session ends",
        description="Takes back every certificate of STORE, writes the list of what was taken back for the broker, has "
        "the broker read it (broker.reload), and has it hang up on the box at once. Events that the box had sent are "
        "kept. Enrol the store again for a new box.",
        epilog="Exit status 1: it is revoked here, but the broker could not be reached or told; run it again then. "
        '--json prints {"store", "revoked": how many certificates held until now, "problem"}.',
    )
    parser.add_argument("store", metavar="STORE", help="the store's id")
    add_place(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from hq.authority import revocation
    from hq.authority.brokers import BrokerError

    problem = ""
    with opened(args) as hq:
        count = revocation.revoke(hq, args.store)
        try:
            revocation.enforce(hq, args.store)
        except BrokerError as error:
            problem = str(error)
    if args.json:
        say_json({"store": args.store, "revoked": count, "problem": problem})
    else:
        print(f"{args.store}: {count} certificates revoked{'' if problem else ', the broker knows'}.")
    if problem:
        print(f"tote-hq revoke: {problem}", file=sys.stderr)
    return 1 if problem else 0
