"""Stations, and what the shop knows of the world outside its database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hardware.health import ReaderHealth
from hardware.scan import ReaderEvent

if TYPE_CHECKING:
    from hardware.tags.writing import Written


@dataclass(frozen=True, kw_only=True)
class Station:
    """One screen with the readers that belong to it."""

    id: str
    kind: Literal["wall", "tablet", "staff"]
    name: str


class Outside(Protocol):
    """The line to HQ and the readers, which are started after the shop and stopped before it."""

    def line_up(self) -> bool: ...

    def trouble(self) -> str:
        """Why not everything can be sent to HQ, beyond a line that is down; "" in good health."""

    def refused(self) -> str:
        """Why what HQ announced is not shown, or not yet; "" where it is."""

    def wake(self) -> None:
        """Events were appended: send them now."""

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """HQ's answer to a question (docs/protocol.md), None where there is none within 0.8 seconds. It waits for it:
        never call it where a screen is being painted."""

    def readers(self, station: str | None = None) -> Sequence[ReaderHealth]:
        """The readers of one station, or all."""

    def want_picture(self, name: str, *, small: bool) -> None:
        """A screen shows a picture that is not here: fetch it soon."""

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        """`source`, somewhere else, speaks for a reader of `station`; False where none of its name is configured."""

    def writers(self, station: str) -> Sequence[str]:
        """The readers of `station` that can write tags."""

    def write_tag(
        self, reader: str, message: bytes, *, lock: bool, before: bytes, wanted: Callable[[], bool]
    ) -> "Written | None":
        """Writes on the next tag that is not the one with the UID `before`; None where none came within a second, which
        it waits for, or nothing is `wanted` any more. Raises `TagError`, or another `HardwareError` where the reader is
        down."""


class Alone:
    """No line and no readers: what a shop starts with."""

    def line_up(self) -> bool:
        return False

    def trouble(self) -> str:
        return ""

    def refused(self) -> str:
        return ""

    def wake(self) -> None:
        pass

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        return None

    def readers(self, station: str | None = None) -> Sequence[ReaderHealth]:
        return ()

    def want_picture(self, name: str, *, small: bool) -> None:
        pass

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        return False

    def writers(self, station: str) -> Sequence[str]:
        return ()

    def write_tag(
        self, reader: str, message: bytes, *, lock: bool, before: bytes, wanted: Callable[[], bool]
    ) -> "Written | None":
        return None
