"""Writing NDEF messages on tags: checked before, verified after, locked only on request.

    supervisor.submit(lambda driver: write_next(driver, message, timeout=20), timeout=30)

`TagError.reason` is one of
    tag-absent       none was held to the reader
    tags-many        more than one was
    tag-foreign      no tag for links
    tag-locked       it cannot be written any more
    tag-unlockable   it could be written, but not locked: nothing was written
    tag-small        the message does not fit: nothing was written
    tag-torn         taken away too soon: it holds the old message, or none, or can be told to be damaged
    tag-refused      it does not keep what is written on it
    tag-given-out    it is somebody's, and was left alone
    message-broken   what should be written is no NDEF message
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import nfc.tag

from hardware.errors import TagError
from hardware.tags import ndef_message
from hardware.tags.memory import Memory, memory_of
from hardware.tags.tap import PULLED
from hardware.tags.tapping import CROWD, same

ATTEMPTS = 3
PAUSE = 0.05
"""Seconds between looks for a tag."""

TORN = "the tag was taken away too soon and must be written again: hold it still until it is done"
UNLOCKED = "the tag is written, but was taken away before it was locked: hold it there once more"
LOCKED = "this tag is locked: take another one"
REFUSED = "this tag does not keep what is written on it: take another one"


class Field(Protocol):
    """Every NFC driver, as far as writing needs it. Readers that tell several tags apart also have `uids()`."""

    def tag(self) -> nfc.tag.Tag | None:
        """The tag that is there, activated afresh at each call; None where there is none. OSError: the reader fails."""


@dataclass(frozen=True, kw_only=True)
class Written:
    uid: bytes
    bytes_used: int
    """Octets of the message."""
    locked: bool


def write_next(field: Field, message: bytes, *, lock: bool = False, timeout: float = 15.0) -> Written:
    """Waits at most `timeout` seconds for one tag and writes `message` on it. Raises `TagError`."""
    check(message)
    until = time.monotonic() + timeout
    while not (there := _how_many(field)):
        if time.monotonic() >= until:
            raise TagError("tag-absent", f"no tag was held to the reader within {timeout:g} seconds")
        time.sleep(PAUSE)
    if there > 1:
        raise TagError("tags-many", CROWD)
    return write(field.tag, message, lock=lock)


def write_another(
    field: Field,
    message: bytes,
    *,
    before: bytes,
    spared: Callable[[bytes], bool],
    wanted: Callable[[], bool],
    lock: bool = False,
    timeout: float = 1.0,
) -> Written | None:
    """As `write_next`, for a run of tags: the one with the UID `before` is done and may still lie there; those that are
    `spared` are left alone. None where no other came in time, or nothing is `wanted` any more. Raises `TagError`."""
    until = time.monotonic() + timeout
    while not (there := [uid for uid in _uids(field) if not same(uid, before)]):
        if time.monotonic() >= until or not wanted():
            return None
        time.sleep(PAUSE)
    if len(there) > 1:
        raise TagError("tags-many", CROWD)
    if spared(there[0]):
        raise TagError("tag-given-out", "this is somebody's card or badge: it was left as it is")
    return write(field.tag, message, lock=lock) if wanted() else None


def _how_many(field: Field) -> int:
    return len(_uids(field))


def _uids(field: Field) -> Sequence[bytes]:
    uids: Callable[[], Sequence[bytes]] | None = getattr(field, "uids", None)
    if uids:
        return uids()
    tag = field.tag()
    return [bytes(tag.identifier)] if tag else []


def write(activate: Callable[[], nfc.tag.Tag | None], message: bytes, *, lock: bool = False) -> Written:
    """Writes `message` on the tag that `activate` finds, and reads it back through a fresh activation.

    A tag that holds the message already is left as it is; one whose locking was broken off is locked.
    Raises `TagError`.
    """
    check(message)
    job = _Job(activate, message)
    for _ in range(ATTEMPTS):
        with suppress(*PULLED):
            return job.run(lock)
    raise TagError("tag-refused", REFUSED) if job.is_there() else job.torn()


def check(message: bytes) -> None:
    try:
        ndef_message.check(message)
    except TagError as error:
        raise TagError("message-broken", "this cannot be written, for it is no whole NDEF message") from error


class _Job:
    """One message and one tag, which must stay the same."""

    def __init__(self, activate: Callable[[], nfc.tag.Tag | None], message: bytes) -> None:
        self._activate, self._message = activate, message
        self._uid: bytes | None = None
        self._verified = False

    def run(self, lock: bool) -> Written:
        memory = self._memory()
        if lock:
            memory.check_lockable()
        if memory.content != self._message:
            memory = self._put(memory)
        self._verified = True
        if lock and not memory.is_locked_for_good():
            memory = self._lock(memory)
        return Written(uid=self._uid or b"", bytes_used=len(self._message), locked=memory.is_locked_for_good())

    def is_there(self) -> bool:
        with suppress(TagError, *PULLED):
            return self._tag() is not None
        return False

    def torn(self) -> TagError:
        return TagError("tag-torn", UNLOCKED if self._verified else TORN)

    def _put(self, memory: Memory) -> Memory:
        if memory.is_locked:
            raise TagError("tag-locked", LOCKED)
        size = len(self._message)
        if size > memory.capacity:
            raise TagError("tag-small", f"this tag holds {memory.capacity} octets, not {size}: take a larger one")
        memory.put(self._message)
        return self._verify()

    def _lock(self, memory: Memory) -> Memory:
        memory.lock()
        locked = self._verify()
        if not locked.is_locked_for_good():
            raise LookupError("the lock bits are not there")
        return locked

    def _verify(self) -> Memory:
        memory = self._memory()
        if memory.content != self._message:
            raise LookupError("it reads otherwise than it was written")
        return memory

    def _memory(self) -> Memory:
        return memory_of(self._tag())

    def _tag(self) -> nfc.tag.Tag:
        tag = self._activate()
        uid = bytes(tag.identifier) if tag else b""
        if tag is None or (self._uid is not None and not same(self._uid, uid)):
            raise self.torn()
        self._uid = uid
        return tag
