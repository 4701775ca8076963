"""`tote-hq profile import`: the retailer's own list of customers."""

import argparse
import sys
from pathlib import Path
from typing import Any

from hq.cli.options import add_place, opened, say_json


def add(actions: Any) -> None:
    listing = actions.add_parser(
        "import",
        help="the retailer's list of customers: who has which card, address, web shop account",
        description="Imports a CSV file with a row per customer: customer (the id there), and what is known of "
        "first_name, last_name, birth_date, city, mail, phone, card, language. Identities in one row are one person's. "
        "To be listed is no consent. Importing a file again changes nothing; after a restore, import it again.",
        epilog='--json prints one line: {"format","rows","accepted","merged","warned","rejected","problems"}; '
        "rows = accepted + merged + rejected.",
    )
    listing.add_argument("file", type=Path, metavar="FILE")
    listing.add_argument("--language", default="en", help="of who names none (default: en)")
    listing.add_argument("--dry-run", action="store_true", help="only report what would change")
    add_place(listing)
    listing.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from hq.customers import import_customers

    with opened(args) as hq:
        report = import_customers(hq, args.file, language=args.language, dry_run=args.dry_run)
    if args.json:
        say_json(report.as_json())
    else:
        for problem in report.problems:
            print(f"row {problem.row}: {problem.field} {problem.reason}; {problem.hint}", file=sys.stderr)
        print(f"{report.rows} rows: {report.accepted} new, {report.merged} known, {report.rejected} rejected.")
    return 1 if report.rejected and report.rejected == report.rows else 0
