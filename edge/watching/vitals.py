"""What has to make progress while the box runs. Asked by /health/ready, and through it by systemd's watchdog."""

from collections.abc import Callable, Mapping

Vital = Callable[[float], bool]
"""Whether a part makes progress within so many seconds."""
PATIENCE = 5.0
"""Seconds: a disk that is busy may take a few."""


class Vitals:
    def __init__(self, parts: Mapping[str, Vital]) -> None:
        self._parts = parts

    def stuck(self) -> list[str]:
        """The parts that make no progress."""
        return [name for name, lives in self._parts.items() if not lives(PATIENCE)]
