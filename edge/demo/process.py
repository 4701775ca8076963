"""One process of the demo: started on a leash, watched, stopped by its id."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from edge.demo.errors import PartFailed

PATIENCE = 60.0
"""Seconds a part may take to become ready: the first start of a cold machine compiles a lot of Python."""
GRACE = 5.0
"""Seconds a part may take to stop by itself."""

CLOCK = "EET-2EEST,M3.5.0/3,M10.5.0/4"
"""Every part's local time is the demo shop's, Tallinn's, written so that no zone files are needed (POSIX.1, TZ)."""

Ready = Callable[["Part"], "dict[str, Any] | None"]
"""Looks whether the part is ready; what it announced, or None as long as it is not."""


def said_so(part: "Part") -> dict[str, Any] | None:
    """Ready when its first line on stdout is a JSON object with `"ready": true`."""
    line, newline, _ = part.out.read_text(errors="replace").partition("\n")
    if not newline:
        return None
    with suppress(ValueError):
        announced = json.loads(line)
        if isinstance(announced, dict) and announced.get("ready"):
            return announced
        if isinstance(announced, dict) and announced.get("error"):
            raise PartFailed(f"{part.name} does not start: {announced['error']}")
    raise PartFailed(f"{part.name} said {line[:200]!r} where it should announce that it is ready")


class Part:
    """A child process in a group of its own, so that Ctrl-C reaches the demo alone, which then stops it in order.

    Should the demo be killed outright, the kernel ends the child too (`setpriv --pdeathsig`): start parts from the
    main thread, because the leash is tied to the thread that started them.
    """

    def __init__(self, name: str, argv: Sequence[str], logs: Path, *, ready: Ready = said_so) -> None:
        self.name, self.argv, self._ready = name, list(argv), ready
        self.out, self.log = logs / f"{name}.out", logs / f"{name}.log"
        self.announced: dict[str, Any] = {}
        self.grace = GRACE
        self._asked = False
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def state(self) -> str:
        """ "up", "starting", "stopped", or "died (exit status N)"."""
        if self._process is None:
            return "stopped"
        status = self._process.poll()
        if status is not None:
            return f"died (exit status {status})"
        return "up" if self.announced else "starting"

    def start(self) -> None:
        self.announced, self._asked = {}, False
        with self.out.open("wb") as out, self.log.open("ab") as log:
            self._process = subprocess.Popen(
                leashed(self.argv),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "TZ": CLOCK},
            )

    def wait(self, patience: float = PATIENCE) -> dict[str, Any]:
        """Block until it is ready; returns what it announced. Raises `PartFailed`."""
        deadline = time.monotonic() + patience
        while not self.announced:
            self.check()
            if time.monotonic() > deadline:
                raise PartFailed(f"{self.name} was not ready within {patience:.0f} s. {self.tail()}")
            self.announced = self._ready(self) or {}
            time.sleep(0.02)
        return self.announced

    def check(self) -> None:
        """Raise `PartFailed` if it ended by itself."""
        if self.state.startswith("died"):
            raise PartFailed(f"{self.name} {self.state}. {self.tail()}")

    def ask_to_stop(self) -> None:
        """Without waiting: of several that may stop at once, ask all before each is stopped."""
        if self._process and not self._asked:
            self._asked = True
            signal_group(self._process.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to stop, then make it. Its whole group goes, so nothing it started stays behind."""
        self.ask_to_stop()
        process, self._process, self.announced = self._process, None, {}
        if process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.grace)
        signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def tail(self, lines: int = 12) -> str:
        """The end of its log, for an error message."""
        text = self.log.read_text(errors="replace").splitlines()[-lines:] if self.log.exists() else []
        return "\n".join([f"The end of {self.log}:", *(f"    {line}" for line in text or ["(empty)"])])


UNLESS_ORPHANED = '[ "$PPID" = "$1" ] || exit 0; shift; exec "$@"'
"""The kernel tells only of deaths that come after it was asked: who was an orphan by then must see so itself."""


def leashed(argv: list[str]) -> list[str]:
    """The command, with the kernel told to end it when its parent dies; as it is where util-linux is missing."""
    leash = shutil.which("setpriv")
    if not leash:
        return argv
    return [leash, "--pdeathsig", "TERM", "--", "sh", "-c", UNLESS_ORPHANED, "leash", str(os.getpid()), *argv]


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal every process of the group that the part `pid` leads."""
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
