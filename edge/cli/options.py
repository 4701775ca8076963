"""Options and output that several commands share."""

import argparse
import json
import sys
from pathlib import Path

LINE_ENDS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
CONFIG = Path("/etc/tote/tote.toml")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=f"the settings (default: {CONFIG})")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON on stdout, a line each, and nothing else there")


def say_json(value: object) -> None:
    """One line, at once; also for readers that take U+0085 and its like for line ends."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(LINE_ENDS) + "\n")
    sys.stdout.flush()
