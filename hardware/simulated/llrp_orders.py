"""The standing orders (ROSpecs) of a simulated UHF reader, without I/O."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hardware.llrp.frames import parameters
from hardware.simulated.llrp_tags import UhfTag


class Refused(Exception):
    """An order that the reader does not take."""


@dataclass(frozen=True)
class Order:
    """Which antennas, what to report and how many tags at once (0: all of a round), and whether enabling starts it."""

    antennas: frozenset[int]
    content: int
    together: int
    is_immediate: bool
    is_enabled: bool = False
    is_active: bool = False

    def reports(self, number: int, tags: Iterable[UhfTag]) -> Iterator[bytes]:
        """The bodies of RO_ACCESS_REPORTs of one round."""
        if not self.is_active:
            return
        heard = [tag.report(self.content, number) for tag in tags if self.antennas & {0, tag.antenna}]
        size = self.together or len(heard) or 1
        for at in range(0, len(heard), size):
            yield b"".join(heard[at : at + size])


class Orders:
    """By number; 0 stands for all."""

    def __init__(self, antennas: int) -> None:
        self._antennas = antennas
        self.known: dict[int, Order] = {}

    @property
    def are_active(self) -> bool:
        return any(order.is_active for order in self.known.values())

    def add(self, body: bytes) -> None:
        (spec,) = _all(body, 177)
        number, order = int.from_bytes(spec[:4]), _order(spec[6:])
        if not number or number in self.known:
            raise Refused(f"an ROSpec {number} cannot be added")
        if too_high := [antenna for antenna in order.antennas if antenna > self._antennas]:
            raise Refused(f"there is no antenna {too_high[0]}")
        self.known[number] = order

    def delete(self, body: bytes) -> None:
        for number in self._meant(body):
            del self.known[number]

    def enable(self, body: bytes) -> None:
        for number in self._meant(body):
            order = self.known[number]
            self.known[number] = replace(order, is_enabled=True, is_active=order.is_active or order.is_immediate)

    def disable(self, body: bytes) -> None:
        for number in self._meant(body):
            self.known[number] = replace(self.known[number], is_enabled=False, is_active=False)

    def start(self, body: bytes) -> None:
        for number in self._meant(body):
            if not self.known[number].is_enabled:
                raise Refused(f"ROSpec {number} is disabled")
            self.known[number] = replace(self.known[number], is_active=True)

    def stop(self, body: bytes) -> None:
        for number in self._meant(body):
            self.known[number] = replace(self.known[number], is_active=False)

    def _meant(self, body: bytes) -> list[int]:
        number = int.from_bytes(body)
        if number and number not in self.known:
            raise Refused(f"there is no ROSpec {number}")
        return [number] if number else list(self.known)


def _order(specs: bytes) -> Order:
    (boundary,), (inventory,), (report,) = _all(specs, 178), _all(specs, 183), _all(specs, 237)
    (trigger,), (content,) = _all(boundary, 179), _all(report[3:], 238)
    count = int.from_bytes(inventory[:2])
    antennas = frozenset(int.from_bytes(inventory[at : at + 2]) for at in range(2, 2 + 2 * count, 2))
    return Order(antennas, int.from_bytes(content[:2]), int.from_bytes(report[1:3]), trigger[0] == 1)


def _all(body: bytes, wanted: int) -> list[bytes]:
    found = [value for kind, value in parameters(body) if kind == wanted]
    if not found:
        raise Refused(f"a parameter {wanted} is missing")
    return found
