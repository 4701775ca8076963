"""`tote-hq audience`: whom a campaign may reach with what, and why."""

import argparse
from dataclasses import asdict
from typing import Any

from hq.cli.options import add_place, add_who, opened, say_json, table


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
