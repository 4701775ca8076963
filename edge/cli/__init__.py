"""`tote`: the program of the box. Each command is a module with `add(subparsers)`, imported when it is asked for."""

import argparse
import errno
import logging
import sys
from importlib import import_module

from edge.cli.errors import FRIENDLY

COMMANDS = (
    "run",
    "demo",
    "station",
    "decode",
    "resolve",
    "find",
    "enrol",
    "https",
    "status",
    "readers",
    "staff",
    "log",
    "doctor",
    "backup",
    "restore",
    "upgrade",
    "config",
)


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 only when all went well; 2 for what the user can mend, with the cause and the fix on stderr."""
    arguments = sys.argv[1:] if argv is None else argv
    args = _parser(arguments).parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format="%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Z %Y-%m-%d %H:%M:%S",
        stream=sys.stderr,
    )
    if not args.verbose:  # what nfcpy says of a failing reader, the reader's supervisor says once and in plain words
        logging.getLogger("nfc").setLevel(logging.CRITICAL)
    try:
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC and not isinstance(error, FRIENDLY):
            raise
        print(f"tote {args.command}: {error}", file=sys.stderr)
        return 2
    except FRIENDLY as error:
        print(f"tote {args.command}: {error}", file=sys.stderr)
        return 2


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tote",
        description="The digital shopping bag for physical stores: the box in the shop.",
        epilog="`tote demo` runs all of Tote on this machine. `tote COMMAND --help` explains each command.",
    )
    parser.add_argument("--verbose", action="store_true", help="log more, on stderr")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = [name for name in COMMANDS if name in arguments] or COMMANDS
    for name in asked:
        import_module(f"edge.cli.{name}").add(subparsers)
    return parser
