"""`tote-hq import`: files of the retailer into HQ."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.arrivals import Arrival
    from hq.report import Report

SHOWN = 20
"""Problems a person is shown; --json lists all."""
GONE = "they stay (--replace removes them)"
KEPT = "they stay: a list that is empty or damaged, or of which no row was taken, removes nothing"
FORMAT_HELP = "take every FILE for this format instead of looking what it is; a wrong NAME is answered with all of them"

REPLACE_HELP = "remove articles that a full list no longer names; of counts of stock: what they don't name is gone"


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "import",
        help="catalogue, stock, stores, reviews and orders from files",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="""Imports files of the retailer. The format of each is told by what is in it:
  articles, prices, stock, reviews, stores   CSV in Tote's own format (docs/importing.md), many of others
  sales                                      CSV or JSON: receipt, line, store, at, sku, quantity
  many shops' own exports                    Shopify, WooCommerce, Magento, PrestaShop, Sylius, Saleor, Medusa,
                                             Vendure, Spree, Spryker, commercetools, BigCommerce and others
  Google Merchant, Meta                      XML, TSV, CSV
  orders                                     CSV: order_id, at, store, sku, quantity, price, currency,
                                             mail, phone, card, customer, basket

Tables may be CSV, TSV or XLSX, records JSON, JSON Lines, XML or YAML; plain, gzip or zip.
Name several at once, in any order. A changed catalogue is published to the stores at once; what was ordered
leaves the campaigns at once. Importing a file again changes nothing. When one of several catalogue files is
refused, none of them is imported.""",
        epilog="""A bad row is reported with its reason and a hint, and the others are imported. --json prints a line
per file, of which rows = accepted + merged + rejected; where a file is refused, {"error"} comes last:
  {"file","format","rows","accepted","merged","warned","rejected","published",
   "problems":[{"row","field","reason","hint","outcome": "rejected" or "warned"}],
   "remarks":[TEXT] where nobody is told of the version, or it undoes a revert}
--dir must hold an HQ: the first start of `tote-hq run` makes it, or --create here.
Exit status 0 when every file was imported; 1 when every row of a file was rejected, or, with --strict, any row;
2 for a file or folder that is refused.""",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--format", default="", metavar="NAME", help=FORMAT_HELP)
    parser.add_argument("--dry-run", action="store_true", help="only report what would change")
    parser.add_argument("--no-publish", action="store_true", help="import, and leave publishing to `tote-hq publish`")
    parser.add_argument("--replace", action="store_true", help=REPLACE_HELP)
    parser.add_argument("--currency", default="EUR", metavar="ISO", help="of prices that name none (default: EUR)")
    parser.add_argument("--language", default="en", help="of texts that name none (default: en)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when any row was rejected")
    parser.add_argument("--create", action="store_true", help="make an HQ in --dir where there is none")
    add_place(parser)
    parser.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from hq.arrivals import Terms, has_failed, take
    from hq.importers import NAMES

    if args.format and args.format not in NAMES:
        raise InputError(f"There is no format {args.format!r}. --format takes one of {', '.join(NAMES)}.")
    terms = Terms(
        format=args.format,
        dry_run=args.dry_run,
        replace=args.replace,
        publish=not args.no_publish,
        currency=args.currency,
        language=args.language,
    )
    failed = False
    with opened(args, make=args.create) as hq:
        for arrival in take(hq, args.files, terms, lambda path: _progress(path, quiet=args.json)):
            _say(arrival, args)
            failed = failed or has_failed(arrival.report, strict=args.strict)
    return 1 if failed else 0


def _progress(path: Path, *, quiet: bool) -> Callable[[int, float], None]:
    """Tells on stderr what long work has done: rows, their rate and, where it is known how far it is, the time left."""
    began = last = time.monotonic()
    live = sys.stderr.isatty()

    def show(rows: int, share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if quiet or now - last < (0.5 if live else 10):
            return
        last, spent = now, now - began
        left = f", {spent * (1 - share) / share:,.0f} s left" if share else ""
        sys.stderr.write(
            f"{path.name}: {rows:,} rows, {rows / spent:,.0f} a second{left}{chr(13) if live else chr(10)}"
        )
        sys.stderr.flush()

    return show


def _say(arrival: "Arrival", args: argparse.Namespace) -> None:
    report, published = arrival.report, arrival.published
    if args.json:
        version: dict[str, Any] = {} if published is None else {"published": published or None}
        heard = {"remarks": list(arrival.remarks)} if arrival.remarks else {}
        say_json({"file": str(arrival.path), **report.as_json(), **version, **heard})
        return
    print(f"{arrival.path}: {report.format}, {report.rows or 'no'} rows{'' if report.rows else ' below its header'}")
    print(f"  {report.accepted} accepted, {report.merged} merged, {report.warned} warned, {report.rejected} rejected")
    _say_difference(report, KEPT if args.replace else GONE)
    for problem in report.problems[:SHOWN]:
        outcome = "rejected" if problem.outcome == "rejected" else "taken, but"
        print(f"  row {problem.row} {outcome}: {problem.field}: {problem.reason}; {problem.hint}")
    if len(report.problems) > SHOWN:
        print(f"  … and {len(report.problems) - SHOWN} more: --json lists all")
    if published is not None:
        print("  " + "; ".join((_version(arrival, args), *arrival.remarks)))


def _version(arrival: "Arrival", args: argparse.Namespace) -> str:
    """What became of it, or would become: a dry run and --no-publish publish nothing, whatever is new."""
    difference, removed = getattr(arrival.report, "difference", None), getattr(arrival.report, "removed", 0)
    changes = difference is not None and difference.new + difference.changed + removed > 0
    if arrival.published:
        return f"published as version {arrival.published}"
    if args.dry_run and arrival.told_at_once:
        return "a dry run: nothing was changed" + ("; stores would be told of the new counts" if changes else "")
    if args.dry_run:
        would = "this would be published as a new version" if changes else "there is nothing new to publish"
        return f"a dry run: nothing was changed; {would}"
    if args.no_publish:
        return "not published; tote-hq publish does it" if changes else "nothing new to publish"
    return "no new version of the catalogue"


def _say_difference(report: "Report", stays: str) -> None:
    """What changes in the live catalogue: how much, and some of it by name. `stays` says why articles that the list
    does not name are still there."""
    difference, removed = getattr(report, "difference", None), getattr(report, "removed", 0)
    if difference is None:
        return
    print(f"  {difference.new} new, {difference.changed} changed, {difference.same} the same")
    if difference.gone:
        print(f"  {difference.gone} not named by this list; {'they are removed' if removed else stays}")
    if spared := getattr(report, "spared", 0):
        print(f"  {spared} named by rejected rows alone; they stay as they are (mend the rows, or leave them out)")
    for one in getattr(report, "examples", []):
        change = one.change if one.change != "gone" else "removed" if removed else "not named:"
        print(f"  {change} {one.kind} {one.id}" + (f": {one.name}" if one.name else ""))
        for field, (before, now) in one.fields.items():
            print(f"      {field}: {before or 'nothing'} -> {now or 'nothing'}")
