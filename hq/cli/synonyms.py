"""`tote-hq synonyms`: which words mean the same to this retailer's customers."""

import argparse
from pathlib import Path
from typing import Any

from hq.cli.options import add_place, opened, say_json
from hq.errors import InputError


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "synonyms",
        help="words that mean the same when somebody searches",
        description="Takes in a TOML file of synonyms, in place of the one before; it is part of the next version that "
        "is published. A file with a mistake changes nothing. Without FILE, what is kept is shown.",
        epilog='[en] with same = [["laptop", "notebook"]]: each finds the other. [en.also] with trainers = '
        '["sneakers"]: who looks for trainers finds sneakers too. docs/search.md says more. '
        '--json prints {"synonyms": N}, or without FILE a line {"language", "word", "finds"} each.',
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the TOML file")
    add_place(parser)
    parser.set_defaults(run=_synonyms)


def _synonyms(args: argparse.Namespace) -> int:
    from hq.feeds import synonyms

    if args.file is None:
        return _show(args)
    found = synonyms.parse(_text(args.file))
    with opened(args) as hq, hq.engine.begin() as connection:
        synonyms.keep(connection, found)
    if args.json:
        say_json({"synonyms": len(found)})
    else:
        print(f"{len(found)} pairs of words are kept; the next version that is published has them.")
    return 0


def _show(args: argparse.Namespace) -> int:
    from hq.feeds import synonyms

    with opened(args) as hq, hq.engine.connect() as connection:
        held = synonyms.kept(connection)
    for one in held:
        if args.json:
            say_json({"language": one.language, "word": one.word, "finds": one.finds})
        else:
            print(f"{one.language}  {one.word} -> {one.finds}")
    if not held and not args.json:
        print("none are kept")
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8: save it so, and take it in again.") from error
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}.") from error
