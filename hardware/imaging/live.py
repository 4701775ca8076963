"""A camera's pictures read by zxing-cpp: quickly as they are, and then the regions of stripes in them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hardware.errors import BadOption
from hardware.imaging import stripes
from hardware.imaging.decoders import Decoder, Found, Reading, Zbar, Zxing
from hardware.imaging.pictures import is_sliver, opencv

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

TURN_AT = 3
"""Every how manieth picture without a code is looked at on its side as well."""


class Live:
    """Reads upright pictures at once, and sidewards ones from every third picture without a code on.

    Full effort on every picture would read less and cost twice as much: what a small region gains by being cut out,
    straightened and sharpened is more than what rotating, shrinking and inverting the whole picture gains.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._zxing = Zxing(names)
        self._misses, self._sideways = 0, False

    def read(self, grey: "Image") -> list[Reading]:
        if is_sliver(grey):
            return []
        looks = [self._sidewards, self._upright] if self._sideways else [self._upright, self._sidewards]
        if found := looks[0](grey):
            self._misses = 0
            return found
        self._misses += 1
        if not self._sideways and self._misses % TURN_AT:
            return []
        found = looks[1](grey)
        self._sideways = bool(found) and not self._sideways
        return found

    def _upright(self, grey: "Image") -> list[Reading]:
        found = self._zxing.quick(grey, self._zxing.every) or self._zxing.quick(_halved(grey), self._zxing.matrix)
        if all(each.is_matrix for each in found):
            found += self._in_stripes(grey, found, most=1 if found else 2)
        return _once(found)

    def _sidewards(self, grey: "Image") -> list[Reading]:
        """Linear codes only: symbols of squares are read whichever way they stand."""
        turned = _turned(grey)
        return _once(self._zxing.quick(turned, self._zxing.linear) or self._in_stripes(turned, [], most=1))

    def _in_stripes(self, grey: "Image", known: list[Found], most: int) -> list[Found]:
        """The first code in a region outside of those that were read: a symbol of squares has stripes too."""
        if not self._zxing.linear:
            return []
        regions = stripes.find(grey, most=most)
        for region in (each for each in regions if not any(code.covers(each.x, each.y) for code in known)):
            piece = stripes.cut(grey, region)
            for freshened in (stripes.smoothed, stripes.sharpened):
                if found := self._zxing.quick(freshened(piece), self._zxing.linear):
                    return found
        return []


DECODERS: dict[str, Callable[[Sequence[str]], Decoder]] = {"zxing": Live, "pyzbar": Zbar}


def decoder(name: str, names: Sequence[str]) -> Decoder:
    """The live decoder `name`, looking for the symbols `names`; raises `BadOption` or `MissingLibrary`."""
    return checked(name)(names)


def checked(name: str) -> Callable[[Sequence[str]], Decoder]:
    if name not in DECODERS:
        raise BadOption(f"decoder = {name!r} is none of: {', '.join(DECODERS)}")
    return DECODERS[name]


def _once(found: list[Found]) -> list[Reading]:
    return list(dict.fromkeys(each.reading for each in found))


def _turned(grey: "Image") -> "Image":
    cv2 = opencv()
    turned: Image = cv2.rotate(grey, cv2.ROTATE_90_CLOCKWISE)
    return turned


def _halved(grey: "Image") -> "Image":
    """Half the size: a near and blurred symbol of squares gets sharp."""
    cv2 = opencv()
    half: Image = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return half
