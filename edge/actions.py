"""What somebody at HQ asked of this box, carried out one after the other on a thread of its own."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from edge.shop.chores import Chore, Chores

log = logging.getLogger(__name__)

LOOK = 60.0
"""Seconds until a chore that had to wait is tried again."""
PATIENCE = 86_400_000
"""Milliseconds after which a chore that could not be done is given up."""
RESTART = "restart-browser"
"""In the service's runtime directory: tote-kiosk-asked.path restarts the browser of this device when it changes."""
Carry = Callable[[Any], None]


class CannotError(Exception):
    """It can't be done; `str()` says why to whoever asked for it."""


class NotNowError(Exception):
    """It can't be done yet, such as without a line."""


class Actions:
    def __init__(self, chores: Chores, carry: Mapping[type, Carry], *, now: Callable[[], int]) -> None:
        """`carry` says who carries out which kind: it may take its time, and raises CannotError or NotNowError. `now`
        in milliseconds since 1970."""
        self._chores, self._carry, self._now = chores, carry, now
        self._since: dict[str, int] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="actions", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._chores.woken.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stopping:
            self._chores.woken.clear()
            try:
                for chore in self._chores.waiting():
                    self.do(chore)
            except Exception:
                log.exception("what HQ asked for could not be looked at; it is tried again")
            self._chores.woken.wait(LOOK)

    def do(self, chore: Chore) -> None:
        """Carries it out and says so in the log, unless it has to wait."""
        kind = type(chore).__name__
        since = self._since.setdefault(chore.action, self._now())
        try:
            self._carry[type(chore)](chore)
            why = ""
        except CannotError as error:
            why = str(error)
        except NotNowError as error:
            if self._now() - since < PATIENCE:
                log.info("%s (%s) waits: %s", kind, chore.action, error)
                return
            why = str(error)
        except Exception as error:
            log.exception("%s (%s) failed", kind, chore.action)
            why = f"it failed: {type(error).__name__}"
        self._chores.end(chore, why=why)
        self._since.pop(chore.action, None)
        log.info("%s, as HQ asked (%s): %s", kind, chore.action, why or "done")


def restart_browser() -> None:
    """Of this device, where systemd runs the box; elsewhere somebody else runs the browser."""
    if folder := os.environ.get("RUNTIME_DIRECTORY"):
        Path(folder.partition(":")[0], RESTART).touch()
