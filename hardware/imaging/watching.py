"""When a code before a camera counts, when a picture is worth a look, and when a camera is dead: all without I/O."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hardware.errors import DeviceLost
from hardware.imaging.decoders import Reading
from hardware.imaging.pictures import opencv

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image


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
        readings = list(readings)
        held = self._before.intersection(readings)  # however long the look took, it was never out of sight
        self._counted = {
            reading: seen for reading, seen in self._counted.items() if reading in held or at - seen <= self._gone
        }
        fresh = [reading for reading in readings if reading in self._before and reading not in self._counted]
        self._before = set(readings)
        self._counted |= dict.fromkeys(fresh, at)
        self.stay(at)
        return fresh

    def stay(self, at: float) -> None:
        """The picture is the same as before."""
        self._counted |= {reading: at for reading in self._before if reading in self._counted}


class Gate:
    """Tells which pictures to look at: changed ones, and still ones again after ever longer pauses.

    Blind to the light growing and falling, as lamps flicker.
    """

    SIZE = (64, 48)
    LEAST = 0.2
    """Difference of the cell that differs most, in standard deviations of the picture's own brightness, that is a
    change: a mean would not see one barcode give way to the next. Noise of 5 grey levels makes about 0.05."""
    AGAIN = (0.05, 4.0)
    """Seconds after which a still picture is looked at again, doubling from the first to the last: a code lying there
    gets a new chance with each noise, a wall costs nothing."""

    def __init__(self) -> None:
        self._kept: object = None
        self._looked, self._pause = -math.inf, self.AGAIN[0]

    def forget(self) -> None:
        """There was no picture: the next one is a change."""
        self._kept = None

    def is_open(self, grey: "Image", at: float) -> bool:
        """Whether to look at this picture, taken at `at` (s)."""
        if self.is_changed(grey):
            self._looked, self._pause = at, self.AGAIN[0]
            return True
        if at - self._looked < self._pause:
            return False
        self._looked, self._pause = at, min(2 * self._pause, self.AGAIN[1])
        return True

    def is_changed(self, grey: "Image") -> bool:
        """Whether it differs from the last that did."""
        cv2 = opencv()
        small = cv2.resize(grey, self.SIZE, interpolation=cv2.INTER_AREA)
        mean, deviation = (value.item() for value in cv2.meanStdDev(small))
        flat = (small.astype("float32") - mean) / (deviation + 4.0)
        difference = math.inf if self._kept is None else float(cv2.norm(flat, self._kept, cv2.NORM_INF))
        if difference > self.LEAST:
            self._kept = flat
            return True
        return False


class Vigil:
    """Notices that a camera is connected but dead: no picture for `PATIENCE` seconds, or the same black one."""

    PATIENCE = 3.0
    BLACK = 24
    """The brightest a black picture's pixel is; a covered lens gives noise, so no two of its pictures are the same."""

    def __init__(self, name: str, at: float) -> None:
        self._name, self._came, self._lit = name, at, at
        self._black: tuple[int, int] | None = None

    def came(self, grey: "Image", at: float) -> None:
        """A picture came; raises `DeviceLost`."""
        self._came = at
        brightest = int(grey.max())
        black = (brightest, int(grey.sum())) if brightest <= self.BLACK else None
        if black is None or black != self._black:
            self._lit, self._black = at, black
        elif at - self._lit > self.PATIENCE:
            raise DeviceLost(f"the camera {self._name} shows one black picture: open its cover, or put its plug anew")

    def none(self, at: float) -> None:
        """None came; raises `DeviceLost`."""
        if at - self._came > self.PATIENCE:
            raise DeviceLost(f"the camera {self._name} has given no picture for {self.PATIENCE:.0f} s: check its plug")
