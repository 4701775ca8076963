"""Pictures made to hurt, or by accident: named or passed over, and the camera goes on."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from hardware.errors import NotAPicture
from hardware.imaging.decode import decode
from hardware.imaging.frames import Folder
from hardware.imaging.live import Live
from hardware.imaging.motion_jpeg import Pipe
from hardware.imaging.pictures import opencv, still
from hardware.imaging.symbols import chosen
from tests.hardware.rigs import ean13, supervised

CODE = "4006381333931"
HUGE = {
    "pgm": b"P5 60000 60000 255\n" + bytes(100),
    "pam": b"P7\nWIDTH 60000\nHEIGHT 60000\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + bytes(100),
    "hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n" + bytes(100),
}


@pytest.mark.parametrize("kind", HUGE)
def test_formats_whose_size_only_opencv_knows_are_refused_by_name_as_well(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"huge.{kind}").write_bytes(HUGE[kind])
    for source in (HUGE[kind], tmp_path / f"huge.{kind}"):
        with pytest.raises(NotAPicture, match="too large, or broken"):
            decode(source)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50_000), (50_000, 1), (2, 2), (3, 40_000), (2, 599), (40, 3)])
def test_slivers_hold_no_code_and_are_no_error(shape: tuple[int, int]) -> None:
    grey = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    live = Live(chosen())
    assert [decode(grey), *(live.read(grey) for _ in range(3))] == [[]] * 4


def test_a_camera_shown_a_sliver_and_a_bomb_goes_on_reading(tmp_path: Path) -> None:
    with supervised("camera", source=str(tmp_path)) as (supervisor, recorder):
        (tmp_path / "a.png").write_bytes(bytes(opencv().imencode(".png", np.zeros((1, 1), np.uint8))[1]))
        (tmp_path / "b.pgm").write_bytes(HUGE["pgm"])
        recorder.wait_for("partial")
        (tmp_path / "c.png").write_bytes(ean13(CODE))
        recorder.wait_for("scan")
        assert supervisor.health.failures == 0


@pytest.mark.parametrize("kind", ["cmyk", "16-bit", "16-bit colour", "turned"])
def test_pictures_of_other_kinds_are_read(kind: str) -> None:
    picture = still(ean13(CODE))
    assert picture is not None
    cv2 = opencv()
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    pictures = {
        "cmyk": lambda: _pillow(grey, "CMYK"),
        "16-bit": lambda: bytes(cv2.imencode(".png", grey.astype(np.uint16) * 257)[1]),
        "16-bit colour": lambda: bytes(cv2.imencode(".png", picture.astype(np.uint16) * 257)[1]),
        "turned": lambda: _pillow(np.rot90(grey), "L", turned=True),
    }
    assert [scan.data for scan in decode(pictures[kind]())] == [CODE.encode()]


def _pillow(grey: object, mode: str, *, turned: bool = False) -> bytes:
    import io

    image = pytest.importorskip("PIL.Image")
    exif, out = image.Exif(), io.BytesIO()
    exif[0x0112] = 6 if turned else 1  # Orientation
    image.fromarray(grey).convert(mode).save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def test_who_fills_a_pipe_faster_than_it_is_read_takes_no_memory_and_no_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "camera")
    flood = "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))"
    writer = os.open(tmp_path / "camera", os.O_RDWR)
    with subprocess.Popen([sys.executable, "-c", flood], stdout=writer, stderr=subprocess.DEVNULL) as flooding:
        os.close(writer)
        pipe = Pipe(tmp_path / "camera")
        pictures, began = pipe.pictures(), time.monotonic()
        assert [next(pictures) for _ in range(3)] == [None] * 3
        assert time.monotonic() - began < 2.0
        pipe.close()
        flooding.kill()


def test_files_that_go_while_the_folder_is_looked_at_cost_no_camera(tmp_path: Path) -> None:
    folder, ended = Folder(tmp_path, 2), threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            for number in range(50):
                (tmp_path / f"{number}.txt").write_bytes(b"")
            for number in range(50):
                (tmp_path / f"{number}.txt").unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        pictures = folder.frames()
        assert {next(pictures) for _ in range(300)} == {None}
    finally:
        ended.set()
        thread.join()


def test_a_file_that_may_not_be_read_is_told_and_the_next_one_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(path: Path) -> None:
        raise PermissionError(13, "Permission denied", path.name)

    monkeypatch.setattr("hardware.imaging.frames.opened", opened)
    monkeypatch.setattr("hardware.imaging.frames.SETTLING", -1.0)
    folder = Folder(tmp_path, 2)
    (tmp_path / "code.png").write_bytes(b"")
    pictures = folder.frames()
    told = next(pictures)
    assert isinstance(told, NotAPicture) and "Permission denied: 'code.png'" in str(told)
    assert [next(pictures) for _ in range(3)] == [None] * 3
