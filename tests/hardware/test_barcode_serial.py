"""The serial scanner's driver, over a pty."""

import statistics
import time
from pathlib import Path

import pytest

from hardware.barcode_serial import SerialBarcodeReader
from hardware.errors import DeviceAbsent
from hardware.simulated import SerialScanner
from tests.hardware.rigs import supervised


def test_gs1_separators_and_aim_identifiers_arrive() -> None:
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        scanner.type(b"]d20104006381333931\x1d10ABC\x1d21\x00\xff\r")
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.data, scan.symbology) == (b"]d20104006381333931\x1d10ABC\x1d21\x00\xff", "")


def test_a_torn_barcode_is_partial_and_the_next_is_read() -> None:
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        scanner.type(b"400638")
        partial = recorder.wait_for("partial")
        scanner.type(b"4006381333931\r")
        recorder.wait_for("scan")
    assert partial.reason == "barcode-torn"
    assert "scan it again" in partial.error
    assert recorder.codes() == [b"4006381333931"]


def test_an_oversized_barcode_is_partial() -> None:
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        scanner.type(b"X" * 8000 + b"\r1\r")
        recorder.wait_for("scan")
    assert [event.reason for event in recorder.of("partial")] == ["barcode-long"]


def test_from_the_last_byte_to_the_event_it_takes_under_two_milliseconds() -> None:
    took = []
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        for number in range(1, 51):
            typed = time.time()
            scanner.type(b"4006381333931\r")
            took.append(recorder.wait_for("scan", number).at - typed)
    assert statistics.median(took) < 0.002


def test_a_path_without_a_device_names_the_fix(tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsent, match=r"plug it in, or correct `path`"):
        SerialBarcodeReader("wall", path=str(tmp_path / "none")).__enter__()


def test_a_path_that_is_a_file_names_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceAbsent, match="no serial port"):
        SerialBarcodeReader("wall", path=str(tmp_path / "file")).__enter__()


def test_a_port_has_one_owner() -> None:
    with (
        SerialScanner() as scanner,
        supervised("barcode_serial", path=scanner.path),
        pytest.raises(OSError, match="lock"),
    ):
        SerialBarcodeReader("second", path=scanner.path).__enter__()
