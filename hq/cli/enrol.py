"""`tote-hq enrol`: a one-time code for a box."""

import argparse
import sys
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from hq.cli.options import add_place, day, opened, say_json

LOOPBACK = (
    "tote-hq enrol: {url} leads nowhere but to this machine: set web.public_url to the address that boxes reach HQ by "
    "(docs/operate.md, HQ)."
)

REMEDY = "tote-hq stores lists them; --new enrols a store that is new."


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "enrol",
        help="a one-time code that makes a box the box of a store",
        description="Prints a code for the box of STORE. Who types it at the box within 15 minutes (tote enrol --hq "
        "URL --code CODE) gets the certificate to speak for that store: read it out on the telephone, don't mail it. "
        "It works once; five wrong tries end it, and so does a newer code for the same store.",
        epilog="A store that HQ does not know is refused, for a slip of the keyboard is not to become one; --new "
        "makes it known before any stores file names it. The box is told the broker's address (broker.public, "
        "or broker.address) and HQ's keys. A box that is lost is locked out with tote-hq revoke STORE.",
    )
    parser.add_argument("store", metavar="STORE", help="the store's id")
    parser.add_argument("--new", action="store_true", help="also where HQ does not know this store yet")
    add_place(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from hq import stores
    from hq.authority import codes, for_hq
    from hq.errors import ConfigError

    with opened(args) as hq:
        at = hq.clock()
        with hq.engine.begin() as connection:
            if args.new:
                stores.register(connection, args.store)
            stores.refuse_unknown(connection, args.store, REMEDY)
            if not hq.config.broker.told:
                raise ConfigError(
                    "A box must be told where the broker is: set broker.public, such as broker.shop.example:8883"
                )
            for_hq(hq)  # trouble with its files shows here, not at the box
            code = codes.new(connection, args.store, at=at)
    if _is_loopback(hq.public_url):
        print(LOOPBACK.format(url=hq.public_url), file=sys.stderr)
    if args.json:
        say_json({"store": args.store, "code": code, "expires": at + codes.LASTS})
    else:
        print(f"{code}\n\nfor the box of {args.store}, until {day(at + codes.LASTS)}. At the box:")
        print(f"tote enrol --hq {hq.public_url} --code {code}")
    return 0


def _is_loopback(url: str) -> bool:
    """Whether a box elsewhere can't reach it, as far as the address itself tells."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified
