"""`tote-hq reviews`: what was held back, and deciding about it."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json, table

if TYPE_CHECKING:
    from hq.reviews.moderation import Held

ABOUT = """An imported review is held back where it has a link, a mail address, a telephone number, where it shouts, or
where the file says so. It is on no screen then until somebody accepts it. A decision survives every later import of the
same words."""
NOTHING = "No review is held back."
LINE = 60
"""Characters of a text in the list."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("reviews", help="reviews that were held back, and deciding", description=ABOUT)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = _add(actions, "list", _list, "those held back, and why")
    listed.add_argument("--state", choices=("held", "shown", "refused", "all"), default="held", help="default: held")
    listed.add_argument("--product", default="", metavar="ID", help="only of this product")
    _add(actions, "show", _show, "one review with all its words").add_argument("id", help="its beginning will do")
    for name, words in (("accept", "show reviews from the next version on"), ("refuse", "never show reviews")):
        decide = _add(actions, name, _decide, words)
        decide.add_argument("ids", nargs="+", metavar="ID", help="as list shows it; its beginning will do")
        decide.add_argument("--no-publish", action="store_true", help="leave publishing to `tote-hq publish`")


def _add(actions: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words, description=f"{words.capitalize()}. {ABOUT}")
    add_place(parser)
    parser.set_defaults(run=run)
    return parser


def _list(args: argparse.Namespace) -> int:
    from hq.reviews import moderation

    state = "" if args.state == "all" else args.state
    with opened(args) as hq, hq.reading() as connection:
        found = list(moderation.reviews(connection, state, args.product))
    if args.json:
        for one in found:
            say_json(_told(one))
    elif found:
        print(table([["review", "product", "stars", "state", "why", "words"], *map(_row, found)]))
    else:
        print(NOTHING if args.state == "held" else "There is none.")
    return 0


def _row(one: "Held") -> list[str]:
    review = one.review
    words = " ".join(f"{review.title} {review.text}".split())
    words = words if len(words) <= LINE else f"{words[: LINE - 1]}…"
    return [one.id[:12], review.product_id, str(review.rating or "–"), review.state, ", ".join(one.why) or "–", words]


def _told(one: "Held") -> dict[str, Any]:
    return {"id": one.id, **asdict(one.review), "why": one.why}


def _show(args: argparse.Namespace) -> int:
    from hq.reviews import moderation

    with opened(args) as hq, hq.reading() as connection:
        told = _told(moderation.one(connection, args.id))
    if args.json:
        say_json(told)
    else:
        told["why"] = ", ".join(told["why"])
        print("\n".join(f"{name + ':':12} {value}" for name, value in told.items() if value not in ("", None)))
    return 0


def _decide(args: argparse.Namespace) -> int:
    from hq.cli.publish import publish_now, version_of
    from hq.reviews import moderation

    state = moderation.DECISIONS[args.action]
    with opened(args) as hq:
        with hq.reading() as connection:
            ids = [moderation.one(connection, id_).id for id_ in args.ids]  # a slip decides nothing
        decided = [(id_, moderation.decide(hq, id_, state)) for id_ in ids]
        head = None if args.no_publish else publish_now(hq, note=f"reviews: {len(decided)} {state}")
    for id_, review in decided:
        if args.json:
            say_json({"id": id_, "product_id": review.product_id, "state": review.state})
        else:
            print(f"{id_[:12]} of {review.product_id} is {review.state}")
    if not args.json:
        print(f"published as version {version_of(head)}" if head else "no new version")
    return 0
