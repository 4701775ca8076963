"""Options and output that several commands share."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ESCAPED = {number: f"\\u{number:04x}" for number in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""What JSON lets stand: line ends to some readers, and commands to some terminals (0x9B is as good as ESC)."""
CONFIG = Path("/etc/tote/tote.toml")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=f"the settings (default: {CONFIG})")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON on stdout, a line each, and nothing else there")


def add_action(actions: Any, name: str, run: Callable[[argparse.Namespace], int], does: str) -> argparse.ArgumentParser:
    """One of a command's actions, with --config and --json. `actions` is what `add_subparsers` gave."""
    parser: argparse.ArgumentParser = actions.add_parser(name, help=does, description=f"{name}: {does}.")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def say_json(value: object) -> None:
    """One line, at once; also for readers that take U+0085 and its like for line ends."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(ESCAPED) + "\n")
    sys.stdout.flush()


def harmless(text: str) -> str:
    """`text` on one line and without power over a terminal: other people's text holds escape codes."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
