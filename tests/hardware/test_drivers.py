"""The registry of drivers."""

import subprocess
import sys

import pytest

from hardware import drivers
from hardware.errors import BadOption, MissingLibrary, UnknownDriver


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownDriver, match="barcode_hid, barcode_serial, browser, camera"):
        drivers.load("barcode_seriel")


@pytest.mark.parametrize("name", drivers.DRIVERS)
def test_every_named_driver_loads(name: str) -> None:
    assert getattr(drivers.load(name), "driver", None) == name


def test_a_missing_library_names_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "hardware.barcode_serial", raising=False)
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(MissingLibrary, match="driver 'barcode_serial' needs serial: pip install pyserial"):
        drivers.load("barcode_serial")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "/dev/ttyACM0", "bauds": 9600}, "no option 'bauds'; it takes: path, baud, prefix, suffix, patience"),
        ({"baud": 9600}, "needs the option 'path'"),
    ],
)
def test_wrong_options_are_named_before_the_start(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadOption, match=said):
        drivers.check("barcode_serial", options)


def test_right_options_pass() -> None:
    drivers.check("nfc_pn532", {"path": "/dev/ttyUSB0", "interval": 0.2})


def test_no_device_library_is_loaded_before_it_is_needed() -> None:
    program = (
        "import sys, hardware.drivers, hardware.supervisor, hardware.imaging.decode, hardware.simulated.control\n"
        "sys.exit(', '.join({'cv2', 'zxingcpp', 'nfc', 'pyzbar', 'serial', 'numpy'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("driver", "options", "words"),
    [
        ("nfc_pn532", {"path": 5}, "path must be a text, not 5"),
        ("nfc_pn532", {"path": "/dev/x", "interval": "fast"}, "interval must be a number, not 'fast'"),
        ("camera", {"source": "0", "width": 640.5}, "width must be a whole number, not 640.5"),
        ("camera", {"source": "0", "rate": True}, "rate must be a number, not True"),
        ("barcode_hid", {"device": "x", "inverted": 1}, "inverted must be a choice, true or false, not 1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_no_matter_of_plugs(driver: str, options: dict[str, object], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        drivers.check(driver, options)


def test_values_of_the_right_kind_pass() -> None:
    drivers.check("camera", {"source": 0, "rate": 15, "hold": 0.5, "symbologies": ["ean13"], "upce": True})
    drivers.check("barcode_serial", {"path": "/dev/x", "baud": 9600, "patience": 1})


def test_the_supervisors_own_option_does_not_reach_the_driver() -> None:
    drivers.made("barcode_serial", "gun", {"path": "/dev/absent", "power": {"line": 17}})
    with pytest.raises(BadOption, match="no option 'watts'"):
        drivers.made("barcode_serial", "gun", {"path": "/dev/absent", "watts": 5})
