"""The loop that every reader of tags over nfcpy runs; they differ in how their device is opened and freed."""

import errno
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import nfc.tag

from hardware.errors import BadOption, TagError
from hardware.scan import ReaderEvent
from hardware.tags import ndef_message, tap
from hardware.tags.field import Frontend, begin_afresh, select, uids_in_field
from hardware.tags.tapping import Tapping

log = logging.getLogger(__name__)

GARBLED = 3
"""Looks in a row that may fail by broken frames until the device counts as lost."""


class TagReader(ABC):
    """Looks for a tag every `interval` seconds, reads it once, and watches until it is gone.

    A tag with the same UID and content within `debounce` seconds of having left is the same tap, shaken.
    """

    def __init__(self, name: str, interval: float, debounce: float) -> None:
        for key, value, most in (("interval", interval, 1.0), ("debounce", debounce, 60.0)):
            if not 0 <= value <= most:
                raise BadOption(f"{key} = {value}: give seconds from 0 to {most:g}")
        self._interval, self._tapping = interval, Tapping(name, debounce=debounce)
        self._garbled, self._afresh = 0, False

    @abstractmethod
    def open(self) -> Frontend:
        """The open device; where it raises, `free` is called all the same."""

    @abstractmethod
    def free(self) -> None:
        """Free every descriptor, whatever state the device is in."""

    @abstractmethod
    def abort(self) -> None:
        """As `Driver` says: from another thread, have a call that hangs fail."""

    def __enter__(self) -> Self:
        try:
            self._frontend = self.open()
        except BaseException:
            self.free()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._frontend.close()  # takes its leave of the chip
        except Exception as fault:  # termios.error and whatever else a dead device raises: it is freed below
            log.debug("the reader did not take its leave: %r", fault)
        finally:
            self.free()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Look once and yield what changed, then pause."""
        next_look = time.monotonic() + min(self._interval, timeout)
        yield from self._look()
        if not self._tapping.hurried:
            time.sleep(max(0.0, next_look - time.monotonic()))

    def tag(self) -> nfc.tag.Tag | None:
        """The one tag in the field, activated with all that nfcpy knows of its product: for writing. None where there
        is none; raises OSError where the reader fails."""
        self._afresh = True
        target = select(self._frontend)
        with suppress(*tap.PULLED):
            return nfc.tag.activate(self._frontend, target) if target else None
        return None

    def uids(self) -> list[bytes]:
        """The tags in the field now, two at most, for writing; raises OSError where the reader fails."""
        self._afresh = True
        self._frontend.device.mute()
        return uids_in_field(self._frontend)

    def _look(self) -> Iterator[ReaderEvent]:
        """A broken frame is no dead reader: the next look begins afresh."""
        try:
            if self._afresh:
                begin_afresh(self._frontend)
            yield from self._told()
            self._garbled, self._afresh = 0, False
        except OSError as error:
            self._garbled, self._afresh = self._garbled + 1, True
            if error.errno != errno.EIO or self._garbled >= GARBLED:
                raise
            log.debug("broken frame from the reader: %s", error)

    def _told(self) -> Iterator[ReaderEvent]:
        yield from self._tapping.saw(self._seen())
        if self._tapping.unread:
            yield from self._read(self._tapping.held or b"")
        self._frontend.device.mute()  # no field between looks

    def _seen(self) -> list[bytes]:
        return uids_in_field(self._frontend)

    def _read(self, uid: bytes) -> list[ReaderEvent]:
        raw = b""
        try:
            raw = tap.octets(self._frontend, uid)
            return self._tapping.read(ndef_message.check(raw))
        except TagError as error:
            return self._tapping.failed(error, raw, final=isinstance(error, tap.Hopeless))
