"""The registry of drivers: named in the configuration, imported only when asked for.

A new driver is a module of this package with a class that keeps `Driver`'s contract, and a line in `DRIVERS`.
"""

import inspect
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import TracebackType
from typing import Protocol, Self, cast

from hardware.errors import BadOption, MissingLibrary, UnknownDriver
from hardware.scan import ReaderEvent

DRIVERS = {
    "nfc_pn532": "hardware.nfc_pn532:Pn532Reader",
    "nfc_usb": "hardware.nfc_usb:UsbReader",
    "nfc_pcsc": "hardware.nfc_pcsc:PcscReader",
    "barcode_hid": "hardware.barcode_hid:HidBarcodeReader",
    "barcode_serial": "hardware.barcode_serial:SerialBarcodeReader",
    "camera": "hardware.camera:CameraReader",
    "rfid_llrp": "hardware.rfid_llrp:LlrpReader",
    "browser": "hardware.remote:Browser",
    "station": "hardware.remote:OtherDevice",
}

WRITERS = frozenset({"nfc_pn532", "nfc_usb", "nfc_pcsc"})
"""Those that can write tags."""

FIXES = {
    "serial": "pip install pyserial",
    "nfc": "pip install nfcpy==1.0.4",
    "usb1": "pip install libusb1",
    "smartcard": "apt-get install pcscd libpcsclite-dev swig gcc python3-dev, and pip install 'tote[pcsc]'",
    "evdev": "pip install evdev-binary",
    "gpiod": "pip install 'tote[gpio]'",
    "cv2": "pip install opencv-python-headless",
    "zxingcpp": "pip install zxing-cpp",
    "pyzbar": "pip install pyzbar, and apt-get install libzbar0",
}


KINDS: dict[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    bool: ((bool,), "choice, true or false"),
    int: ((int,), "whole number"),
    float: ((int, float), "number"),
}
"""What is taken for an option of each annotation, and how a person is told; drivers check all further."""


class Driver(Protocol):
    """One device. Entering opens it, leaving frees every descriptor, whatever state it is in; a driver is used once.

    `poll` waits at most about `timeout` seconds and yields what happened; any exception means the device is down. All
    of it runs on one thread, the supervisor's; but `abort`, which comes from another when a call hangs: it frees every
    descriptor by force, so that the call fails, and neither raises nor blocks.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def poll(self, timeout: float) -> Iterable[ReaderEvent]: ...

    def abort(self) -> None: ...


class Factory(Protocol):
    """Makes a driver for the reader `name`; the options are the remaining keys of its `[[reader]]` table."""

    def __call__(self, name: str, /, **options: object) -> Driver: ...


def load(driver: str) -> Factory:
    """The factory of the driver named `driver`; raises `UnknownDriver` or `MissingLibrary`."""
    if driver not in DRIVERS:
        raise UnknownDriver(f"no driver {driver!r}; there are: {', '.join(sorted(DRIVERS))}")
    module, _, name = DRIVERS[driver].partition(":")
    try:
        return cast(Factory, getattr(import_module(module), name))
    except ImportError as error:
        raise missing(f"driver {driver!r}", error) from error


def made(driver: str, name: str, options: Mapping[str, object]) -> Driver:
    """The driver of a `[[reader]]` table, its options looked at, nothing opened; raises as `load` and `check` do."""
    device = device_options(options)
    check(driver, device)
    return load(driver)(name, **device)


def device_options(options: Mapping[str, object]) -> dict[str, object]:
    """The driver's own ones: `power` is the supervisor's."""
    return {key: value for key, value in options.items() if key != "power"}


def check(driver: str, options: Mapping[str, object]) -> None:
    """Raise `BadOption` where `options` are not what the driver takes: for the start, before any thread runs."""
    known = inspect.signature(load(driver)).parameters
    named = {name: known[name] for name in known if known[name].kind is inspect.Parameter.KEYWORD_ONLY}
    for key in options:
        if key not in named:
            raise BadOption(f"driver {driver!r} has no option {key!r}; it takes: {', '.join(named)}")
        types, words = KINDS.get(named[key].annotation, ((object,), ""))
        if not isinstance(options[key], types) or (
            isinstance(options[key], bool) and words in ("number", "whole number")
        ):
            raise BadOption(f"driver {driver!r}: {key} must be a {words}, not {options[key]!r}")
    for key, parameter in named.items():
        if parameter.default is parameter.empty and key not in options:
            raise BadOption(f"driver {driver!r} needs the option {key!r}")


def missing(what: str, error: ImportError) -> MissingLibrary:
    """The named error for a library that could not be imported, with the fix."""
    library = (error.name or "").partition(".")[0]
    library = library or ("pyzbar" if "zbar" in str(error) else "")
    return MissingLibrary(f"{what} needs {library or error}: {FIXES.get(library, 'install it')}")
