"""`tote doctor --bundle FILE`: what support needs to know of a box, with nothing of people in it.

Events are only counted, secrets in settings not told, and whatever looks like somebody's address or number is put out
of every text: logs should hold none, and this does not rely on it.
"""

import io
import json
import os
import platform
import re
import shutil
import sqlite3
import subprocess
import tarfile
import time
import tomllib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path

import requests

from edge.cli.errors import OutputError
from edge.cli.selftest.answers import Finding
from edge.cli.status import address_of
from edge.cli.steal import people_in
from edge.config import SETTINGS, Config
from edge.domain.described import PASSWORD
from edge.domain.explained import shown

LOG_LINES = 5000
UNITS = ("tote", "tote-kiosk", "tote-station")
PROPERTIES = "--property=Id,ActiveState,SubState,NRestarts,MemoryCurrent"
WHOLE = {"mail": re.compile(rb"[^\s\"'<>,;|{}()]*"), "phone": re.compile(rb"[+%0-9 ()./-]*")}
"""All that belongs to an address or a number, from its beginning on."""
COMMANDS = {
    "journal.txt": ("journalctl", "--unit=tote*", "--no-pager", "--output=short-iso", f"--lines={LOG_LINES}"),
    "units.txt": (
        "systemctl",
        "show",
        *UNITS,
        "--no-pager",
        "--property=Id,ActiveState,SubState,NRestarts,MemoryCurrent",
    ),
    "machine.txt": ("uname", "-a"),
    "disks.txt": ("df", "-h"),
    "usb.txt": ("lsusb",),
}


def write_bundle(path: Path, config: Config, settings: Path, findings: Sequence[Finding]) -> None:
    """Raises OutputError. Its owner alone may read it."""
    try:
        own = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(own, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as bundle:
            for name, text in _texts(config, settings, findings).items():
                _add(bundle, name, without_people(text))
    except OSError as error:
        raise OutputError(f"{path} can't be written ({error.strerror}): name a file in a folder") from error


def without_people(text: str) -> str:
    """`text` without what looks like a mail address, a phone number, or a password within an address."""
    octets = PASSWORD.sub("…@", text).encode()
    for person in sorted(people_in(octets), key=lambda one: one.offset, reverse=True):
        whole = WHOLE[person.kind].match(octets, person.offset)
        ends = whole.end() if whole else person.offset
        octets = octets[: person.offset] + f"({person.kind})".encode() + octets[ends:]
    return octets.decode(errors="replace")


def _texts(config: Config, settings: Path, findings: Sequence[Finding]) -> dict[str, str]:
    here = address_of(config)
    made: dict[str, Callable[[], str]] = {
        "findings.json": lambda: "\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in findings),
        "settings.txt": lambda: _settings(config, settings),
        "events.json": lambda: _events(Path(config.dir) / "store.db"),
        "packages.txt": lambda: "\n".join(sorted(f"{one.name} {one.version}" for one in distributions())),
        "python.txt": lambda: f"{platform.python_version()} on {platform.platform()}, SQLite {sqlite3.sqlite_version}",
        "os.txt": lambda: Path("/etc/os-release").read_text(encoding="utf-8"),
        "status.json": lambda: requests.get(f"{here}/status.json", timeout=5).text,
        "metrics.txt": lambda: requests.get(f"{here}/metrics", timeout=5).text,
        **{name: lambda command=command: _said(command) for name, command in COMMANDS.items()},  # type: ignore[misc]
    }
    return {name: _or_why_not(make) for name, make in made.items()}


def _or_why_not(make: Callable[[], str]) -> str:
    """A box that is not well lacks this or that, and the bundle is about that box."""
    try:
        return make()
    except (OSError, sqlite3.Error, requests.RequestException, subprocess.SubprocessError) as error:
        return f"not to be had: {error}"


def _settings(config: Config, settings: Path) -> str:
    table = tomllib.loads(settings.read_text(encoding="utf-8"))
    return "\n".join(map(str, shown(SETTINGS, config, table, os.environ)))


def _events(path: Path) -> str:
    """How many of each kind, never what is in them."""
    sql = "SELECT kind, count(*), min(n), max(n), min(at), max(at) FROM event GROUP BY kind ORDER BY kind"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        rows = db.execute(sql).fetchall()
    names = ("kind", "count", "first_n", "last_n", "first_at", "last_at")
    return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)


def _said(command: Sequence[str]) -> str:
    if shutil.which(command[0]) is None:
        return f"there is no {command[0]} here"
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=30, check=False)
    return done.stdout + done.stderr


def _add(bundle: tarfile.TarFile, name: str, text: str) -> None:
    octets = text.encode()
    entry = tarfile.TarInfo(f"tote-bundle/{name}")
    entry.size, entry.mtime, entry.mode = len(octets), int(time.time()), 0o600
    bundle.addfile(entry, io.BytesIO(octets))
