"""The files that a box leaves on its disk, and what in them everybody may know."""

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

from edge.cli.steal.patterns import people_in

_PUBLISHED = re.compile(r"([0-9a-f]{64})\.(?:svg|webp|avif|jpg|jpeg|png)")
ELSEWHERE = (
    ("/var/log", "tote*"),
    ("/run/tote", "*"),
    ("/var/crash", "*tote*"),
    ("/var/lib/systemd/coredump", "core.*tote*"),
    ("/var/lib/systemd/coredump", "core.python*"),
)
"""Where units, the journal and crash reporters put what is a box's."""


def files_of(folder: Path, config: Path) -> Iterator[Path]:
    """Regular files under `folder`, those beside the settings, logs, temporary files and core dumps; each once."""
    seen: set[Path] = set()
    for path in (*_under(folder), config, *_elsewhere()):
        real = path.resolve()
        if real not in seen and path.is_file() and not _is_published(path):
            seen.add(real)
            yield path


def public_in(folder: Path, texts: Iterable[Path]) -> set[str]:
    """Addresses and numbers, in lower case, that the settings, the theme (`texts`) and the published catalogue hold."""
    found: set[str] = set()
    for path in texts:
        with suppress(OSError):
            found |= {person.text.lower() for person in people_in(path.read_bytes())}
    for path in sorted((folder / "catalogue").glob("*.db")):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
            found |= set(_in_rows(db))
    return found


def _under(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_symlink())


def _elsewhere() -> Iterator[Path]:
    for place, names in (*ELSEWHERE, (tempfile.gettempdir(), "systemd-private-*-tote*.service-*")):
        for path in sorted(Path(place).glob(names)):
            yield from _under(path) if path.is_dir() else (path,)


def _is_published(path: Path) -> bool:
    """A picture that bears its own hash as its name came from HQ as it is: nothing typed here can be in it."""
    named = _PUBLISHED.fullmatch(path.name)
    return named is not None and sha256(path.read_bytes()).hexdigest() == named[1]


def _in_rows(db: sqlite3.Connection) -> Iterator[str]:
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        with suppress(sqlite3.Error):  # a virtual table whose module is not here
            for row in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                for value in row:
                    if isinstance(value, str):
                        yield from (person.text.lower() for person in people_in(value.encode()))
