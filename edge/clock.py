"""The latest moment that has certainly passed, for a box whose clock knows nothing after a power cut.

It is the time this program was made, or the time HQ last told in a receipt if that is later. It is kept on disk, moves
forward only, and never beyond what HQ said: a clock that runs ahead must not make good certificates look expired. Only
an enrolment takes it back.
"""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

BUILT = 1_793_491_200
"""1 November 2026, in seconds since 1970: moved with every release, never beyond its day."""
FARTHEST = 5 * 365 * 86_400
"""Seconds beyond the making of this program that are believed: one receipt by an HQ whose clock ran wild must not make
every certificate look expired for ever."""
STEP = 3600
"""Seconds of progress that are worth a write: a card lives by few of them."""


class Floor:
    """Called, it gives seconds since 1970. `path` is the file that remembers; one that can't be read is none."""

    def __init__(self, path: Path, *, built: int = BUILT) -> None:
        self._path, self._built, self._last = path, built, built + FARTHEST
        self._doubted = False
        kept = self._read()
        self._kept = self._now = max(built, kept if kept <= self._last else 0)

    def __call__(self) -> float:
        return self._now

    def heard(self, at_ms: int) -> None:
        """HQ says that it is `at_ms` (milliseconds since 1970; 0: it did not say)."""
        if at_ms // 1000 > self._last:
            self._doubt(at_ms)
            return
        self._now = max(self._now, at_ms // 1000)
        if self._now >= self._kept + STEP:
            self._keep()

    def enrolled(self, at_ms: int) -> None:
        """HQ says it under a code that a person carried: true even where what was heard before, by whatever line there
        was or an HQ whose clock was wrong, is later."""
        self._now = max(self._built, min(at_ms // 1000, self._last))
        self._keep()

    def _doubt(self, at_ms: int) -> None:
        if not self._doubted:
            log.warning("HQ's clock says %s ms since 1970, which is not believed: put it right", at_ms)
        self._doubted = True

    def _read(self) -> int:
        try:
            return int(self._path.read_text())
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            log.warning("%s says no time; HQ's next receipt will", self._path)
            return 0

    def _keep(self) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("w") as file:
                file.write(f"{self._now}\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:  # a full disk, say: what HQ said holds until the next start
            log.warning("the time that HQ told could not be kept: %s", error)
        self._kept = self._now
