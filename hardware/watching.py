"""When a code seen by a camera counts as scanned, and when a picture need not be looked at: both without I/O."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hardware.decoders import Reading
from hardware.pictures import opencv

if TYPE_CHECKING:
    from hardware.decoders import Image


class Watch:
    """A reading counts once two pictures in a row agree on it, and again only after it was out of sight for `gone`
    seconds."""

    def __init__(self, *, gone: float = 1.0) -> None:
        self._gone = gone
        self._before: set[Reading] = set()
        self._counted: dict[Reading, float] = {}

    @property
    def doubtful(self) -> bool:
        """Something was read that has not been confirmed yet."""
        return not self._before <= self._counted.keys()

    def look(self, readings: Iterable[Reading], at: float) -> list[Reading]:
        """The readings that count from now on."""
        self._counted = {reading: seen for reading, seen in self._counted.items() if at - seen <= self._gone}
        readings = list(readings)
        fresh = [reading for reading in readings if reading in self._before and reading not in self._counted]
        self._before = set(readings)
        self._counted |= dict.fromkeys(fresh, at)
        self.stay(at)
        return fresh

    def stay(self, at: float) -> None:
        """The picture is the same as before."""
        self._counted |= {reading: at for reading in self._before if reading in self._counted}


class Gate:
    """Tells a changed picture from a still one; blind to the light growing and falling, as lamps flicker."""

    SIZE = (64, 48)
    LEAST = 0.2
    """Difference of the cell that differs most, in standard deviations of the picture's own brightness, that is a
    change: a mean would not see one barcode give way to the next. Noise of 5 grey levels makes about 0.05."""

    def __init__(self) -> None:
        self._kept: object = None

    def forget(self) -> None:
        """There was no picture: the next one is a change."""
        self._kept = None

    def is_changed(self, image: "Image") -> bool:
        cv2 = opencv()
        small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), self.SIZE, interpolation=cv2.INTER_AREA)
        mean, deviation = (value.item() for value in cv2.meanStdDev(small))
        flat = (small.astype("float32") - mean) / (deviation + 4.0)
        difference = math.inf if self._kept is None else float(cv2.norm(flat, self._kept, cv2.NORM_INF))
        if difference > self.LEAST:
            self._kept = flat
            return True
        return False
