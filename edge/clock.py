"""The latest moment that has certainly passed, for a box whose clock knows nothing after a power cut.

It is the time this program was made, or the time HQ last told in a receipt if that is later. It is kept on disk, moves
forward only, and never beyond what HQ said: a clock that runs ahead must not make good certificates look expired.
"""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

BUILT = 1_793_491_200
"""1 November 2026, in seconds since 1970: moved with every release, never beyond its day."""
STEP = 3600
"""Seconds of progress that are worth a write: a card lives by few of them."""


class Floor:
    """Called, it gives seconds since 1970. `path` is the file that remembers; one that can't be read is none."""

    def __init__(self, path: Path, *, built: int = BUILT) -> None:
        self._path = path
        self._kept = self._now = max(built, self._read())

    def __call__(self) -> float:
        return self._now

    def heard(self, at_ms: int) -> None:
        """HQ says that it is `at_ms` (milliseconds since 1970; 0: it did not say)."""
        self._now = max(self._now, at_ms // 1000)
        if self._now >= self._kept + STEP:
            self._keep()

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
