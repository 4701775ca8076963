"""From a scanner's byte stream to whole barcodes, without I/O.

Scanners end a barcode with CR, LF or both; some are set to another suffix, or to none at all: then a silence ends it.
Every other byte is kept, GS (0x1D) and NUL included. Bytes without an ending are a torn barcode: said so after a
silence, never passed on.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from hardware.errors import BadOption
from hardware.scan import ReaderEvent, Scan

LONGEST = 7089
"""Octets: the most characters any printed symbol holds (QR code, version 40, digits; ISO/IEC 18004)."""

REST = 0.3
"""Seconds after a barcode was found torn in which the rest of it may come: nobody scans the next one as soon."""

NONE = "none"
"""The suffix of scanners that send none."""

TORN = (
    "the barcode broke off after {} characters without a line end: scan it again; "
    "if it stays, set the scanner's suffix to CR (Enter)"
)
HEADLESS = "the barcode lacks the prefix {!r}: scan it again; if it stays, correct `prefix`, or set it at the scanner"
LONG = "more than {} characters without a line end: scan it again; if it stays, set the scanner's suffix to CR (Enter)"
DROPPED = "this machine was too busy to take all of the barcode: scan it again"


@dataclass(frozen=True)
class Frame:
    """A whole barcode, or with `reason` ("barcode-torn", "barcode-long", "barcode-dropped") what is known of a broken
    one."""

    data: bytes
    reason: str = ""
    error: str = ""


class Framer:
    """Cuts a stream into frames. `suffix` "" means any of `ends`, None that a silence ends a barcode; `prefix` is what
    each begins with, and is taken off; `patience` is the longest silence inside one barcode, in seconds; times are the
    caller's, of any monotonic clock."""

    def __init__(
        self,
        suffix: bytes | None = b"",
        *,
        prefix: bytes = b"",
        ends: bytes = b"\r\n",
        patience: float = 0.3,
        longest: int = LONGEST,
    ) -> None:
        self._by_silence = suffix is None
        self._end = re.compile(b"(?!)" if suffix is None else re.escape(suffix) or b"[" + re.escape(ends) + b"]")
        self._prefix, self._patience, self._longest = prefix, patience, longest
        self._kept, self._last, self._drowned, self._spoiled = b"", 0.0, False, False
        self._torn: float | None = None

    def feed(self, octets: bytes, at: float) -> Iterator[Frame]:
        """Take what was read at `at`; yields the barcodes it completes."""
        torn, self._torn = self._torn, None
        if torn is not None and at - torn < self._patience + REST:
            self._drowned = True
        *lines, self._kept = self._end.split(self._kept + octets)
        self._last = at
        for line in lines:
            yield from self._line(line)
        if len(self._kept) > self._longest:
            self._kept = b""
            if not self._drowned:
                yield self._too_long()
            self._drowned = True

    def spoil(self, at: float) -> None:
        """Part of the stream was lost at `at`: all up to the next ending or silence is no barcode."""
        self._spoiled, self._last = True, at

    def overdue(self, at: float) -> Iterator[Frame]:
        """What is broken because nothing came for too long; ask only after a read that found nothing, so that a late
        thread tears no barcode."""
        if at - self._last >= self._patience:
            yield from self.silence()

    def silence(self) -> Iterator[Frame]:
        """Nothing came for too long: what was kept is at its end."""
        kept, self._kept = self._kept, b""
        if self._by_silence or self._spoiled:
            yield from self._line(kept)
        elif kept and not self._drowned:
            self._torn = self._last
            yield Frame(kept, "barcode-torn", TORN.format(len(kept)))
        self._drowned = False

    def _line(self, line: bytes) -> Iterator[Frame]:
        drowned, self._drowned = self._drowned, False  # the rest of an oversized one is not a barcode of its own
        spoiled, self._spoiled = self._spoiled, False
        if spoiled:
            yield Frame(line, "barcode-dropped", DROPPED)
        elif line and not drowned:
            yield self._too_long() if len(line) > self._longest else self._headed(line)

    def _headed(self, line: bytes) -> Frame:
        if not line.startswith(self._prefix):
            return Frame(line, "barcode-torn", HEADLESS.format(self._prefix.decode("utf-8", "replace")))
        return Frame(line[len(self._prefix) :])

    def _too_long(self) -> Frame:
        return Frame(b"", "barcode-long", LONG.format(self._longest))


def framer(*, prefix: str, suffix: str, patience: float, ends: bytes = b"\r\n") -> Framer:
    """The framer that a reader's options ask for; raises `BadOption`."""
    for key, value in (("prefix", prefix), ("suffix", suffix)):
        if not isinstance(value, str) or len(value) > 16:
            raise BadOption(f"{key} must be a text of 16 characters at most, not {value!r}")
    if isinstance(patience, bool) or not isinstance(patience, int | float) or not 0.02 <= patience <= 10:
        raise BadOption(f"patience must be 0.02 to 10 seconds, not {patience!r}")
    ending = None if suffix == NONE else suffix.encode()
    return Framer(ending, prefix=prefix.encode(), ends=ends, patience=patience)


def event(reader: str, frame: Frame) -> ReaderEvent:
    """What a frame is to the listener."""
    now = time.time()
    if frame.reason:
        return ReaderEvent(
            kind="partial", reader=reader, at=now, error=frame.error, reason=frame.reason, raw=frame.data
        )
    scan = Scan(reader=reader, symbology="", data=frame.data, at=now)
    return ReaderEvent(kind="scan", reader=reader, at=now, scan=scan)
