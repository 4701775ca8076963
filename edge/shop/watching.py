"""Who counts what the shop does, and how long it takes."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from edge.shop.screens import Screen
from hardware.scan import Scan


class Watching(Protocol):
    """Called on whatever thread works; must be quick, and raise nothing."""

    def following(self, station: str, scan: Scan) -> AbstractContextManager[None]:
        """Inside, this thread works on that scan."""

    def scanned(self, scan: Scan, screen: Screen, seconds: float) -> None:
        """It was answered with `screen`."""

    def found(self, seconds: float) -> None:
        """A search took so long."""


class Unwatched:
    def following(self, station: str, scan: Scan) -> AbstractContextManager[None]:
        return nullcontext()

    def scanned(self, scan: Scan, screen: Screen, seconds: float) -> None:
        pass

    def found(self, seconds: float) -> None:
        pass
