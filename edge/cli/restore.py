"""`tote restore`: a new box goes on where the old one was when its backup was taken."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.cli.options import add_config, add_json, say_json
from edge.config_file import load

if TYPE_CHECKING:
    from edge.config import Config


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "restore",
        help="put a backup into this box, which was enrolled and does not run",
        description="Asks HQ for the backup's key, and puts store, staff and settings of the backup into this box. "
        "What this box was enrolled with stays. Its log goes on under an id of its own: what HQ lacks is sent again.",
    )
    parser.add_argument("backup", type=Path, metavar="FILE", help="that `tote backup` made")
    parser.add_argument("--replace", action="store_true", help="also where this box has events of its own already")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from edge.backup import restore
    from edge.backup.unpacking import opened
    from edge.owner import as_owner

    config = load(args.config)
    key, file = (
        _key(args.backup, config),
        opened(args.backup),
    )  # which the box's user may not read, wherever it came from
    with file, as_owner(Path(config.dir)):
        done = restore(args.backup, config, key, replace=args.replace, file=file)
    if done.settings:
        _write(args.config, done.settings)
    if args.json:
        kept = str(done.kept) if done.kept else None
        say_json({"made": done.made, "events": done.events, "waiting": done.waiting, "kept": kept})
        return 0
    taken = datetime.fromtimestamp(done.made / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    print(f"As of {taken}: {done.events:,} events, {done.waiting:,} of them to be told HQ (again). Start it: tote run.")
    if done.kept:
        print(f"What was there lies in {done.kept}; delete it once all is well.")
    return 0


def _key(backup: Path, config: "Config") -> bytes:
    """HQ tells it sealed to a key that this process alone has."""
    from edge.backup import BackupError
    from edge.backup.unpacking import header
    from edge.cli.line_question import NoAnswerError, ask
    from sync.codec import BadSeal, new_seal_pair, unseal

    private, public = new_seal_pair()
    try:
        told = ask(config, "backup", {"key": header(backup).key, "to": public.hex()})
        if told.error:
            raise BackupError(f"HQ does not tell the backup's key: {told.error}.")
        return unseal(private, bytes.fromhex(str(told.body["key"])))
    except NoAnswerError as error:
        raise BackupError(f"The backup's key is at HQ, and {error}.") from error
    except (BadSeal, KeyError, ValueError) as error:
        raise BackupError("What HQ told of the backup's key makes no sense: update HQ and box.") from error


def _write(path: Path, text: str) -> None:
    from edge import settings_file

    settings_file.write(path, text)
