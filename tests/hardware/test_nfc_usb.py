"""Readers that nfcpy drives over USB, by its `udp` device; and what is said of those that can't be opened."""

import errno
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from hardware import drivers
from hardware.errors import BadOption, DeviceAbsent
from hardware.nfc_usb import UsbReader
from hardware.simulated.tags import MifareClassic, Ntag213, Tag, Type4
from hardware.simulated.udp_air import UdpAir
from hardware.tags.usb_port import UsbPlace, check, readers_at, refusal
from tests.hardware.rigs import Recorder, link, supervised

MESSAGE, OTHER = link("04006381333931"), link("04006381333948")
UID = bytes.fromhex("04112233445566")
ACR122 = UsbPlace(module="acr122", vendor=0x072F, product=0x2200, bus=1, address=4)


@contextmanager
def reader(debounce: float = 0.7) -> Iterator[tuple[UdpAir, Recorder]]:
    with UdpAir() as air, supervised("nfc_usb", path=air.path, debounce=debounce) as (_, recorder):
        yield air, recorder


@pytest.mark.parametrize("tag", [Ntag213(MESSAGE, UID), Type4(MESSAGE, UID[:4])], ids=lambda tag: type(tag).__name__)
def test_a_tag_comes_is_read_and_goes(tag: Tag) -> None:
    with reader() as (air, recorder):
        air.put(tag)
        scan = recorder.wait_for("scan").scan
        air.take()
        recorder.wait_for("removed")
    assert scan is not None
    assert (scan.data, scan.symbology, scan.uid) == (MESSAGE, "ndef", tag.uid)
    assert [event.kind for event in recorder.events] == ["up", "present", "scan", "removed"]


def test_a_card_that_is_not_the_shops_is_told_once() -> None:
    with reader() as (air, recorder):
        air.put(MifareClassic())
        assert recorder.wait_for("partial").reason == "tag-foreign"
        time.sleep(0.5)
    assert len(recorder.of("partial")) == 1


def _has_read(message: bytes, times: int, recorder: Recorder) -> bool:
    return recorder.codes().count(message) == times


def test_a_tag_taken_at_any_exchange_is_read_or_torn_and_the_next_tap_reads() -> None:
    with reader(debounce=0.0) as (air, recorder):
        for number, exchanges in enumerate(range(2, 9), 1):  # at the first it is not even found
            taps = len(recorder.of("removed"))
            air.put(Ntag213(MESSAGE, UID, leave_after=exchanges))
            recorder.wait_for("removed", taps + 1)
            air.put(Ntag213(OTHER, UID))
            recorder.wait(partial(_has_read, OTHER, number))
            air.take()
            recorder.wait_for("removed", taps + 2)
    assert {event.reason for event in recorder.of("partial")} == {"tag-torn"}
    assert set(recorder.codes()) <= {MESSAGE, OTHER}


def test_a_port_that_nobody_listens_at_is_an_absent_device() -> None:
    with UdpAir() as air:
        path = air.path
    with pytest.raises(DeviceAbsent, match="start that"), UsbReader("reader", path=path):
        pass


def test_an_abort_ends_a_poll_that_waits_for_an_answer() -> None:
    with UdpAir() as air, UsbReader("reader", path=air.path) as driver:
        threading.Timer(0.1, driver.abort).start()
        began = time.monotonic()
        with pytest.raises(OSError, match="Errno"):
            for _ in range(10):
                list(driver.poll(0.2))
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("path", ["usb", "usb:072f", "usb:072f:2200", "usb:072F:2200:A1-B2", "usb:001", "usb:001:004"])
def test_places_on_usb_are_spelled_as_nfcpy_does(path: str) -> None:
    assert check(path)


@pytest.mark.parametrize("path", ["", "USB", "usb:", "usb:1:4", "usb:072f:2200:", "usb:zzzz:2200", "/dev/bus/usb/1/4"])
def test_other_places_are_refused_with_what_to_write(path: str) -> None:
    with pytest.raises(BadOption, match="as lsusb shows them"):
        drivers.load("nfc_usb")("reader", path=path)


@pytest.mark.parametrize("path", ["udp", "udp:", "udp:127.0.0.1", "udp:host:port"])
def test_an_emulated_place_has_a_host_and_a_port(path: str) -> None:
    with pytest.raises(BadOption, match="udp:HOST:PORT"):
        drivers.load("nfc_usb")("reader", path=path)


def test_a_reader_that_is_not_there_is_absent() -> None:
    with pytest.raises(DeviceAbsent, match="plug it in"):
        readers_at("usb:072f:2200:none-has-this-serial")


def _held_by(driver: str, root: Path) -> Path:
    """The part of /sys that tells who holds the reader."""
    device, module = root / "devices" / "1-2", root / "drivers" / driver
    (device / "1-2:1.0").mkdir(parents=True)
    module.mkdir(parents=True)
    (device / "1-2:1.0" / "driver").symlink_to(module)
    (device / "busnum").write_text("1\n")
    (device / "devnum").write_text("4\n")
    return root / "devices"


def test_the_kernels_driver_is_named_with_the_file_that_keeps_it_away(tmp_path: Path) -> None:
    busy = OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    text = str(refusal(ACR122, busy, _held_by("pn533_usb", tmp_path)))
    assert "pn533_usb holds usb:072f:2200" in text
    assert "systemd/tote.modprobe.conf" in text


@pytest.mark.parametrize("driver", ["usbfs", "other"])
def test_another_program_is_guessed_where_no_kernel_driver_holds_it(driver: str, tmp_path: Path) -> None:
    busy = OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    devices = _held_by("usbfs", tmp_path) if driver == "usbfs" else tmp_path
    assert "pcscd" in str(refusal(ACR122, busy, devices))


def test_a_reader_that_may_not_be_opened_or_does_not_answer_is_told_with_the_fix() -> None:
    assert "70-tote-readers.rules" in str(refusal(ACR122, OSError(errno.EACCES, "no")))
    assert "plug it in again" in str(refusal(ACR122, OSError(errno.EIO, "no")))
