"""`tote-hq profile export|withdraw|looks`: what a person may ask for."""

import argparse
import json
import os
from pathlib import Path
from typing import Any, get_args

from hq.cli.options import add_place, add_who, day, opened, say_json
from hq.errors import InputError

FILES = ("everything.html", "everything.json")


def add(actions: Any) -> None:
    export = actions.add_parser(
        "export",
        help="everything held of one person, to hand over to them",
        description="Writes everything HQ holds of one person: a page in their language that opens anywhere, and the "
        "same as JSON. It is recorded with your user name.",
        epilog='--json prints {"profile","files"}.',
    )
    add_who(export)
    export.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="made; its files are of mode 0600")
    add_place(export)
    export.set_defaults(run=_export)
    withdraw = actions.add_parser(
        "withdraw",
        help="a person takes back consent, at the counter or by telephone",
        description="Records that a person takes back their consent. It holds at once, for everything that is queued "
        "too. HQ can't give consent in anybody's place: that is done on the basket page.",
        epilog='--json prints {"profile","withdrawn"}.',
    )
    add_who(withdraw)
    withdraw.add_argument("--purpose", action="append", choices=_purposes(), help="this one (default: all)")
    withdraw.add_argument("--by", choices=("hq", "staff"), default="hq", help="who was told (default: hq)")
    add_place(withdraw)
    withdraw.set_defaults(run=_withdraw)
    looks = actions.add_parser("looks", help="who looked at what is held of one person, and when")
    add_who(looks)
    add_place(looks)
    looks.set_defaults(run=_looks)


def _purposes() -> tuple[str, ...]:
    from edge.domain.consent import Purpose

    return get_args(Purpose)


def _export(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.cli.who import caller, profile_of
    from hq.disclosure import everything, page
    from hq.web.app import theme_of

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
            held = everything(connection, hq.catalogue(), profile)
        texts = page(held, shop=theme_of(hq).name, at=hq.clock(), zone=hq.config.shop.timezone), _json(held)
        decisions.looked(hq, profile, by=caller(), how="export")
    files = [args.out / name for name in FILES]
    for file, text in zip(files, texts, strict=True):
        _write(file, text)
    if args.json:
        say_json({"profile": profile, "files": [str(file) for file in files]})
    else:
        print("\n".join(str(file) for file in files))
    return 0


def _json(held: dict[str, Any]) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(text)
    except OSError as error:
        raise InputError(f"{file} can't be written ({error.strerror}). Name another folder with --out.") from error


def _withdraw(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.cli.who import caller, profile_of

    purposes = tuple(args.purpose or _purposes())
    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
        decisions.withdraw(hq, profile, how=args.by, purposes=purposes, by=caller())
    if args.json:
        say_json({"profile": profile, "withdrawn": list(purposes)})
    else:
        print(f"Profile {profile}: taken back {', '.join(purposes)}.")
    return 0


def _looks(args: argparse.Namespace) -> int:
    from hq.cli.who import profile_of
    from hq.dossier import looks

    with opened(args) as hq, hq.reading() as connection:
        found = looks(connection, profile_of(hq, connection, args))
    for look in found:
        if args.json:
            say_json(look)
        else:
            print(f"{day(look['at'])}  {look['by']}  {look['how']}")
    return 0
