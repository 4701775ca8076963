"""`tote-hq audience`: whom a campaign may reach with what, and why."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from hq.cli.options import add_place, add_who, opened, say_json, table
from hq.errors import InputError

DAY = 86_400_000


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "audience",
        help="whom a campaign may reach with what, and why",
        description="Campaigns may only use what the rules of fair retargeting leave: nothing bought, nothing sold "
        "out, nobody without consent. Every answer comes with its reason.",
    )
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    explain = commands.add_parser(
        "explain",
        help="each article of a basket: included or excluded, with the reason",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="""Lists each article of a person's baskets as included or excluded, with the reason in plain words.

The first rule that holds decides:
  erased, unsubscribed, bounced, no-consent, control-group   (about the person)
  bought, unknown-article, sold-out                          (about the article)""",
        epilog="--json prints a line per article: "
        '{"basket","sku","name","variant","included","reason","words","decision": "included"|"excluded"}.',
    )
    add_who(explain, basket=True)
    add_place(explain)
    explain.set_defaults(run=_explain)
    export = commands.add_parser(
        "export",
        help="who may be advertised to with what, as a file for a platform",
        description="Everybody to whom at least one article of their baskets may be advertised, judged now. Files for "
        "platforms hold hashes, each normalised as that platform does; csv and json are in the clear, for yourself.",
        epilog='--json prints one line: {"file","form","people","rows","left_out": {reason: people}}.',
    )
    export.add_argument("--to", required=True, choices=["meta", "google", "csv", "json"], help="whose form")
    export.add_argument("--out", required=True, type=Path, metavar="F", help="the file; its mode is 0600")
    export.add_argument("--days", type=int, default=30, metavar="N", help="baskets of the last N days (30)")
    add_place(export)
    export.set_defaults(run=_export)


def _explain(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        rows = _rows(hq, args)
    if args.json:
        for row in rows:
            say_json(row)
    elif rows:
        names = ["", "article", "", "reason"]
        print(table([names, *([r["decision"], r["name"], r["variant"], r["words"]] for r in rows)]))
    else:
        print("Nothing lies in this person's baskets.")
    return 0


def _rows(hq: Any, args: argparse.Namespace) -> list[dict[str, Any]]:
    from hq.audience import explain
    from hq.cli.who import basket_of, profile_of

    catalogue = hq.catalogue()
    with hq.reading() as connection:
        if args.basket:
            basket, profile = basket_of(connection, args.basket)
        else:
            basket, profile = None, profile_of(hq, connection, args)
        decisions = explain(connection, catalogue, profile, basket)
    return [asdict(d) | {"decision": "included" if d.included else "excluded"} for d in decisions]


def _export(args: argparse.Namespace) -> int:
    from hq.exports.files import write
    from hq.exports.members import Audience, members

    if args.days < 1:
        raise InputError(f"--days must be 1 or more, not {args.days}.")
    with opened(args) as hq, hq.reading() as connection, _beside(args.out) as file:
        audience = Audience(members(connection, hq.catalogue(), hq.clock() - args.days * DAY))
        rows = write(args.to, audience, file)
    people, left_out = audience.people, audience.left_out
    told = {"file": str(args.out), "form": args.to, "people": people, "rows": rows, "left_out": dict(left_out)}
    if args.json:
        say_json(told)
    else:
        print(f"{args.out}: {people} people, {rows} rows.")
        for reason, count in left_out.most_common():
            print(f"  left out, {reason}: {count}")
    return 0


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    """A file that stands under its name only when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.touch(mode=0o600)
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path} can't be written ({error.strerror}). Name another file with --out.") from error
    finally:
        part.unlink(missing_ok=True)
