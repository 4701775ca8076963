"""The box as a service of systemd."""

import subprocess
from typing import Protocol

from edge.upgrading.errors import UpgradeError


class Service(Protocol):
    """Both return when it is done, whatever was before; `start` may return before the box answers, and of a box that
    does not come up at all. Raise UpgradeError where nobody carries it out."""

    def stop(self) -> None: ...

    def start(self) -> None: ...


class Unit:
    """tote.service."""

    def stop(self) -> None:
        self._told("stop")

    def start(self) -> None:
        self._told("--no-block", "start")

    def _told(self, *words: str) -> None:
        try:
            subprocess.run(["systemctl", *words, "tote.service"], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UpgradeError(f"tote.service can't be told to {words[-1]} ({error}): see systemctl status.") from error
