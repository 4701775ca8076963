"""Deliberate pictures: full effort, and every linear code put to the vote.

Check digits don't stop wrong readings, they pass them. So a picture is looked at in several ways, which disagree about
a wrong reading and agree about a right one; a linear code counts when two of them have read it, and no other was read
clearly more often. Symbols of squares correct their errors, or aren't read at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, product
from typing import TYPE_CHECKING

from hardware.imaging import stripes
from hardware.imaging.decoders import Found, Reading, Zbar, Zxing, is_matrix
from hardware.imaging.pictures import grey as brightness
from hardware.imaging.pictures import is_sliver, opencv
from hardware.imaging.symbols import ALL

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

LONGEST = 1600
"""Pixels of the longer side from which on only the first look is at the picture's own size."""
AGREED = 3
"""Votes after which nobody else is asked, where nobody disagrees."""
FRESHENED: tuple[Callable[["Image"], "Image"], ...] = (
    lambda piece: piece,
    stripes.smoothed,
    stripes.sharpened,
    lambda piece: stripes.sharpened(piece, across=5),
    lambda piece: stripes.sharpened(piece, across=17, along=15),
)


def read_still(picture: "Image", *, thorough: bool = False) -> list[Reading]:
    """The codes of all retail symbols, UPC-E and ITF; `thorough` also asks zbar, which errs more often."""
    grey = brightness(picture)
    if is_sliver(grey):
        return []
    squares, ballots = _asked(grey)
    readings = [*squares, *_elected(ballots)]
    return readings + _further(grey, readings) if thorough else readings


def _asked(grey: "Image") -> tuple[list[Reading], list[set[Reading]]]:
    """The symbols of squares, and the linear codes of each look."""
    squares: dict[Reading, None] = {}
    ballots: list[set[Reading]] = []
    for found in _looks(grey):
        squares |= dict.fromkeys(each.reading for each in found if each.is_matrix)
        ballots.append({each.reading for each in found if not each.is_matrix})
        if (squares and not any(ballots)) or _is_agreed(ballots):
            break
    return list(squares), ballots


def _is_agreed(ballots: list[set[Reading]]) -> bool:
    counts = sorted(Counter(chain.from_iterable(ballots)).values())
    return bool(counts) and counts[-1] >= AGREED and (counts[0] > 1 or len(counts) == 1)


def _elected(ballots: list[set[Reading]]) -> list[Reading]:
    """Readings of two looks that are not far behind the first, or stood beside it twice: those are different codes."""
    votes = Counter(chain.from_iterable(sorted(ballot) for ballot in ballots))
    if not votes:
        return []
    first, most = votes.most_common(1)[0]
    beside = Counter(chain.from_iterable(ballot for ballot in ballots if first in ballot))
    return [each for each, count in votes.items() if count >= 2 and (count > 0.75 * most or beside[each] >= 2)]


def _looks(grey: "Image") -> Iterator[list[Found]]:
    zxing = _zxing()
    yield zxing.full(grey, zxing.every)
    small = _scaled(grey, min(1.0, LONGEST / max(grey.shape)))
    for look in (_contrasted, _twice, _halved, _blurred, _sharpened):
        yield zxing.full(look(small), zxing.every)
    yield zxing.full(_halved(small), zxing.matrix, by_brightness=True)
    for picture in (small, opencv().rotate(small, opencv().ROTATE_90_CLOCKWISE)):
        yield from _in_stripes(zxing, picture)


def _in_stripes(zxing: Zxing, grey: "Image") -> Iterator[list[Found]]:
    for region, (scale, widest) in product(stripes.find(grey, most=3), ((1.0, 480), (2.0, 960))):
        piece = stripes.cut(grey, region, scale=scale, widest=widest)
        yield from (zxing.quick(freshen(piece), zxing.linear) for freshen in FRESHENED)
        yield zxing.quick(_contrasted(stripes.smoothed(piece)), zxing.linear)


def _further(grey: "Image", known: list[Reading]) -> list[Reading]:
    """What zbar reads of the kind that was not read at all: beside a known code it would be another reading of it."""
    kinds = {is_matrix(each) for each in known}
    return [each for each in _zbar().read(grey) if is_matrix(each) not in kinds]


@cache
def _zxing() -> Zxing:
    return Zxing(tuple(ALL))


@cache
def _zbar() -> Zbar:
    return Zbar(tuple(ALL))


def _scaled(grey: "Image", factor: float) -> "Image":
    if factor == 1.0:
        return grey
    cv2 = opencv()
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled: Image = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how)
    return scaled


def _twice(grey: "Image") -> "Image":
    return _scaled(grey, 2.0)


def _halved(grey: "Image") -> "Image":
    return _scaled(grey, 0.5)


def _contrasted(grey: "Image") -> "Image":
    contrasted: Image = opencv().createCLAHE(3, (8, 8)).apply(grey)
    return contrasted


def _blurred(grey: "Image") -> "Image":
    blurred: Image = opencv().GaussianBlur(grey, (0, 0), 1.2)
    return blurred


def _sharpened(grey: "Image") -> "Image":
    cv2 = opencv()
    sharp: Image = cv2.addWeighted(grey, 2.5, cv2.GaussianBlur(grey, (0, 0), 3), -1.5, 0)
    return sharp
