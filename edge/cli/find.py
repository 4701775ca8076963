"""`tote find`: search the catalogue as a shopper does."""

import argparse
import sys
from pathlib import Path
from typing import Any

from edge.catalogue import Catalogue, in_use
from edge.cli.errors import LanguageError
from edge.cli.options import add_config, add_json, say_json

NOTES = {
    "spelling": "nothing is called that; this is spelt most like it:",
    "liked": "nothing is called that; this is what others like:",
}


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "find",
        help="search the catalogue as a shopper does",
        description="Finds products by words, half-typed and misspelt ones too, by GTIN or by SKU, best first.",
    )
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what a shopper types")
    parser.add_argument("--db", type=Path, metavar="F", help="a catalogue file (default: the one this box uses)")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="hits at most (default: 20)")
    parser.add_argument(
        "--lang", default="", metavar="L", help="language of the words (default: the catalogue's first)"
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    """A line for each hit. Finding nothing is no failure; a catalogue that can't be read is."""
    if args.db and not args.db.is_file():
        raise FileNotFoundError(f"{args.db} is no file: at HQ, tote-hq snapshot --out {args.db} makes one")
    with Catalogue.open(args.db or _in_use(args.config)) as catalogue:
        language = args.lang or next(iter(catalogue.languages), "en")
        if language not in catalogue.languages:
            raise LanguageError(
                f"the catalogue is not in {language!r}; --lang is one of {', '.join(catalogue.languages)}"
            )
        results = catalogue.search(" ".join(args.words), language, limit=args.limit)
    hits = results.hits
    if note := NOTES.get(results.nearest):
        print(note, file=sys.stderr)
    for hit in hits:
        if args.json:
            say_json({"rank": hit.rank, "id": hit.id, "sku": hit.sku, "title": hit.title, "score": hit.score})
        else:
            print(f"{hit.rank:3}  {hit.sku:24}  {hit.title}")
    if not hits and not args.json:
        print("nothing found")
    return 0


def _in_use(config: Path) -> Path:
    from edge.config_file import load

    return in_use(Path(load(config).dir) / "catalogue")
