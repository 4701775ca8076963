"""`tote-hq points`: what somebody's purchases earned them, and what they spent."""

import argparse
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, add_who, day, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.points.ledger import Entry


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "points",
        help="the points of a person, entry by entry",
        description="Every piece that was bought earns what [[points]] in hq.toml says of its day, every one that was "
        "brought back takes it again; what orders were paid with has lines of its own.",
        epilog='--json prints a line per entry: {"store","order","sku","quantity","points","at"}, and last '
        '{"profile","balance","overdrawn"}.',
    )
    add_who(parser)
    add_place(parser)
    parser.set_defaults(run=_points)


def _points(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.cli.who import caller, profile_of
    from hq.points.ledger import balance, entries, overdrawn
    from hq.points.rates import rates_of

    with opened(args) as hq:
        rates = rates_of(hq.config)
        if not rates:
            raise InputError("No points are given: write [[points]] in hq.toml (docs/coupons.md).")
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
            found, total = entries(connection, rates, profile), balance(connection, rates, profile)
        short = overdrawn(found)
        decisions.looked(hq, profile, by=caller(), how="points")
    if args.json:
        for entry in found:
            say_json(entry.as_row())
        say_json({"profile": profile, "balance": total, "overdrawn": short})
    else:
        lines = [[day(one.at), one.store, one.order, *_what(one), f"{one.points:+}"] for one in found]
        print(table([["at", "store", "order", "article", "pieces", "points"], *lines]))
        print(f"{total} points")
        if short:
            print(f"{short} more were spent than there were: look at the till or web shop that took them.")
    return 0


def _what(entry: "Entry") -> tuple[str, str]:
    """Article and pieces; what an order was paid with has neither."""
    return (entry.sku, str(entry.quantity)) if entry.sku else ("spent" if entry.points < 0 else "given back", "")
