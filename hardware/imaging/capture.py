"""Cameras of the machine, through V4L2."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hardware.errors import DeviceAbsent, DeviceLost
from hardware.imaging.pictures import opencv

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image


class Capture(NamedTuple):
    """What a camera is asked for; it gives what is nearest. `fourcc` MJPG, since raw pictures fill a USB 2 cable."""

    width: int = 1280
    height: int = 720
    rate: float = 15.0
    fourcc: str = "MJPG"


def device(source: str) -> Path | None:
    """The device that `source` names (a number, /dev/video0, /dev/v4l/by-id/…), None where it names something else."""
    if source.isdigit():
        return Path(f"/dev/video{source}")
    return Path(source) if re.match(r"/dev/(video|v4l/)", source) else None


def from_camera(path: Path, wanted: Capture) -> Iterator["Image"]:
    """The frames of a camera, for ever; raises `DeviceAbsent`, and `DeviceLost` when they end.

    A camera that is silent for three seconds has ended: OpenCV's wait for it is set so.
    """
    if not path.exists():
        raise DeviceAbsent(f"no camera at {path}: plug it in, or correct `source`")
    pictures = _until_lost(path, wanted)
    return chain((next(pictures),), pictures)  # one that can't be opened is told now


def _until_lost(path: Path, wanted: Capture) -> Iterator["Image"]:
    cv2 = opencv()
    capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_V4L2)
    try:
        if not capture.isOpened():
            raise DeviceAbsent(f"{path} can't be opened as a camera: is it in use, and is this user in group video?")
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wanted.fourcc))  # first: it decides the sizes
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, wanted.width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wanted.height)
        capture.set(cv2.CAP_PROP_FPS, wanted.rate)
        while (frame := capture.read())[0]:
            yield frame[1]
    finally:
        capture.release()
    raise DeviceLost(f"the camera {path} gives no more pictures: check its plug")
