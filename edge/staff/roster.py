"""The list of staff: `staff.json` in the box's data folder, written by `tote staff`, read by the running box.

A badge is kept as a keyed hash and a PIN as Argon2id, so neither stands in the file. Who takes the file can try out
short PINs all the same (docs/security.md): it is readable by the box's own user alone.
"""

import hashlib
import hmac
import os
import secrets
import threading
from pathlib import Path

import msgspec

from edge.staff import pins

MOST = 1000
LONGEST_NAME = 40


class RosterError(Exception):
    """The list can't be read or changed so; `str()` says what to do."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is what events name: it says nothing of the person. `badge` and `pin` are hashes."""

    id: str
    name: str
    badge: str
    pin: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """Of the badges' hashes, in hex."""
    members: tuple[Member, ...] = ()
    version: int = 1


class Roster:
    """Thread-safe. What another process wrote counts from the next question on."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._read: tuple[tuple[int, int, int], _File] | None = None

    def members(self) -> tuple[Member, ...]:
        return self._file().members

    def member(self, member: str) -> Member | None:
        return next((one for one in self.members() if one.id == member), None)

    def bearer(self, badge: str) -> Member | None:
        """Whose badge has this number (of a tag: "uid:" and its UID in hex)."""
        file = self._file()
        kept = _badge(file.key, badge)
        return next((one for one in file.members if hmac.compare_digest(one.badge, kept)), None)

    def add(self, name: str, badge: str, pin: str) -> Member:
        """Raises RosterError, or BadPinError."""
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise RosterError(f"a name has 1 to {LONGEST_NAME} letters; the one by which colleagues call them will do")
        if held := self.bearer(badge):
            raise RosterError(f"this badge is {held.name}’s ({held.id}): take it from them first, tote staff remove")
        file = self._file()
        if len(file.members) >= MOST:
            raise RosterError(f"the list holds {MOST} people at most")
        kept = pins.hashed(pins.check_pin(pin))
        member = Member(id=secrets.token_hex(4), name=name, badge=_badge(file.key, badge), pin=kept)
        self._write(file, (*file.members, member))
        return member

    def change_pin(self, member: str, pin: str) -> Member:
        """A new PIN also ends a lock: it was the old one that was guessed at."""
        known = self._known(member)
        changed = msgspec.structs.replace(known, pin=pins.hashed(pins.check_pin(pin)))
        file = self._file()
        self._write(file, tuple(changed if one.id == member else one for one in file.members))
        return changed

    def remove(self, member: str) -> Member:
        """Their badge opens nothing any more, and what they have open ends."""
        known, file = self._known(member), self._file()
        self._write(file, tuple(one for one in file.members if one.id != member))
        return known

    def _known(self, member: str) -> Member:
        known = self.member(member)
        if known is None:
            raise RosterError(f"nobody here has the id {member!r}: tote staff list names them")
        return known

    def _file(self) -> _File:
        with self._lock:
            try:
                told = self._path.stat()
                mark = (told.st_mtime_ns, told.st_size, told.st_ino)
                if self._read is None or self._read[0] != mark:
                    self._read = (mark, msgspec.json.decode(self._path.read_bytes(), type=_File))
                return self._read[1]
            except FileNotFoundError:
                return _File(key=secrets.token_hex(32))
            except OSError as error:
                raise RosterError(f"{self._path} can't be read ({error.strerror}): run it as who may") from error
            except msgspec.MsgspecError as error:
                raise RosterError(f"{self._path} is no list of staff ({error}): restore it, or delete it") from error

    def _write(self, file: _File, members: tuple[Member, ...]) -> None:
        fresh = self._path.with_name(f".{self._path.name}-{secrets.token_hex(4)}")
        text = msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(file, members=members)), indent=1)
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                owner = (self._path if self._path.exists() else self._path.parent).stat()
                if os.geteuid() == 0:  # the box runs as another user, who has to read it
                    os.fchown(target.fileno(), owner.st_uid, owner.st_gid)
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
            fresh.replace(self._path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise RosterError(f"{self._path} can't be written ({error.strerror}): run it as who may") from error


def _badge(key: str, number: str) -> str:
    return hmac.new(bytes.fromhex(key), number.encode(), hashlib.sha256).hexdigest()
