"""Regions of upright stripes in a picture, cut out, straightened and freshened up: where a linear code may be.

zxing-cpp judges a row's black and white by the whole row, so a code is read better without its surroundings. Stripes
are found by the structure tensor (Bigün and Granlund 1987): where nearly all change of brightness is across, and none
along. It is summed over cells of a small copy, and looked at in three scales: bars of near and far codes.
"""

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from hardware.imaging.pictures import opencv

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.imaging.pictures import Image

WIDTH = 320
"""The copy's longer side, in pixels."""
CELL = 4
"""Pixels of the copy that are one cell, each way."""
SCALES = (1, 3, 7)
"""Cells over which the tensor is smoothed, each way."""
COHERENCE = 0.5
"""How much of the change must be across, from 0 (as much as along) to 1 (all)."""
ENERGY = 300.0
"""Least mean square of the Sobel gradient: below is noise."""
LEAST = (6, 2)
"""Cells across and along the bars below which a region is no code."""
MOST = 3
"""Regions looked at in each scale."""
MARGIN = 12
"""Pixels kept at both sides, for the quiet zone."""
TALLEST = 0.75
"""How far along the bars a region is cut out, for each pixel across: longer stripes are a fence, or enough."""
WIDEST = 480
"""Pixels across a cut region: five to each module of an EAN-13 are enough, and blur gets narrower."""


class Region(NamedTuple):
    """A turned rectangle in pixels: its centre, how far it reaches across and along the bars, and its angle (rad)."""

    x: float
    y: float
    across: float
    along: float
    angle: float

    def is_about(self, other: "Region") -> bool:
        """Roughly the same place and size."""
        near = abs(self.x - other.x) < 0.25 * self.across and abs(self.y - other.y) < 0.35 * self.along
        return near and 0.6 < self.across * self.along / (other.across * other.along) < 1.7


def find(grey: "Image", *, most: int = 2) -> list[Region]:
    """The largest regions of stripes, the bars within about 30 degrees of upright."""
    cells, factor = _tensor(grey)
    found = chain.from_iterable(_in_scale(cells, scale) for scale in SCALES)
    kept: list[Region] = []
    for _, region in sorted(found, reverse=True):
        if not any(region.is_about(other) for other in kept):
            kept.append(region)
    return [_grown(region, factor) for region in kept[:most]]


def cut(grey: "Image", region: Region, *, widest: int = WIDEST, scale: float = 1.0) -> "Image":
    """The region with its bars upright, no wider than `widest` pixels."""
    import numpy as np

    width = region.across + 2 * MARGIN
    scale = min(scale, widest / width)
    size = max(8, round(width * scale)), max(8, round(region.along * scale))
    cos, sin = np.cos(region.angle) / scale, np.sin(region.angle) / scale
    left = region.x - cos * size[0] / 2 + sin * size[1] / 2
    top = region.y - sin * size[0] / 2 - cos * size[1] / 2
    matrix, cv2 = np.array([[cos, -sin, left], [sin, cos, top]]), opencv()
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    piece: Image = cv2.warpAffine(grey, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return piece


def smoothed(piece: "Image", along: int = 5) -> "Image":
    """Averaged along the bars, which takes noise and leaves the edges."""
    mean: Image = opencv().blur(piece, (1, along))
    return mean


def sharpened(piece: "Image", *, along: int = 9, across: int = 9, amount: float = 1.5) -> "Image":
    """Averaged along the bars, and sharpened across them: undoes some of a blur."""
    cv2, mean = opencv(), smoothed(piece, along)
    sharp: Image = cv2.addWeighted(mean, 1 + amount, cv2.blur(mean, (across, 1)), -amount, 0)
    return sharp


def _grown(region: Region, factor: float) -> Region:
    x, y, across, along = (value * factor for value in region[:4])
    return Region(x, y, across, min(along, TALLEST * across), region.angle)


def _tensor(grey: "Image") -> "tuple[NDArray[np.float32], float]":
    """xx - yy, xx + yy and 2 xy of the gradient, the mean of each cell; and the pixels of a cell's side."""
    cv2 = opencv()
    factor = min(1.0, WIDTH / max(grey.shape))
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else grey
    across, down = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
    xx, yy = across * across, down * down
    size = max(1, small.shape[1] // CELL), max(1, small.shape[0] // CELL)
    products = cv2.merge((xx - yy, xx + yy, 2 * across * down))
    return cv2.resize(products, size, interpolation=cv2.INTER_AREA), CELL / factor


def _in_scale(cells: "NDArray[np.float32]", scale: int) -> list[tuple[float, Region]]:
    """(cells, region) of the largest connected regions, in units of cells."""
    cv2 = opencv()
    mean = cv2.blur(cells, (scale, scale)) if scale > 1 else cells
    stripes = (mean[..., 0] > COHERENCE * mean[..., 1]) & (mean[..., 1] > ENERGY)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(stripes.astype("uint8"), connectivity=4)
    largest = sorted(range(1, len(boxes)), key=lambda at: -int(boxes[at][4]))[:MOST]
    regions = ((float(boxes[at][4]), _region(mean, labels == at, boxes[at])) for at in largest)
    return [(area, each) for area, each in regions if each.across >= LEAST[0] and each.along >= LEAST[1]]


def _region(mean: "NDArray[np.float32]", inside: "NDArray[np.bool_]", box: "NDArray[np.int32]") -> Region:
    """The rectangle around the cells `inside`, turned as their mean gradient."""
    import numpy as np

    x, y, width, height = (int(value) for value in box[:4])
    part = inside[y : y + height, x : x + width]
    here = mean[y : y + height, x : x + width][part].sum(axis=0)
    angle = float(np.arctan2(here[2], here[0])) / 2
    (rows, columns), cos, sin = np.nonzero(part), np.cos(angle), np.sin(angle)
    across, along = columns * cos + rows * sin, rows * cos - columns * sin
    u, v = (across.min() + across.max()) / 2, (along.min() + along.max()) / 2
    centre = x + u * cos - v * sin + 0.5, y + u * sin + v * cos + 0.5
    return Region(float(centre[0]), float(centre[1]), float(np.ptp(across)) + 1, float(np.ptp(along)) + 1, angle)
