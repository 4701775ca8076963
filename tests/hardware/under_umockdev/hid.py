"""The keyboard scanner's driver, over umockdev's /dev/input. Run by test_barcode_hid.py, or by hand:

umockdev-wrapper .venv/bin/python -m pytest tests/hardware/under_umockdev/hid.py
"""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evdev import InputDevice

from edge.cli import main
from edge.cli.selftest.codes import CODES
from hardware.barcode_hid import HidBarcodeReader
from hardware.errors import DeviceAbsent, DeviceLost
from hardware.framing import REST
from hardware.keyboards import LAYOUTS, Stroke, keys, strokes
from hardware.scan import ReaderEvent
from hardware.simulated.hid_scanner import Event, HidScanner, caps_lock, dropped, events_of
from tests.hardware.rigs import gtin, supervised

CODE = "4006381333931"


def typed(text: str) -> list[Event]:
    return list(events_of(strokes(LAYOUTS["us"], text) or []))


@pytest.fixture
def scanner() -> Iterator[HidScanner]:
    with HidScanner() as device:
        yield device


@pytest.mark.parametrize("country", LAYOUTS)
def test_each_country_s_scanner_is_read_by_its_layout(scanner: HidScanner, country: str) -> None:
    scanner.layout = country
    data = "".join(map(chr, range(0x20, 0x7F)))
    with supervised("barcode_hid", device=scanner.path, layout=country) as (_, recorder):
        scanner.type(data)
        recorder.wait_for("scan")
    assert recorder.codes() == [data.encode()]


