"""The serial scanner's driver, over a pty."""

import statistics
import threading
import time
from pathlib import Path

import pytest

from hardware.barcode_serial import SerialBarcodeReader
from hardware.errors import BadOption, DeviceAbsent, DeviceLost
from hardware.simulated import SerialScanner
from tests.hardware.rigs import supervised


def test_gs1_separators_and_aim_identifiers_arrive() -> None:
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        scanner.type(b"]d20104006381333931\x1d10ABC\x1d21\x00\xff\r")
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.data, scan.symbology) == (b"]d20104006381333931\x1d10ABC\x1d21\x00\xff", "")


def test_a_torn_barcode_is_partial_with_its_late_rest_and_the_next_is_read() -> None:
    with SerialScanner() as scanner, supervised("barcode_serial", path=scanner.path) as (_, recorder):
        scanner.type(b"400638")
        partial = recorder.wait_for("partial")
        scanner.type(b"1333931\r")
        time.sleep(0.1)
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
        pytest.raises(DeviceAbsent, match="is held by another program"),
    ):
        SerialBarcodeReader("second", path=scanner.path).__enter__()


def test_a_scanner_without_a_suffix_is_read_by_the_silence_and_its_prefix_is_taken_off() -> None:
    with (
        SerialScanner() as scanner,
        supervised("barcode_serial", path=scanner.path, suffix="none", prefix="~", patience=0.1) as (_, recorder),
    ):
        scanner.type(b"~4006381333931")
        recorder.wait_for("scan")
        scanner.type(b"6381333931")
        partial = recorder.wait_for("partial")
    assert recorder.codes() == [b"4006381333931"]
    assert (partial.reason, partial.raw) == ("barcode-torn", b"6381333931")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"baud": 9601}, "baud must be the scanner's speed, such as 9600 or 115200, not 9601"),
        ({"prefix": 1}, "prefix must be a text of 16 characters at most, not 1"),
        ({"suffix": None}, "suffix must be a text"),
        ({"patience": "long"}, "patience must be 0.02 to 10 seconds"),
    ],
)
def test_a_wrong_option_is_named_with_its_value(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadOption, match=said):
        SerialBarcodeReader("wall", path="/dev/ttyACM0", **options)  # type: ignore[arg-type]


def test_a_hang_up_is_noticed_at_once(tmp_path: Path) -> None:
    scanner = SerialScanner(tmp_path / "scanner")
    with SerialBarcodeReader("wall", path=scanner.path) as driver:
        scanner.unplug()
        with pytest.raises(DeviceLost, match="hung up"):
            list(driver.poll(1.0))


@pytest.mark.parametrize("fix", ["gone: plug the device in again", "another device now"])
def test_a_path_that_leads_elsewhere_is_noticed_within_three_seconds(tmp_path: Path, fix: str) -> None:
    link, started = tmp_path / "by-id", time.monotonic()
    with SerialScanner() as scanner, SerialScanner() as second:
        link.symlink_to(scanner.path)
        with SerialBarcodeReader("wall", path=str(link)) as driver:
            link.unlink()
            if "another" in fix:
                link.symlink_to(second.path)
            with pytest.raises(DeviceLost, match=fix):
                while time.monotonic() - started < 3.0:
                    list(driver.poll(0.2))


def test_a_hung_poll_is_ended_from_another_thread() -> None:
    with SerialScanner() as scanner, SerialBarcodeReader("wall", path=scanner.path, patience=10.0) as driver:
        threading.Timer(0.1, driver.abort).start()
        with pytest.raises(DeviceLost):
            for _ in range(3):
                list(driver.poll(0.5))


def test_abort_of_a_reader_that_is_not_open_does_nothing() -> None:
    SerialBarcodeReader("wall", path="/dev/none").abort()
