"""What a camera driver looks at: a device, a pipe, or files in their place. Each yields one picture a tick, or None."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardware.errors import DeviceAbsent, NotAPicture
from hardware.imaging.capture import Capture, device, from_camera
from hardware.imaging.motion_jpeg import Pipe
from hardware.imaging.pictures import is_series, opened

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

SETTLING = 1.0
"""Seconds after its last change in which a file that is no picture may still be being written."""


class Source(NamedTuple):
    """Pictures one after the other; None stands for an empty view, or where the source is `alive`, for none yet."""

    pictures: Iterator["Image | NotAPicture | None"]
    alive: bool
    """It sets its own pace, and must not fall silent."""
    close: Callable[[], None] = lambda: None


def frames(source: str, *, hold: float, capture: Capture) -> Source:
    """The frames of a camera, a named pipe, a picture (which stays), a video or series (once), or a watched folder."""
    if camera := device(source):
        return Source(from_camera(camera, capture), alive=True)
    path = Path(source)
    if path.is_dir():
        return Source(Folder(path, max(2, round(capture.rate * hold))).frames(), alive=False)
    if path.is_fifo():
        pipe = Pipe(path)
        return Source(pipe.pictures(), alive=True, close=pipe.close)
    if not path.exists() and not is_series(path.name):
        raise DeviceAbsent(
            f"no picture, video, folder or pipe at {source}: correct `source`, or give a camera's number"
        )
    return Source(_file(path), alive=False)


def _file(path: Path) -> Iterator["Image | None"]:
    first, others = opened(path)
    return repeat(first) if others is None else chain((first,), others, repeat(None))


class Folder:
    """A folder in place of a camera: each picture dropped into it is seen for `ticks`, each video once.

    What lies there at the start is old and never seen.
    """

    def __init__(self, path: Path, ticks: int) -> None:
        self._path, self._ticks = path, ticks
        self._seen = self._present()

    def frames(self) -> Iterator["Image | NotAPicture | None"]:
        while True:
            fresh = sorted(self._present() - self._seen)
            for file in fresh:
                yield from self._show(*file)
            if not fresh:
                yield None

    def _present(self) -> set[tuple[float, str]]:
        """(time of the last change, name) of every file: the oldest first, and a file written again is a new one."""
        files = {}
        for file in self._path.iterdir():
            with suppress(FileNotFoundError):  # it was a passing one
                if file.is_file() and not file.name.startswith("."):
                    files[file.name] = file.stat().st_mtime
        return {(changed, name) for name, changed in files.items()}

    def _show(self, changed: float, name: str) -> Iterator["Image | NotAPicture | None"]:
        try:
            first, others = opened(self._path / name)
        except FileNotFoundError:  # it was a passing one
            return
        except (NotAPicture, OSError) as error:
            if time.time() - changed > SETTLING:
                self._seen.add((changed, name))
                yield NotAPicture(str(error))
            yield None
            return
        self._seen.add((changed, name))
        yield from repeat(first, self._ticks) if others is None else chain((first,), others)
        yield None  # the picture is gone before the next one comes
