"""JPEGs cut out of a stream, and the pipe they come through."""

import os
from pathlib import Path

import pytest

from hardware.errors import DeviceAbsent, DeviceLost, NotAPicture
from hardware.imaging.motion_jpeg import LONGEST, Cutter, Pipe
from hardware.imaging.pictures import opencv, still
from tests.hardware.rigs import ean13

PICTURE = bytes(opencv().imencode(".jpg", still(ean13("4006381333931")))[1])


def test_pictures_are_cut_wherever_the_stream_is_broken_up() -> None:
    stream = PICTURE * 3
    for size in (1, 7, 1000, len(stream)):
        cutter = Cutter()
        cut = [each for at in range(0, len(stream), size) for each in cutter.feed(stream[at : at + size])]
        assert cut == [PICTURE] * 3


def test_a_picture_that_breaks_off_is_dropped_and_the_next_is_whole() -> None:
    cutter = Cutter()
    assert cutter.feed(b"noise" + PICTURE[:500] + PICTURE) == [PICTURE]


def test_what_never_ends_is_thrown_away() -> None:
    cutter = Cutter()
    assert cutter.feed(b"\xff\xd8\xff" + bytes(LONGEST)) == []
    assert cutter.feed(PICTURE) == [PICTURE]


def test_the_newest_of_several_pictures_is_seen_and_a_broken_one_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "camera")
    writer = os.open(tmp_path / "camera", os.O_RDWR | os.O_NONBLOCK)
    os.write(writer, PICTURE + PICTURE[:-2] + b"\xff\xd9")
    pipe = Pipe(tmp_path / "camera")
    pictures = pipe.pictures()
    assert not isinstance(next(pictures), NotAPicture | None)
    assert next(pictures) is None
    os.write(writer, b"\xff\xd8\xff\x00\xff\xd9")
    assert isinstance(next(pictures), NotAPicture)
    os.close(writer)
    with pytest.raises(DeviceLost, match="nothing writes"):
        next(pictures)
    pipe.close()


def test_a_silent_and_an_absent_pipe_are_told(tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsent, match="can't be opened"):
        Pipe(tmp_path / "none")
    os.mkfifo(tmp_path / "camera")
    with pytest.raises(DeviceLost, match="no picture comes"):
        Pipe(tmp_path / "camera")
