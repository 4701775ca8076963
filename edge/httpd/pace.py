"""How slowly somebody may send a request, or take its answer, while a thread waits for them."""

from collections.abc import Callable
from socket import socket
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

FORBORNE, SLOWEST = 10.0, 1 << 10
"""Seconds that a request may keep a thread waiting, and octets for which it is given one of them back."""
PRESSED, BRISK = 2.0, 1 << 15
"""The same while others wait for a thread, and all threads are taken."""
LOOK = 0.5
"""Seconds after which who waits looks whether others do."""


class Pace:
    """A socket, for one direction: TimeoutError once its request has kept the thread waiting for too long."""

    def __init__(
        self, line: socket, timeout: float, *, pressed: Callable[[], bool], given_up: Callable[[], None]
    ) -> None:
        """`timeout`: the longest that it may be silent. `pressed`: whether others wait for a thread. `given_up` is told
        before TimeoutError is raised."""
        self.line, self.stays = line, False
        self._timeout, self._pressed, self._given_up = timeout, pressed, given_up
        self.begin()

    def begin(self, seconds: float | None = None) -> None:
        """A request begins; or what is left of one has so many seconds, whoever waits, and nobody is told."""
        self._told, self._calm, self._brisk = seconds is None, seconds or FORBORNE, seconds or PRESSED

    def recv_into(self, buffer: Any) -> int:
        return self._moving(lambda: self.line.recv_into(buffer))

    def send(self, octets: Any) -> int:
        return self._moving(lambda: self.line.send(octets))

    def _moving(self, move: Callable[[], int]) -> int:
        silent = monotonic() + self._timeout
        while True:
            began = monotonic()
            if (left := min(self._left(), silent - began)) <= 0:
                if self._told:
                    self._given_up()
                raise TimeoutError("timed out")  # cheroot knows it by these words
            self.line.settimeout(min(left, LOOK))
            try:
                moved = move()
            except TimeoutError:
                self._count(monotonic() - began, 0)
                continue
            self._count(monotonic() - began, moved)
            return moved

    def _left(self) -> float:
        return self._brisk if self._brisk <= 0 and not self.stays and self._pressed() else self._calm

    def _count(self, waited: float, moved: int) -> None:
        """What came at once saves nothing up: the kernel takes megabytes of an answer that nobody reads."""
        self._calm = min(FORBORNE, self._calm + moved / SLOWEST - waited)
        self._brisk = min(PRESSED, self._brisk + moved / BRISK - waited)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)
