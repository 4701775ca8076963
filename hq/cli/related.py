"""`tote-hq related`: what goes with what, learned from baskets."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.related import Companion, Learned
    from hq.service import Hq

SHOWN = 20
"""Products a person is shown; --json lists all."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "related",
        help="what goes with what, learned from baskets",
        description="Learns from the baskets and orders of the last year which products lie together more often than "
        "by chance, keeps the lists, and publishes them: screens show them behind what the feed itself says goes with "
        "an article. `tote-hq run` does it once a day ([related] in the settings); this does it now.",
        epilog='--json prints a line per product, {"product","goes_with":[{"product","baskets","lift"}]}, best first, '
        'and last {"baskets","products","changed","published"}. lift 3 means: three times as often as by chance.',
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what the baskets say")
    parser.add_argument("--days", type=int, metavar="N", help="how far back baskets count (related.days)")
    parser.add_argument("--support", type=int, metavar="N", help="baskets that two products share (related.support)")
    parser.add_argument("--most", type=int, metavar="N", help="companions of one product (related.most)")
    parser.add_argument("--no-publish", action="store_true", help="keep, and leave publishing to `tote-hq publish`")
    add_place(parser)
    parser.set_defaults(run=_related)


def _related(args: argparse.Namespace) -> int:
    from hq.related import keep, learn

    with opened(args) as hq:
        rules, days = _rules(hq, args)
        with hq.reading() as connection:
            learned = learn(connection, rules, now=hq.clock(), days=days)
        changed = 0 if args.dry_run else keep(hq, learned)
        published = _publish(hq, args) if changed else ""
    _say(learned, changed, published, args)
    return 0


def _rules(hq: "Hq", args: argparse.Namespace) -> "tuple[Any, int]":
    from hq.related import Rules

    asked = {key: getattr(args, key) for key in ("days", "support", "most")}
    wanted = {key: getattr(hq.config.related, key) if said is None else said for key, said in asked.items()}
    for key, value in wanted.items():
        if not 1 <= value <= 10_000:
            raise InputError(f"--{key} must lie between 1 and 10000, not {value}.")
    return Rules(support=wanted["support"], most=wanted["most"]), wanted["days"]


def _publish(hq: "Hq", args: argparse.Namespace) -> str:
    from hq.cli.publish import publish_now, version_of

    return "" if args.no_publish else version_of(publish_now(hq, note="what goes with what, learned"))


def _say(learned: "Learned", changed: int, published: str, args: argparse.Namespace) -> None:
    if args.json:
        for product, found in learned.companions.items():
            say_json({"product": product, "goes_with": [_told(one) for one in found]})
        counts = {"baskets": learned.baskets, "products": len(learned.companions)}
        say_json({**counts, "changed": changed, "published": published or None})
        return
    for product, found in list(learned.companions.items())[:SHOWN]:
        print(f"{product}: {', '.join(f'{one.product} ({one.baskets} baskets, {one.lift:.1f} x)' for one in found)}")
    if len(learned.companions) > SHOWN:
        print(f"… and {len(learned.companions) - SHOWN} more products: --json lists all")
    print(f"{learned.baskets} baskets, {len(learned.companions)} products with companions")
    if not args.dry_run:
        print(f"{changed} changed, " + (f"published as version {published}" if published else "no new version"))


def _told(one: "Companion") -> dict[str, Any]:
    return asdict(one) | {"lift": round(one.lift, 3)}