def test_gs1_separators_and_aim_identifiers_arrive(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.type("]d20104006381333931\x1d10ABC\x1d21")
        scan = recorder.wait_for("scan").scan
    assert scan is not None
    assert (scan.data, scan.symbology) == (b"]d20104006381333931\x1d10ABC\x1d21", "")


@pytest.mark.parametrize("which", [0, 1])
def test_a_scanner_is_found_by_its_numbers_and_by_its_node(scanner: HidScanner, which: int) -> None:
    with HidScanner(), supervised("barcode_hid", device=scanner.names[which]) as (_, recorder):
        scanner.type(CODE)
        recorder.wait_for("scan")
    assert recorder.codes() == [CODE.encode()]


def test_a_scanner_is_found_by_its_name(scanner: HidScanner) -> None:
    with HidBarcodeReader("wall", device="scanner 1472G"):
        pass


def test_two_scanners_of_one_name_are_told_apart_by_the_person(scanner: HidScanner) -> None:
    with HidScanner(), pytest.raises(DeviceAbsent, match=r"2 scanners are 'Sim'.*event1.*add its serial number"):
        HidBarcodeReader("wall", device="Sim").__enter__()


def test_an_absent_scanner_is_told_with_those_that_are_there(scanner: HidScanner) -> None:
    with pytest.raises(DeviceAbsent, match=r"no scanner '1234:5678'.*Sim Scanner 1472g \(0c2e:0b61:A1\)"):
        HidBarcodeReader("wall", device="1234:5678").__enter__()
    with pytest.raises(DeviceAbsent, match=r"no scanner at /dev/input/by-id/none: plug it in"):
        HidBarcodeReader("wall", device="/dev/input/by-id/none").__enter__()


def test_a_scanner_that_another_program_holds_is_told(scanner: HidScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_device: "InputDevice[Any]") -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(InputDevice, "grab", refuse)  # umockdev lets everybody grab
    with pytest.raises(DeviceAbsent, match=r"another program holds it: stop that one.*systemctl stop tote"):
        HidBarcodeReader("wall", device=scanner.path).__enter__()


def test_the_kernel_is_asked_for_the_scanner_alone(scanner: HidScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    grabbed = []
    real = InputDevice.grab
    monkeypatch.setattr(InputDevice, "grab", lambda device: grabbed.append(device.path) or real(device))
    with HidBarcodeReader("wall", device=scanner.path):
        assert grabbed == [scanner.path]


def test_the_caps_lock_light_is_put_out_at_the_start_and_when_it_is_lit() -> None:
    with HidScanner(lit=True) as scanner, supervised("barcode_hid", device=scanner.path) as (_, recorder):
        assert scanner.written()[0] == (0x11, 1, 0)
        scanner.type("Abc")
        recorder.wait_for("scan")
        scanner.light(True)
        scanner.type("Abc")
        recorder.wait_for("scan", 2)
        assert scanner.written()[0] == (0x11, 1, 0)
    assert recorder.codes() == [b"Abc", b"Abc"]


def test_a_scanner_that_presses_caps_lock_around_its_text_is_read(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.send([*caps_lock(), *typed("aBC"), *caps_lock(), *typed("1\r")])
        recorder.wait_for("scan")
    assert recorder.codes() == [b"Abc1"]


def test_a_torn_barcode_is_partial_with_its_bytes_and_the_next_is_read(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.send(typed("400638"))
        partial = recorder.wait_for("partial")
        time.sleep(REST)
        scanner.type(CODE)
        recorder.wait_for("scan")
    assert (partial.reason, partial.raw) == ("barcode-torn", b"400638")
    assert recorder.codes() == [CODE.encode()]


def test_an_oversized_barcode_is_partial(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.send(typed("8" * 7100 + "\r"))
        scanner.type(CODE)
        recorder.wait_for("scan", timeout=30)
    assert [event.reason for event in recorder.of("partial")] == ["barcode-long"]


def test_without_a_suffix_a_silence_ends_a_code_also_where_both_are_read_at_once(scanner: HidScanner) -> None:
    scanner.suffix, at = "", time.time()
    with HidBarcodeReader("wall", device=scanner.path, suffix="none") as driver:
        threading.Thread(target=lambda: [scanner.send(typed(CODE), at=at + pause) for pause in (0, 1)]).start()
        time.sleep(0.2)
        scans = _polled(driver, 0.8)
    assert [event.scan.data for event in scans if event.scan] == [CODE.encode()] * 2


def _polled(driver: HidBarcodeReader, seconds: float) -> list[ReaderEvent]:
    until, events = time.monotonic() + seconds, []
    while time.monotonic() < until:
        events += driver.poll(0.1)
    return events


@pytest.mark.parametrize("lost", range(0, 2 * len(typed(CODE + "\r")), 9))
def test_lost_keys_never_make_a_shorter_or_a_glued_code(scanner: HidScanner, lost: int) -> None:
    """Wherever the queue runs over in two codes typed at once, and whatever is lost from there on."""
    stream = typed(f"{CODE}\r{gtin(7)}\r")
    with HidBarcodeReader("wall", device=scanner.path) as driver:
        for swallowed in (1, 9, 40, len(typed(CODE + "\r"))):
            scanner_thread = threading.Thread(
                target=scanner.send, args=([*stream[:lost], dropped(), *stream[lost + swallowed :]],)
            )
            scanner_thread.start()
            events = _polled(driver, 0.42)
            scanner_thread.join()
            codes = {event.scan.data for event in events if event.scan}
            assert codes <= {CODE.encode(), gtin(7).encode()}
            assert "barcode-dropped" in {event.reason for event in events}


def test_after_lost_keys_and_a_silence_the_next_code_is_read(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        shift = [(1, keys.LEFT_SHIFT, 1)]
        scanner.send([*typed("4006"), *shift, dropped()])
        assert recorder.wait_for("partial").reason == "barcode-dropped"
        scanner.type("abc")
        recorder.wait_for("scan")
    assert recorder.codes() == [b"abc"]


def test_repeats_of_a_held_key_are_no_characters(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.send([(1, 2, 1), (1, 2, 2), (1, 2, 2), (1, 2, 0), *events_of([Stroke(keys.ENTER)])])
        recorder.wait_for("scan")
    assert recorder.codes() == [b"1"]


def test_a_key_whose_release_was_lost_glues_no_two_codes_together(scanner: HidScanner) -> None:
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        scanner.send([*typed("4006"), (1, 2, 1)])
        for _ in range(25):  # as the kernel repeats it, for ever
            time.sleep(0.04)
            scanner.send([(1, 2, 2)])
        assert recorder.wait_for("partial").reason == "barcode-torn"
        scanner.send([(1, 2, 0)])
        scanner.type(CODE)
        recorder.wait_for("scan")
    assert recorder.codes() == [CODE.encode()]


def test_from_the_last_key_to_the_event_it_takes_under_five_milliseconds(scanner: HidScanner) -> None:
    took = []
    with supervised("barcode_hid", device=scanner.path) as (_, recorder):
        for number in range(1, 31):
            scanner.type(CODE)
            ended = time.time()
            took.append(recorder.wait_for("scan", number).at - ended)
    assert sorted(took)[15] < 0.005


def test_a_hung_poll_is_ended_from_another_thread(scanner: HidScanner) -> None:
    with HidBarcodeReader("wall", device=scanner.path, patience=10.0) as driver:
        threading.Timer(0.2, driver.abort).start()
        with pytest.raises(DeviceLost):
            for _ in range(3):
                list(driver.poll(0.5))


def test_abort_before_opening_and_after_closing_does_nothing() -> None:
    driver = HidBarcodeReader("wall", device="/dev/input/by-id/none")
    driver.abort()
    driver.abort()


def test_the_doctor_names_the_layout_of_a_german_scanner(
    scanner: HidScanner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`tote doctor --scanner`, with the sheet scanned by a scanner set to German at a reader set to American."""
    scanner.layout, key = "de", "09" * 32
    (tmp_path / "tote.toml").write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\n'
        f'seal_key = "{key}"\nverify_key = "{key}"\n[screen]\nport = 1\n[[station]]\nid = "wall"\nkind = "wall"\n'
        f'[[reader]]\nname = "wall"\nstation = "wall"\ndriver = "barcode_hid"\ndevice = "{scanner.path}"\n'
    )
    typing = threading.Timer(0.5, _scan_all, [scanner])
    typing.start()
    status = main(["doctor", "--config", str(tmp_path / "tote.toml"), "--scanner", "wall", "--wait", "0.7", "--json"])
    typing.join()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 1
    assert 'set layout = "de"' in [line.get("remedy") for line in lines]


def _scan_all(scanner: HidScanner) -> None:
    for code in CODES[:9]:
        for _ in range(code.times):
            scanner.type(code.data)
            time.sleep(0.15)
