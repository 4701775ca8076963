"""The pictures of the catalogue on the box: content-addressed, each with a small rendition for cards and lines, within
a budget of octets.

A full picture (1600 px) takes 15 to 27 ms to decode in a browser; a screen of cards would decode a dozen of them.
"""

import logging
import os
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

log = logging.getLogger(__name__)

SMALL = 640
"""Pixels of the longer side of a small rendition."""
QUALITY = 86


class Pictures:
    """`folder` holds `<sha256>.<suffix>`, `folder/small` the renditions under the same names.

    A rendition takes a Raspberry Pi a tenth of a second: it is made after the picture is already in use, and who asks
    before that gets the full picture.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.small = folder, folder / "small"
        self.small.mkdir(parents=True, exist_ok=True)

    def __contains__(self, name: str) -> bool:
        return (self.folder / name).exists()

    def has(self, name: str, *, small: bool) -> bool:
        return ((self.small if small else self.folder) / name).exists()

    def put(self, name: str, content: bytes) -> bool:
        """Keeps `content` if it is what `name` says. False where it is not."""
        if not is_named(name, content):
            return False
        _write(self.folder / name, content)
        return True

    def put_rendition(self, name: str, content: bytes, *, small: bool) -> None:
        """Keeps what HQ made of a picture; whoever calls has seen that it was HQ."""
        _write((self.small if small else self.folder) / Path(name).name, content)

    def drop(self, name: str, *, small: bool) -> None:
        ((self.small if small else self.folder) / name).unlink(missing_ok=True)

    def size(self) -> int:
        """Octets of all that is kept."""
        return sum(path.stat().st_size for path in self._files())

    def make_room(self, budget: int, in_use: Collection[str]) -> list[str]:
        """Deletes until no more than `budget` octets are kept: first what the catalogue does not name any more, then
        what nobody has looked at for longest, large before small. Returns the names that were deleted."""
        size, gone = self.size(), list[str]()
        for path in sorted(self._files(), key=lambda path: self._worth(path, in_use)):
            if size <= budget:
                break
            size -= path.stat().st_size
            path.unlink()
            gone.append(path.name)
        return gone

    def _files(self) -> list[Path]:
        return [path for folder in (self.folder, self.small) for path in folder.iterdir() if path.is_file()]

    def _worth(self, path: Path, in_use: Collection[str]) -> tuple[bool, bool, float]:
        return path.name in in_use, path.parent == self.small, path.stat().st_mtime

    def make_small(self, name: str) -> None:
        """The rendition of a picture that is kept, unless it is there."""
        if name in self and not (self.small / name).exists():
            _write(self.small / name, _rendition(name, (self.folder / name).read_bytes()))


def is_named(name: str, content: bytes) -> bool:
    """Whether `content` is what the file name says, and the name is one."""
    return Path(name).name == name and sha256(content).hexdigest() == Path(name).stem


def _rendition(name: str, content: bytes) -> bytes:
    """The picture at `SMALL` in its own format; as it is where it is small, or no pixels (SVG)."""
    if Path(name).suffix == ".svg":
        return content
    # Only needed while new pictures arrive: 100 ms and 60 MB that a start does without.
    import cv2
    import numpy

    pixels = cv2.imdecode(numpy.frombuffer(content, numpy.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        log.warning("picture %s can't be decoded; screens get it as it is", name)
        return content
    scale = SMALL / max(pixels.shape[:2])
    if scale >= 1:
        return content
    smaller = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(Path(name).suffix, smaller, _quality(name, cv2))
    return encoded.tobytes() if done else content


def _quality(name: str, cv2: object) -> list[int]:
    flags = {".webp": "IMWRITE_WEBP_QUALITY", ".jpg": "IMWRITE_JPEG_QUALITY", ".jpeg": "IMWRITE_JPEG_QUALITY"}
    flag = flags.get(Path(name).suffix)
    return [getattr(cv2, flag), QUALITY] if flag else []


LOOKED_AT = 3600.0
"""Seconds between two notes that somebody looked at a picture."""


def looked_at(path: Path, now: float) -> None:
    """Notes that a screen shows this file; its time of change says when it was last wanted."""
    with suppress(OSError):
        if now - path.stat().st_mtime > LOOKED_AT:
            os.utime(path, (now, now))


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}")
    part.write_bytes(content)
    part.replace(path)
