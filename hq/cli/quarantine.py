"""`tote-hq quarantine`: events that could not be applied."""

import argparse
from typing import Any

from hq.cli.options import add_place, day, opened, say_json, table

ABOUT = """An event that HQ can't apply is set aside with its reason, and the events behind it go on.
Nothing of it is lost: once the cause is mended (an update of HQ, most often), replay it."""

NOTHING = "Nothing lies in quarantine."


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("quarantine", help="events that could not be applied", description=ABOUT)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add(actions, "list", _list, "all of them, oldest first, with their reasons")
    _add(actions, "show", _show, "one event with its body; a sealed address stays sealed", one=True)
    replay = _add(actions, "replay", _replay, "apply one event after all, or --all of them", one=True)
    replay.add_argument("--all", action="store_true", help="every event in quarantine, oldest first")
    _add(actions, "drop", _drop, "give one event up for good", one=True)


def _add(actions: Any, name: str, run: Any, words: str, *, one: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words, description=f"{words.capitalize()}. {ABOUT}")
    if one:
        parser.add_argument("log", nargs="?", help="the log's id; its beginning will do")
        parser.add_argument("n", nargs="?", type=int, help="the event's number in it")
    add_place(parser)
    parser.set_defaults(run=run)
    return parser


def _list(args: argparse.Namespace) -> int:
    from hq import quarantine

    with opened(args) as hq, hq.reading() as connection:
        rows = [dict(row._mapping) for row in quarantine.rows(connection)]
    if args.json:
        for row in rows:
            say_json(row)
    elif rows:
        head = ["log", "event", "store", "kind", "received", "reason"]
        cells = [[r["log_id"][:12], str(r["n"]), r["store"], r["kind"], day(r["received"]), r["reason"]] for r in rows]
        print(table([head, *cells]))
    else:
        print(NOTHING)
    return 0


def _show(args: argparse.Namespace) -> int:
    from hq import quarantine

    with opened(args) as hq, hq.reading() as connection:
        row = dict(quarantine.row(connection, *_one(args))._mapping)
    row["blob"] = len(row["blob"] or b"")
    if args.json:
        say_json(row)
    else:
        row |= {"at": day(row["at"]), "received": day(row["received"]), "blob": f"{row['blob']} octets, sealed"}
        print("\n".join(f"{name + ':':10} {value}" for name, value in row.items() if value is not None))
    return 0


def _replay(args: argparse.Namespace) -> int:
    from hq import quarantine
    from hq.replay import replay

    with opened(args) as hq:
        if args.all:
            with hq.reading() as connection:
                wanted = [(row.log_id, row.n) for row in quarantine.rows(connection)]
        else:
            wanted = [_one(args)]
        results = [(log, n, replay(hq, log, n)) for log, n in wanted]
    if not results and not args.json:
        print(NOTHING)
    for log, n, reason in results:
        if args.json:
            say_json({"log_id": log, "n": n, "applied": not reason, "reason": reason})
        else:
            print(f"{log[:12]} {n}: {'applied' if not reason else 'still bad: ' + reason}")
    return 1 if any(reason for *_, reason in results) else 0


def _drop(args: argparse.Namespace) -> int:
    from hq import quarantine

    log, n = _one(args)
    with opened(args) as hq, hq.engine.begin() as connection:
        quarantine.drop(connection, log, n)
    if args.json:
        say_json({"log_id": log, "n": n, "dropped": True})
    else:
        print(f"Event {n} of log {log} is given up.")
    return 0


def _one(args: argparse.Namespace) -> tuple[str, int]:
    from hq.errors import InputError

    if args.log is None or args.n is None:
        raise InputError("Name the event: LOG and N, as `tote-hq quarantine list` shows them.")
    return args.log, args.n
