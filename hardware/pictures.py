"""Pictures out of files, bytes and cameras, by OpenCV, loaded at first use."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hardware.drivers import missing
from hardware.errors import DeviceAbsent, DeviceLost, NotAPicture

if TYPE_CHECKING:
    from hardware.decoders import Image


MOTION_JPEG = {".mjpeg", ".mjpg"}
"""Videos that begin like a picture."""


@cache
def opencv() -> Any:
    """OpenCV and its FFmpeg, silenced: that a file is no picture is said by our own errors."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    try:
        import cv2
    except ImportError as error:
        raise missing("reading pictures", error) from error
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def still(octets: bytes) -> "Image | None":
    """The picture in `octets` (PNG, JPEG, WebP …), None where there is none."""
    import numpy as np

    if not octets:
        return None
    picture: Image | None = opencv().imdecode(np.frombuffer(octets, np.uint8), opencv().IMREAD_COLOR)
    return picture


def opened(path: Path) -> "tuple[Image, Iterator[Image] | None]":
    """The picture in a file, or the first frame of the video in it and the others; raises `NotAPicture` or OSError."""
    path.open("rb").close()  # OpenCV does not tell an absent or forbidden file from a bad one
    picture = None if path.suffix.lower() in MOTION_JPEG else opencv().imread(str(path), opencv().IMREAD_COLOR)
    if picture is not None:
        return picture, None
    video = from_capture(str(path))
    first = next(video, None)
    if first is None:
        raise NotAPicture(f"{path.name} is neither a picture nor a video that can be read")
    return first, video


def from_capture(source: str | int) -> Iterator["Image"]:
    """The frames of a video file until its end."""
    capture = opencv().VideoCapture(source)
    try:
        while (frame := capture.read())[0]:
            yield frame[1]
    finally:
        capture.release()


def from_camera(number: int) -> Iterator["Image"]:
    """The frames of the camera /dev/video`number`, for ever; raises `DeviceAbsent`, and `DeviceLost` when they end."""
    if not Path(f"/dev/video{number}").exists():
        raise DeviceAbsent(f"no camera at /dev/video{number}: plug it in, or correct `source`")
    return _until_lost(number)


def _until_lost(number: int) -> Iterator["Image"]:
    yield from from_capture(number)
    raise DeviceLost(f"the camera /dev/video{number} gives no more pictures: check its plug")
