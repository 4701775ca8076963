"""NFC tags through a PC/SC reader: pcscd and pyscard."""

from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Self

import nfc.tag

from hardware.errors import BadOption, TagError
from hardware.pcsc.card import Card
from hardware.pcsc.service import PRESENT, Service
from hardware.scan import ReaderEvent
from hardware.tags import ndef_message
from hardware.tags.tap import Hopeless
from hardware.tags.tapping import ATTEMPTS, Tapping

COUNTER = 16
"""Bits before pcscd's count of cards that came and went, in a reader's state."""


class PcscReader:
    """The PC/SC reader with `reader` in its name, "" for the only one there is. pcscd says when a card comes or goes.

    A tag with the same UID and content within `debounce` seconds of having left is the same tap, shaken.
    """

    driver: ClassVar[str] = "nfc_pcsc"

    def __init__(self, name: str, *, reader: str = "", debounce: float = 0.7) -> None:
        if not 0 <= debounce <= 60:
            raise BadOption(f"debounce = {debounce}: give seconds from 0 to 60")
        self._part, self._tapping = reader, Tapping(name, debounce=debounce)
        self._service = Service()
        self._state = 0
        self._unnamed = 0
        """Failed attempts to learn the UID of the card that is there."""
        self._blamed = False
        """What is wrong with the card that is there has been told."""
        self._lent: Card | None = None

    def __enter__(self) -> Self:
        try:
            self._service.open()
            self._reader = self._service.find(self._part)
        except BaseException:
            self._service.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._take_back()
        finally:
            self._service.close()

    def abort(self) -> None:
        self._service.abort()

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        """Wait until a card comes or goes, and yield what it says; a card that could not be read is tried again."""
        self._take_back()
        hurried = self._tapping.hurried or 0 < self._unnamed < ATTEMPTS
        state, atr = self._service.wait(self._reader, self._state, 0.0 if hurried else timeout)
        swapped, self._state = state >> COUNTER != self._state >> COUNTER, state
        if swapped or not state & PRESENT:
            yield from self._went()
        if state & PRESENT:
            yield from self._is_there(atr)

    def tag(self) -> nfc.tag.Tag | None:
        """The tag at the reader, for writing until the next `poll`. None where there is none that nfcpy can write."""
        self._take_back()
        state, atr = self._service.wait(self._reader, 0, 0.0)
        card = Card(self._service, self._reader, atr)
        try:
            self._lent = card.__enter__() if state & PRESENT else None
            return card.tag() if self._lent else None
        except TagError:
            return None

    def _take_back(self) -> None:
        card, self._lent = self._lent, None
        if card:
            card.__exit__(None, None, None)

    def _went(self) -> Iterator[ReaderEvent]:
        if self._unnamed and self._tapping.held is None:
            yield from self._tapping.saw([b""])  # it was there, if only for a moment: its holder is told
        self._unnamed, self._blamed = 0, False
        yield from self._tapping.saw([])

    def _is_there(self, atr: bytes) -> Iterator[ReaderEvent]:
        held = self._tapping.held
        if held is not None and not self._tapping.unread:
            yield from self._tapping.saw([held])
            return
        raw = b""
        try:
            with Card(self._service, self._reader, atr) as card:
                yield from self._tapping.saw([card.uid()])
                raw = card.message()
                yield from self._tapping.read(ndef_message.check(raw))
        except TagError as error:
            yield from self._failed(error, raw)

    def _failed(self, error: TagError, raw: bytes) -> Iterator[ReaderEvent]:
        if self._tapping.held is None:
            self._unnamed += 1
            if self._unnamed < ATTEMPTS:
                return
            yield from self._tapping.saw([b""])
        if self._blamed and error.reason == "tag-torn":
            return  # what is wrong with it has been told; now it is leaving, which pcscd says up to 0.4 s later
        events = self._tapping.failed(error, raw, final=isinstance(error, Hopeless))
        self._blamed |= bool(events) and error.reason != "tag-torn"
        yield from events
