"""`tote-hq doors`: tokens by which other systems bring files."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table

if TYPE_CHECKING:
    from hq.doors.tokens import Door

ABOUT = """A door lets another system bring files to HQ by itself: POST URL/upload with the file as the body and the
door's token in the header. The answer is the import's report, with the number of each row that is wrong.

  curl --data-binary @stock.csv -H 'Authorization: Bearer td-…' https://hq.shop.example/upload
  curl --data-binary @stock.csv -H 'Authorization: Bearer td-…' 'https://hq.shop.example/upload?full=yes'"""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doors",
        help="tokens by which tills and other systems bring files over HTTP",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add(actions, "list", _list, "every door: what may come in, and when it was used last")
    new = _add(actions, "open", _open, "make a door; its token is shown this once")
    new.add_argument("--store", default="", metavar="STORE", help="only stock and sales of this store")
    new.add_argument(
        "--feed", action="append", default=[], metavar="FEED", help="only this may come in; repeat for more"
    )
    new.add_argument("--note", default="", help="whose it is, for those who look at the list")
    _add(actions, "close", _close, "end a door: its token opens nothing any more").add_argument("door", metavar="ID")


def _add(actions: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=words, description=f"{words.capitalize()}.\n\n{ABOUT}", formatter_class=formatter
    )
    add_place(parser)
    parser.set_defaults(run=run)
    return parser


def _list(args: argparse.Namespace) -> int:
    from hq.doors import tokens

    with opened(args) as hq, hq.reading() as connection:
        doors = tokens.doors(connection)
    if args.json:
        for door in doors:
            say_json(asdict(door))
    elif doors:
        print(table([["door", "store", "feeds", "made", "used", "ended", "note"], *map(_row, doors)]))
    else:
        print("No door is open. Make one: tote-hq doors open --store STORE")
    return 0


def _row(door: "Door") -> list[str]:
    times = [day(door.made), day(door.used), day(door.ended)]
    return [door.id, door.store or "all", ", ".join(door.feeds), *times, door.note]


def _open(args: argparse.Namespace) -> int:
    from hq import stores
    from hq.doors import tokens
    from hq.errors import InputError

    with opened(args) as hq, hq.engine.begin() as connection:
        if args.store and not stores.known(connection, args.store):
            raise InputError(f"The store {args.store!r} is not known here. tote-hq stores lists them.")
        door, token = tokens.new(connection, store=args.store, feeds=args.feed, note=args.note, at=hq.clock())
        url = f"{hq.public_url}/upload"
    if args.json:
        say_json({"door": door.id, "store": door.store, "feeds": door.feeds, "token": token, "url": url})
    else:
        print(f"Door {door.id}: {', '.join(door.feeds)} of {door.store or 'all stores'}. Its token, shown this once:")
        print(f"  {token}")
        print(f"  curl --data-binary @FILE -H 'Authorization: Bearer {token}' {url}")
    return 0


def _close(args: argparse.Namespace) -> int:
    from hq.doors import tokens

    with opened(args) as hq, hq.engine.begin() as connection:
        tokens.end(connection, args.door, at=hq.clock())
    if args.json:
        say_json({"door": args.door, "ended": True})
    else:
        print(f"Door {args.door} is closed.")
    return 0
