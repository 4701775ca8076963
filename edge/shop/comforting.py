"""Choosing how a station's screen is, for the visit that is there."""

from collections.abc import Container
from typing import Any

import msgspec

from edge.shop.comfort import USUAL, Comfort
from edge.shop.errors import ShopError
from edge.shop.turns import Turns


class Comforting:
    """Thread-safe."""

    def __init__(self, turns: Turns, stations: Container[str]) -> None:
        self._turns, self._stations = turns, stations

    def at(self, station: str) -> Comfort:
        visit = self._turns.visit(station)
        return visit.comfort if visit else USUAL

    def choose(self, station: str, name: str, value: str) -> None:
        """`name` is a field of Comfort, `value` "1" or "" or, of the text, its size. Raises ShopError."""
        if station not in self._stations or name not in Comfort.__struct_fields__:
            raise ShopError(f"no {name[:40]!r} can be chosen at {station[:40]!r}")
        chosen: Any = value if name == "text" else value == "1"
        try:
            msgspec.convert({name: chosen}, Comfort)
        except msgspec.ValidationError as error:
            raise ShopError(f"{name} can't be {value[:40]!r}") from error
        self._turns.run(station, lambda turn: turn.make_comfortable(name, chosen))
