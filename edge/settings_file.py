"""Writes what enrolment brought into the settings, and leaves every other line of them as it is."""

import json
import os
import re
import secrets
from pathlib import Path

from edge.config import Config, ConfigError
from edge.config_file import parse

FIRST = """\
# The settings of this box, begun by `tote enrol`. docs/operate.md names every key.

[[station]]
id = "wall"
kind = "wall"

[[station]]
id = "staff"
kind = "staff"
"""
"""Of a box that has none yet: enough to start and to be seen."""
_TABLE = re.compile(r"^\s*\[")
_KEY = re.compile(r"""^\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[A-Za-z0-9_-]+))\s*=""")


def with_values(text: str, table: str, values: dict[str, str | bool]) -> str:
    """`text` with `values` in [table], or before every table where that is "". Their old lines go, comments stay."""
    lines = text.splitlines()
    start, end = _range(lines, table)
    if start is None:
        lines += ["", f"[{table}]"]
        start = end = len(lines)
    kept = [line for line in lines[start:end] if _key(line) not in values]
    while kept and not kept[-1].strip():
        kept.pop()
    written = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    behind = ["", *lines[end:]] if lines[end:] else []
    return "\n".join([*lines[:start], *kept, *written, *behind]) + "\n"


def write(path: Path, text: str) -> Config:
    """Replaces the file, which keeps its mode and owner. What could not be read is not written. Raises ConfigError."""
    config = parse(text)
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat() if path.exists() else None
        with fresh.open("x") as file:
            if before:
                os.fchmod(file.fileno(), before.st_mode & 0o7777)
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ConfigError(f"{path} can't be written ({error.strerror}): run it as who may") from error
    return config


def _range(lines: list[str], table: str) -> tuple[int | None, int]:
    """Where the body of a table begins and ends."""
    tables = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    if not table:
        return 0, tables[0] if tables else len(lines)
    for number in tables:
        if re.match(rf"^\s*\[\s*{re.escape(table)}\s*\]", lines[number]):
            return number + 1, next((later for later in tables if later > number), len(lines))
    return None, len(lines)


def _key(line: str) -> str:
    found = _KEY.match(line)
    return (found["quoted"] or found["bare"]) if found else ""
