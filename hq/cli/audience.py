"""`tote-hq audience`: whom a campaign may reach with what, and why."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from hq.cli import audience_send
from hq.cli.options import add_place, add_who, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.audience.judging import Counts
    from hq.audience.rules import Decision
    from hq.config import Config
    from hq.config_marketing import Audiences

USUAL = "abandoned-basket"


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "audience",
        help="whom a campaign may reach with what, and why",
        description="Campaigns may only use what the rules of fair retargeting leave: nothing bought, nothing sold "
        "out, nobody without consent. Every answer comes with its reason. Audiences are declared in hq.toml as "
        "[[audiences]] (docs/audiences.md).",
    )
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_counting(commands)
    _add_explain(commands)
    _add_export(commands)
    audience_send.add(commands)


def _add_counting(commands: Any) -> None:
    listing = commands.add_parser(
        "list",
        help="every audience: how many people are in it, how many are left out",
        epilog='--json prints a line per audience: {"audience","of","people","articles","people_out": {reason: n},'
        '"articles_out": {reason: n}}.',
    )
    add_place(listing)
    listing.set_defaults(run=_list)
    count = commands.add_parser(
        "count",
        help="one audience: how many are in it, and how many are left out for which reason",
        epilog="--json prints one line, as `list` does.",
    )
    count.add_argument("name", metavar="AUDIENCE")
    _add_narrowing(count)
    add_place(count)
    count.set_defaults(run=_count)


def _add_narrowing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=float, metavar="N", help="of the last N days (default: as declared)")
    parser.add_argument(
        "--category", action="append", default=[], metavar="C", help='of this category, such as "Shoes > Boots"'
    )
    parser.add_argument(
        "--not-bought", action="append", default=[], metavar="C", help="nobody who bought of this category"
    )


def _add_explain(commands: Any) -> None:
    explain = commands.add_parser(
        "explain",
        help="each article of a basket: included or excluded, with the reason",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="""Lists each article of a person's baskets as included or excluded, with the reason in plain words.

The first rule that holds decides:
  erased, unsubscribed, bounced, no-consent, control-group, cap   (about the person)
  bought, returned, unknown-article, sold-out                     (about the article)""",
        epilog="--json prints a line per article: "
        '{"basket","sku","name","variant","included","reason","words","decision": "included"|"excluded"}.',
    )
    add_who(explain, basket=True)
    explain.add_argument("--audience", metavar="NAME", help="as this audience sees them; default: all their baskets")
    add_place(explain)
    explain.set_defaults(run=_explain)


def _add_export(commands: Any) -> None:
    export = commands.add_parser(
        "export",
        help="who may be advertised to with what, as a file for a platform",
        description="Everybody of an audience, judged now. Files for platforms hold hashes, each normalised as that "
        "platform does; csv and json are in the clear, for yourself.",
        epilog='--json prints one line: {"file","form","audience","people","rows","left_out": {reason: people}}.',
    )
    export.add_argument("name", nargs="?", default=USUAL, metavar="AUDIENCE", help=f"(default: {USUAL})")
    export.add_argument("--to", required=True, choices=["meta", "google", "csv", "json"], help="whose form")
    export.add_argument("--out", required=True, type=Path, metavar="F", help="the file; its mode is 0600")
    _add_narrowing(export)
    add_place(export)
    export.set_defaults(run=_export)


def _list(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        counts = [(one, _counted(hq, one)) for one in hq.config.audiences]
    if args.json:
        for audience, found in counts:
            say_json(_as_row(audience, found))
    else:
        rows = [[one.name, str(n.people), str(n.articles or "–"), _left_out(n)] for one, n in counts]
        print(table([["audience", "people", "articles", "people left out"], *rows]))
    return 0


def _left_out(counts: "Counts") -> str:
    return ", ".join(f"{reason} {n}" for reason, n in counts.people_out.items()) or "nobody"


def _as_row(audience: "Audiences", counts: "Counts") -> dict[str, Any]:
    return {"audience": audience.name, "of": audience.of} | asdict(counts)


def _counted(hq: Any, audience: "Audiences") -> "Counts":
    from hq.audience import goods, judging

    goods.follow(hq)
    with hq.reading() as connection:
        return judging.count(connection, audience, hq.config, hq.clock())


def _count(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        audience = _named(hq.config, args.name, args)
        found = _counted(hq, audience)
    if args.json:
        say_json(_as_row(audience, found))
        return 0
    print(f"{audience.name}: {found.people} people" + (f", {found.articles} articles" if found.articles else ""))
    rows = [[reason, str(n), str(found.articles_out.get(reason, "–"))] for reason, n in found.people_out.items()]
    rows += [[why, "–", str(n)] for why, n in found.articles_out.items() if why not in found.people_out]
    if rows:
        print(table([["left out", "people", "articles"], *rows]))
    return 0


def _named(config: "Config", name: str, args: argparse.Namespace) -> "Audiences":
    from hq.audience.declared import declared

    narrowed = {"categories": tuple(args.category), "not_bought": tuple(args.not_bought)}
    return declared(config, name, days=args.days, **narrowed)


def _explain(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        rows = [asdict(d) | {"decision": "included" if d.included else "excluded"} for d in _decisions(hq, args)]
    if args.json:
        for row in rows:
            say_json(row)
    elif rows:
        names = ["", "article", "", "reason"]
        print(table([names, *([r["decision"], r["name"], r["variant"], r["words"]] for r in rows)]))
    elif args.audience:
        print(f"{args.audience} is not about this person at all: nothing of theirs is what it looks for.")
    else:
        print("Nothing lies in this person's baskets.")
    return 0


def _decisions(hq: Any, args: argparse.Namespace) -> "list[Decision]":
    from hq import decisions
    from hq.audience import explain, goods
    from hq.audience.declared import declared
    from hq.audience.explaining import explain_in
    from hq.cli.who import basket_of, caller, profile_of
    from hq.journeys.facts import capped

    if args.audience and args.basket:
        raise InputError("--audience looks at all that a person wants: name them by --mail or --profile, not --basket.")
    goods.follow(hq)
    catalogue, now = hq.catalogue(), hq.clock()
    with hq.reading() as connection:
        if args.basket:
            basket, profile = basket_of(connection, args.basket)
        else:
            basket, profile = None, profile_of(hq, connection, args)
        if profile:
            decisions.looked(hq, profile, by=caller(), how="audience")
        if args.audience:
            audience = declared(hq.config, args.audience)
            return explain_in(connection, catalogue, audience, hq.config, profile, now)
        full = capped(connection, hq.config, profile, now)
        return explain(connection, catalogue, profile, basket, capped=full)


def _export(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.audience import goods, judging
    from hq.cli.who import caller
    from hq.exports.whole import write_whole

    with opened(args) as hq:
        audience = _named(hq.config, args.name, args)
        decisions.looked(hq, f"audience {audience.name}"[:64], by=caller(), how=f"export as {args.to}")
        goods.follow(hq)
        with hq.reading() as connection:
            counts = judging.count(connection, audience, hq.config, hq.clock())
        with _beside(args.out) as file:
            written = write_whole(hq, args.to, audience, file)
    people, rows = written.people, written.rows
    told = {"file": str(args.out), "form": args.to, "audience": audience.name, "people": people, "rows": rows}
    if args.json:
        say_json(told | {"left_out": counts.people_out})
    else:
        print(f"{args.out}: {people} people, {rows} rows.")
        for reason, count in counts.people_out.items():
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
