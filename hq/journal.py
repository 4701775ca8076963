"""What HQ itself decided, outside its database: one JSON line each, appended and synced before it is answered.

Withdrawals, consents given on the basket page, what a phone changed in its basket, suppressions, erasures, mails sent
and given up, orders imported, reviews decided, certificates, who is one person, who looked at whose data, codes issued
and which use of one counts, what boxes were told to do: boxes can send their events again, but nobody can send these.
After a restore from a backup they are applied again (`hq.decisions`). Verified backups and restores are noted too: a
restore must know of those it can't see.
No line holds an address: people are named by profile id or by keyed hash.

    {"at":1790000000000,"body":{"reason":"bounced"},"check":"9f0c…","id":"…","kind":"suppressed","subject":"…"}

`check` is the start of the SHA-256 of the line without it. Several processes may append to one journal.
"""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from hq.clock import Clock, new_id
from hq.errors import JournalError
from sync.durable import sync

log = logging.getLogger(__name__)

Kind = Literal[
    "withdrawn",
    "granted",
    "suppressed",
    "lifted",
    "mail-sent",
    "mail-failed",
    "orders-imported",
    "review-decided",
    "erased",
    "erased-late",
    "returned",
    "enrolled",
    "revoked",
    "basket-changed",
    "lending-ended",
    "journey-paused",
    "journey-resumed",
    "merged",
    "parted",
    "customers-told",
    "looked",
    "web-told",
    "coupons-issued",
    "coupon-voided",
    "coupon-decided",
    "friend-brought",
    "box-told",
    "backed-up",
    "restored",
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, kw_only=True)
class Entry:
    id: str
    at: int
    """Milliseconds since 1970, UTC, by HQ's clock."""
    kind: Kind
    subject: str
    """The profile, mail, event, store, backup or digest that it is about; "" where it is about several."""
    body: dict[str, Any]


class Journal:
    """The file at `path`, made when it is not there. A line that a crash cut short was never answered: it is cut."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = Lock()
        self._broken = False
        path.touch(mode=0o600, exist_ok=True)
        sync(path.parent)
        with self._exclusive() as descriptor:
            _cut_torn_tail(path, descriptor)

    def append(self, kind: Kind, subject: str, *, since: int = 0, **body: Any) -> Entry:
        """Returns when the entry is on disk. Raises JournalError, after which this process must not decide anything.

        `since`: it is dated no earlier than that, though HQ's clock was set back."""
        entry = Entry(id=new_id(), at=max(self._clock(), since), kind=kind, subject=subject, body=body)
        with self._lock:
            self._refuse_broken()
            try:
                with self._exclusive() as descriptor:
                    _cut_torn_tail(self._path, descriptor)
                    _write(descriptor, _line(entry))
            except OSError as error:
                # The kernel may have dropped the page: a second fsync would "succeed". Only a fresh start tells.
                self._broken = True
                why = f"{self._path} can't be written ({error.strerror}). Make room, then restart HQ."
                raise JournalError(why) from error
        return entry

    def entries(self) -> Iterator[Entry]:
        """All, oldest first. Raises JournalError naming a damaged line."""
        return entries(self._path)

    def copy(self, to: Path) -> None:
        """Writes all entries there are to the file `to`, which is made for its owner alone, and syncs it."""
        with self._exclusive():  # no entry is half written meanwhile
            copy_synced(self._path, to)

    def _refuse_broken(self) -> None:
        if self._broken:
            raise JournalError(f"{self._path} failed before. Restart HQ.")

    def _exclusive(self) -> "_Exclusive":
        return _Exclusive(self._path)


def entries(path: Path) -> Iterator[Entry]:
    """Those in the file at `path`, oldest first. Raises JournalError naming a damaged line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):  # the last one may be on its way, written by another process
                yield _entry(line, f"{path}, line {number}")


def copy_synced(path: Path, to: Path) -> None:
    """Copies a file into a new one that its owner alone may read; returns when it is on disk."""
    with path.open("rb") as source, os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


class _Exclusive:
    """The file, open for appending, under the lock that all processes take."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> int:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        return self._descriptor

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _write(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
    os.fsync(descriptor)


def _cut_torn_tail(path: Path, descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n":
        return
    kept = path.read_bytes().rfind(b"\n") + 1
    log.warning("%s ended in %s octets of an entry that a crash cut short, never answered: removed", path, size - kept)
    os.ftruncate(descriptor, kept)
    os.fsync(descriptor)


def _line(entry: Entry) -> bytes:
    plain = asdict(entry)
    return _canonical({**plain, "check": _check(plain)}) + b"\n"


def _entry(line: bytes, where: str) -> Entry:
    try:
        plain = json.loads(line)
        check = plain.pop("check")
        if check != _check(plain) or plain["kind"] not in KINDS:
            raise ValueError
        return Entry(**plain)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JournalError(f"{where} is damaged, the rest was not read. Restore the journal from its copy.") from error


def _check(plain: dict[str, Any]) -> str:
    return sha256(_canonical(plain)).hexdigest()[:16]


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
