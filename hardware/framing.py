"""From a scanner's byte stream to whole barcodes, without I/O.

Scanners end a barcode with CR, LF or both; some are set to another suffix. Every other byte is kept, GS (0x1D) and NUL
included. Bytes without an ending are a torn barcode: said so after a silence, never passed on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 7089
"""Octets: the most characters any printed symbol holds (QR code, version 40, digits; ISO/IEC 18004)."""

TORN = (
    "the barcode broke off after {} characters without a line end: scan it again; "
    "if it stays, set the scanner's suffix to CR (Enter)"
)
LONG = "more than {} characters without a line end: scan it again; if it stays, set the scanner's suffix to CR (Enter)"


@dataclass(frozen=True)
class Frame:
    """A whole barcode, or with `reason` ("barcode-torn", "barcode-long") what is known of a broken one."""

    data: bytes
    reason: str = ""
    error: str = ""


class Framer:
    """Cuts a stream into frames. `suffix` "" means CR, LF or both; `patience` is the longest silence inside one
    barcode, in seconds; times are the caller's, of any monotonic clock."""

    def __init__(self, suffix: bytes = b"", *, patience: float = 0.3, longest: int = LONGEST) -> None:
        self._end = re.compile(re.escape(suffix) if suffix else rb"[\r\n]")
        self._patience, self._longest = patience, longest
        self._kept, self._last, self._drowned = b"", 0.0, False

    def feed(self, octets: bytes, at: float) -> Iterator[Frame]:
        """Take what was read at `at`; yields the barcodes it completes."""
        *lines, self._kept = self._end.split(self._kept + octets)
        self._last = at
        for line in lines:
            yield from self._line(line)
        if len(self._kept) > self._longest:
            self._kept = b""
            if not self._drowned:
                yield self._too_long()
            self._drowned = True

    def overdue(self, at: float) -> Iterator[Frame]:
        """What is broken because nothing came for too long; ask only after a read that found nothing, so that a late
        thread tears no barcode."""
        if at - self._last < self._patience:
            return
        kept, self._kept = self._kept, b""
        if kept and not self._drowned:
            yield Frame(kept, "barcode-torn", TORN.format(len(kept)))
        self._drowned = False

    def _line(self, line: bytes) -> Iterator[Frame]:
        drowned, self._drowned = self._drowned, False  # the rest of an oversized one is not a barcode of its own
        if drowned or not line:
            return
        yield self._too_long() if len(line) > self._longest else Frame(line)

    def _too_long(self) -> Frame:
        return Frame(b"", "barcode-long", LONG.format(self._longest))
