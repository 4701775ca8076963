"""The pictures of the catalogue on the box: content-addressed, each with a small rendition for cards and lines.

A full picture (1600 px) takes 15 to 27 ms to decode in a browser; a screen of cards would decode a dozen of them.
"""

import logging
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

    def put(self, name: str, content: bytes) -> bool:
        """Keeps `content` if it is what `name` says. False where it is not."""
        if Path(name).name != name or sha256(content).hexdigest() != Path(name).stem:
            return False
        _write(self.folder / name, content)
        return True

    def make_small(self, name: str) -> None:
        """The rendition of a picture that is kept, unless it is there."""
        if name in self and not (self.small / name).exists():
            _write(self.small / name, _rendition(name, (self.folder / name).read_bytes()))


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


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}")
    part.write_bytes(content)
    part.replace(path)
