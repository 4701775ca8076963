"""Log lines as JSON, an object each, for the journal: the message, and beside it the fields that belong to it.

A line begins with systemd's level (sd-daemon(3): "<6>"), which the journal takes off and keeps, for `journalctl -p`.
`journalctl -u tote -o cat | jq 'select(.scan == "…")'` shows the way of one scan.
"""

import json
import logging
import os
import sys
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("scan", default="")
"""The id of the scan that this thread works on; "" for none."""
FIELDS = ("scan", "station", "reader", "symbology", "outcome", "log", "n", "ms")
"""What may stand beside a message: none of it is anybody's."""
LEVELS = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if scan := current.get():
            fields.setdefault("scan", scan)
        told = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(), **fields}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        level = LEVELS.get(record.levelno, 6)
        return f"<{level}>{json.dumps(told, ensure_ascii=False)}"


def into_the_journal() -> bool:
    """Whether stderr is connected to the journal (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        told = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM", "") == f"{told.st_dev}:{told.st_ino}"


def speak_json() -> None:
    """From now on, on every handler of the root logger."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonLines())
