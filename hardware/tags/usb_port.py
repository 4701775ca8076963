"""NFC readers on USB: which of those nfcpy drives is there, and why one can't be opened."""

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import usb1  # type: ignore[import-untyped]
from nfc.clf.device import usb_device_map
from nfc.clf.transport import USB

from hardware.errors import BadOption, DeviceAbsent, HardwareError

PLACE = re.compile(
    r"usb(?::(?P<bus>\d{3})(?::(?P<address>\d{3}))?"
    r"|:(?P<vendor>[0-9a-fA-F]{4})(?::(?P<product>[0-9a-fA-F]{4})(?::(?P<serial>[^:]+))?)?)?"
)
DEVICES = Path("/sys/bus/usb/devices")
WRITING = 500
"""Milliseconds; nfcpy would wait for ever."""


@dataclass(frozen=True, kw_only=True)
class UsbPlace:
    """A reader as it is plugged in now; `module` is nfcpy's driver."""

    module: str
    vendor: int
    product: int
    bus: int
    address: int

    def __str__(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04x} (bus {self.bus:03}, device {self.address:03})"


class Usb(USB):  # type: ignore[misc]  # nfcpy has no types
    """nfcpy's USB transport with bounded waits and a `close` that leaves nothing open."""

    _aborted = False
    context: usb1.USBContext | None

    def read(self, timeout: int = 0) -> bytearray | None:
        self._check()
        frame: bytearray | None = super().read(timeout or WRITING)
        return frame

    def write(self, frame: bytearray, timeout: int = 0) -> None:
        self._check()
        super().write(frame, timeout or WRITING)

    def close(self) -> None:
        super().close()
        if self.context is not None:
            self.context.exit()
        self.context = None

    def free(self) -> None:
        self.close()

    def abort(self) -> None:
        """What libusb does can't be ended from another thread, and its handle not be closed while in use: every further
        call fails, and the one under way at its own timeout."""
        self._aborted = True

    def _check(self) -> None:
        if self._aborted or self.usb_dev is None:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


def check(path: str) -> re.Match[str]:
    """Raises `BadOption` where `path` names no place."""
    match = PLACE.fullmatch(path)
    if match is None:
        raise BadOption(
            f'path = "{path}": give "usb", "usb:VENDOR:PRODUCT" or "usb:VENDOR:PRODUCT:SERIAL" in four hexadecimal '
            f'digits each, or "usb:BUS:DEVICE" in three decimal ones, as lsusb shows them'
        )
    return match


def readers_at(path: str) -> list[UsbPlace]:
    """The readers that `path` fits; raises `DeviceAbsent` where there is none."""
    wanted = check(path)
    with usb1.USBContext() as context:
        found = list(_fitting(context.getDeviceList(skip_on_error=True), wanted))
    if not found:
        raise DeviceAbsent(f"no NFC reader at {path}: plug it in, or correct `path` (see lsusb)")
    return found


def refusal(place: UsbPlace, error: Exception, devices: Path = DEVICES) -> HardwareError:
    """Why the reader at `place` could not be opened, with the fix."""
    number = getattr(error, "errno", None)
    if number == errno.EACCES:
        return DeviceAbsent(f"{place} may not be opened: add it to 70-tote-readers.rules, and this user to group tote")
    if number != errno.EBUSY:
        return DeviceAbsent(f"{place} does not answer ({error}): plug it in again")
    holder = _holder(place, devices)
    if holder in ("", "usbfs"):
        return DeviceAbsent(
            f"another program holds {place}: stop it (pcscd: systemctl disable --now pcscd.socket pcscd.service), or "
            f'use driver = "nfc_pcsc"'
        )
    return DeviceAbsent(
        f"the kernel's driver {holder} holds {place}: install systemd/tote.modprobe.conf as "
        f"/etc/modprobe.d/tote.conf and restart, or run `modprobe -r {holder}` until then"
    )


def _fitting(devices: list[usb1.USBDevice], wanted: re.Match[str]) -> Iterator[UsbPlace]:
    for device in devices:
        numbers = device.getVendorID(), device.getProductID()
        place = device.getBusNumber(), device.getDeviceAddress()
        if numbers not in usb_device_map or not _fits(wanted, numbers, place):
            continue
        if wanted["serial"] and _serial(device) != wanted["serial"]:
            continue
        yield UsbPlace(
            module=usb_device_map[numbers], vendor=numbers[0], product=numbers[1], bus=place[0], address=place[1]
        )


def _fits(wanted: re.Match[str], numbers: tuple[int, int], place: tuple[int, int]) -> bool:
    asked = (*(_number(wanted[key], 16) for key in ("vendor", "product")),
             *(_number(wanted[key], 10) for key in ("bus", "address")))  # fmt: skip
    return all(number in (None, there) for number, there in zip(asked, (*numbers, *place), strict=True))


def _number(digits: str | None, base: int) -> int | None:
    return None if digits is None else int(digits, base)


def _serial(device: usb1.USBDevice) -> str:
    try:
        return str(device.getSerialNumber() or "")
    except usb1.USBError:  # not ours to ask
        return ""


def _holder(place: UsbPlace, devices: Path) -> str:
    """The kernel driver of the reader's first interface, "" where it has none."""
    for device in devices.glob("*/devnum"):
        at = [int((device.parent / name).read_text()) for name in ("busnum", "devnum")]
        if at == [place.bus, place.address]:
            drivers = device.parent.glob("*:1.0/driver")
            return next((driver.resolve().name for driver in drivers), "")
    return ""
