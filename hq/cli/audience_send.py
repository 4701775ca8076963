"""`tote-hq audience send`: people of audiences, and sales, to the platforms that hq.toml declares."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.sending.sends import Sent


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "send",
        help="audiences and sales to the platforms of hq.toml, over HTTPS",
        description="To each destination ([[destination]] in hq.toml) what is due there: who came to its audience, and "
        "who may not be in it any more; or the sales it was not told of. Everybody is judged just before the request "
        "they are in. What was cut short goes on where it was.",
        epilog='--json prints a line per destination: {"destination","state": "done"|"failed"|"dry-run","began",'
        '"ended","added","removed","sales","error"}. The exit status is 1 where one failed.',
    )
    parser.add_argument("names", nargs="*", metavar="DESTINATION", help="these (default: all that are declared)")
    parser.add_argument("--dry-run", action="store_true", help="only tell how much would be sent")
    add_place(parser)
    parser.set_defaults(run=_send)


def _send(args: argparse.Namespace) -> int:
    from hq.sending.sends import FAILED, destination_of, send

    with opened(args) as hq:
        found = [destination_of(hq.config, name) for name in args.names] or list(hq.config.destination)
        if not found:
            raise InputError("No destination is declared. Write a [[destination]] into hq.toml (docs/audiences.md).")
        sent = [send(hq, one, dry_run=args.dry_run) for one in found]
    if args.json:
        for one in sent:
            say_json(asdict(one))
    else:
        print(table([["destination", "", "added", "removed", "sales", ""], *map(_row, sent)]))
    return 1 if any(one.state == FAILED for one in sent) else 0


def _row(sent: "Sent") -> list[str]:
    return [sent.destination, sent.state, str(sent.added), str(sent.removed), str(sent.sales), sent.error]
