"""The camera's driver, over files in place of a camera."""

from pathlib import Path

import pytest

from hardware.camera import CameraReader
from hardware.errors import BadOption, DeviceAbsent, DeviceLost, NotAPicture
from hardware.imaging.decode import decode
from tests.hardware.imaging.test_decode import video
from tests.hardware.rigs import ean13, supervised


def test_a_still_picture_is_a_camera_that_does_not_move(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(ean13("4006381333931"))
    with supervised("camera", source=str(tmp_path / "code.png")) as (_, recorder):
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.symbology, scan.data) == ("ean13", b"4006381333931")


def test_a_video_is_seen_once(tmp_path: Path) -> None:
    source = video(tmp_path / "codes.avi", "4006381333931", None, "9780804816632")
    with supervised("camera", source=str(source), rate=60.0) as (_, recorder):
        recorder.wait_for("scan", 2)
    assert recorder.codes() == [b"4006381333931", b"9780804816632"]


def test_a_folder_shows_what_is_dropped_into_it_and_not_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(ean13("4006381333931"))
    with supervised("camera", source=str(tmp_path)) as (_, recorder):
        (tmp_path / "new.png").write_bytes(ean13("9780804816632"))
        recorder.wait_for("scan")
        video(tmp_path / ".clip.avi", "4006381333948").rename(tmp_path / "clip.avi")
        recorder.wait_for("scan", 2)
    assert recorder.codes() == [b"9780804816632", b"4006381333948"]


def test_a_file_that_is_no_picture_is_told_and_the_next_one_is_seen(tmp_path: Path) -> None:
    with supervised("camera", source=str(tmp_path)) as (_, recorder):
        (tmp_path / "notes.txt").write_text("no picture")
        partial = recorder.wait_for("partial")
        (tmp_path / "code.png").write_bytes(ean13("4006381333931"))
        recorder.wait_for("scan")
    assert partial.reason == "picture-unreadable"
    assert "notes.txt is neither a picture nor a video" in partial.error


def test_a_photo_from_the_field_goes_the_way_of_a_live_picture(tmp_path: Path, shared: Path) -> None:
    photos = sorted((shared / "data/barcodes/ean13-2").iterdir())
    photo, code = next((photo, scans[0].data) for photo in photos if (scans := decode(photo)))
    with supervised("camera", source=str(tmp_path)) as (_, recorder):
        (tmp_path / photo.name).write_bytes(photo.read_bytes())
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.symbology, scan.data) == ("ean13", code)


def test_numbered_pictures_are_a_series(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"seq_{number:03}.png").write_bytes(ean13("4006381333931"))
    with supervised("camera", source=str(tmp_path / "seq_%03d.png")) as (_, recorder):
        recorder.wait_for("scan")
    assert recorder.codes() == [b"4006381333931"]


def test_the_other_decoder_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(ean13("4006381333931"))
    with supervised("camera", source=str(tmp_path / "code.png"), decoder="pyzbar") as (_, recorder):
        recorder.wait_for("scan")
    assert recorder.codes() == [b"4006381333931"]


@pytest.mark.parametrize(
    "option", [{"rate": 0}, {"width": -1}, {"fourcc": "JPEG2"}, {"decoder": "zebra"}, {"symbologies": ["ean"]}]
)
def test_a_bad_option_is_refused_by_its_name(option: dict[str, object]) -> None:
    with pytest.raises(BadOption, match=next(iter(option))):
        CameraReader("tablet", source="0", **option)  # type: ignore[arg-type]


def test_an_aborted_camera_ends_at_the_next_poll(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(ean13("4006381333931"))
    with CameraReader("tablet", source=str(tmp_path / "code.png")) as camera:
        camera.abort()
        with pytest.raises(DeviceLost):
            list(camera.poll(0.2))


@pytest.mark.parametrize(("source", "fix"), [("63", "plug it in"), ("/nowhere", "give a camera's number")])
def test_an_absent_source_names_the_fix(source: str, fix: str) -> None:
    with pytest.raises(DeviceAbsent, match=fix):
        CameraReader("tablet", source=source).__enter__()


def test_a_source_that_is_no_picture_is_refused_when_opened(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(NotAPicture):
        CameraReader("tablet", source=str(tmp_path / "notes.txt")).__enter__()
