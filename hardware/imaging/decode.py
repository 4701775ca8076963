"""The codes in a picture or video that somebody hands over: `tote decode`, a photo taken by the staff."""

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from hardware.errors import NotAPicture
from hardware.imaging.decoders import Reading
from hardware.imaging.live import Live
from hardware.imaging.pictures import NEITHER, grey, opened, still
from hardware.imaging.stills import read_still
from hardware.imaging.symbols import chosen
from hardware.imaging.watching import Watch
from hardware.scan import Scan

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

READER = "decode"


def decode(source: "str | Path | bytes | Image", *, thorough: bool = False) -> list[Scan]:
    """The codes in a picture or video file, the octets of one, or a picture (height x width [x BGR]).

    A code in a video must be read twice in a row. `thorough` asks a second decoder about stills: more codes are found,
    and more of them wrong. Raises `NotAPicture`, and OSError where a file cannot be read.
    """
    at = time.time()
    readings = dict.fromkeys(_readings(source, thorough))
    return [Scan(reader=READER, symbology=each.symbology, data=each.data, at=at) for each in readings]


def _readings(source: "str | Path | bytes | Image", thorough: bool) -> Iterator[Reading]:
    if isinstance(source, str | Path):
        yield from _in_file(Path(source), thorough)
    elif not isinstance(source, bytes):
        yield from read_still(source, thorough=thorough)
    elif (picture := still(source)) is not None:
        yield from read_still(picture, thorough=thorough)
    else:
        with NamedTemporaryFile(prefix="tote-video-") as file:  # videos are read from files only
            file.write(source)
            file.flush()
            yield from _in_octets(Path(file.name))


def _in_octets(path: Path) -> Iterator[Reading]:
    try:
        yield from _in_file(path, thorough=False)
    except NotAPicture:
        raise NotAPicture(f"this {NEITHER}") from None


def _in_file(path: Path, thorough: bool) -> Iterator[Reading]:
    first, others = opened(path)
    if others is None:
        yield from read_still(first, thorough=thorough)
        return
    watch, live = Watch(), Live(chosen())
    for at, picture in enumerate(chain((first,), others)):
        yield from watch.look(live.read(grey(picture)), at / 15)
