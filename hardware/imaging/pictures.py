"""Pictures out of files, octets and videos, by OpenCV, loaded at first use."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardware.drivers import missing
from hardware.errors import NotAPicture
from hardware.imaging.picture_size import MOST_PIXELS, size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

MOTION_JPEG = {".mjpeg", ".mjpg"}
"""Videos that begin like a picture."""
HEAD = 256 * 1024
"""Octets of a file in which its size must be said."""
NEITHER = "is neither a picture nor a video that can be read"


@cache
def opencv() -> Any:
    """OpenCV and its FFmpeg, silenced: that a file is no picture is said by our own errors."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")  # seconds that a silent camera is waited for
    try:
        import cv2
    except ImportError as error:
        raise missing("reading pictures", error) from error
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def grey(picture: "Image") -> "Image":
    """The brightness of a picture (height x width [x BGR])."""
    if picture.ndim == 2:
        return picture
    cv2 = opencv()
    brightness: Image = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return brightness


def is_sliver(grey: "Image") -> bool:
    """No code fits into the picture, and what is done to pictures does not either: nothing of it would be left at half
    the size, or zxing-cpp would refuse it."""
    shorter, longer = sorted(grey.shape)
    return bool(shorter < 2 or longer > min(1 << 15, 300 * shorter))


def still(octets: bytes) -> "Image | None":
    """The picture in `octets` (PNG, JPEG, WebP …), None where there is none; `NotAPicture` where it is too large."""
    import numpy as np

    if not octets:
        return None
    _limit(size(octets[:HEAD]), "this picture")
    cv2, buffer = opencv(), np.frombuffer(octets, np.uint8)
    if octets.startswith(b"\x89PNG"):
        picture = _unpacked(cv2.imdecode, buffer, cv2.IMREAD_UNCHANGED)
        if picture is not None and picture.shape[2:] == (4,) and picture.dtype == np.uint8:
            return _on_white(picture)
    return _unpacked(cv2.imdecode, buffer, cv2.IMREAD_COLOR)


def opened(path: Path) -> "tuple[Image, Iterator[Image] | None]":
    """The picture in a file, or the first frame of the video in it and the others; raises `NotAPicture` or OSError."""
    picture = _picture(path)
    if picture is not None:
        return picture, None
    video = from_video(str(path))
    first = next(video, None)
    if first is None:
        raise NotAPicture(f"{path.name} {NEITHER}")
    return first, video


def from_video(source: str) -> Iterator["Image"]:
    """The frames of a video file, or of a series as seq_%03d.jpg, until its end."""
    cv2 = opencv()
    capture = cv2.VideoCapture(source)
    try:
        said = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        _limit(said, Path(source).name)
        while (frame := capture.read())[0]:
            yield frame[1]
    finally:
        capture.release()


def is_series(source: str) -> bool:
    """Whether `source` stands for numbered pictures: seq_%03d.jpg."""
    return re.search(r"%0?\d*d", source) is not None


def _picture(path: Path) -> "Image | None":
    if is_series(path.name) and not path.exists():
        return None
    with path.open("rb") as file:  # OpenCV does not tell an absent or forbidden file from a bad one
        said = size(file.read(HEAD))
        _limit(said, path.name)
        if path.suffix.lower() in MOTION_JPEG:
            return None
        file.seek(0)
        if said:
            return still(file.read())
    return _unpacked(opencv().imread, str(path), opencv().IMREAD_COLOR)


def _unpacked(how: Any, what: Any, flags: int) -> "Image | None":
    """Of formats whose size is not known here OpenCV itself refuses what is too large, as what it can't take."""
    try:
        picture: Image | None = how(what, flags)
    except opencv().error as error:
        raise NotAPicture(f"this picture can't be unpacked ({error.err}): is it too large, or broken?") from error
    return picture


def _limit(said: tuple[int, int] | None, name: str) -> None:
    if said and said[0] * said[1] > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise NotAPicture(f"{name} has {said[0]} x {said[1]} pixels; at most {most} million are read: make it smaller")


def _on_white(picture: "Image") -> "Image":
    """A picture with transparency (BGRA) as it looks on paper: codes are drawn in black on nothing."""
    import numpy as np

    alpha = picture[..., 3:].astype(np.uint16)
    mixed = (picture[..., :3] * alpha + 255 * (255 - alpha)) // 255
    return mixed.astype(np.uint8)
