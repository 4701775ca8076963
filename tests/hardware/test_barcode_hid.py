"""The keyboard scanner's driver: options here; the device in a process whose /dev/input is umockdev's."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardware import drivers
from hardware.barcode_hid import HidBarcodeReader
from hardware.errors import BadOption, DeviceAbsent
from hardware.simulated.hid_testbed import under_umockdev

HERE = Path(__file__).parent


@pytest.mark.timeout(300)
def test_all_that_holds_for_the_driver_holds_over_umockdev() -> None:
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("no simulated keyboards: apt-get install umockdev")
    if under_umockdev():
        return  # the tests below run as they are
    tests = [str(HERE / "under_umockdev" / "hid.py"), str(HERE / "test_every_driver.py")]
    command = ["umockdev-wrapper", sys.executable, "-m", "pytest", "-q", "-k", "hid", "-p", "no:cacheprovider", *tests]
    ended = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stdout[-8000:]
    assert "passed" in ended.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layout": "dvorak"}, "layout must be one of us, uk, de, es, fr, not 'dvorak'"),
        ({"inverted": "yes"}, "inverted must be true or false"),
        ({"device": ""}, "device must be a path, vendor:product or a name"),
        ({"prefix": 7}, "prefix must be a text of 16 characters at most"),
        ({"suffix": "x" * 17}, "suffix must be a text of 16 characters at most"),
        ({"patience": 0}, "patience must be 0.02 to 10 seconds"),
        ({"patience": True}, "patience must be 0.02 to 10 seconds"),
    ],
)
def test_a_wrong_option_is_named_with_its_value(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadOption, match=said):
        drivers.load("barcode_hid")("wall", **{"device": "0c2e:0b61", **options})


def test_what_is_no_input_device_is_no_scanner() -> None:
    with pytest.raises(DeviceAbsent, match="/dev/null is no keyboard scanner"):
        HidBarcodeReader("wall", device="/dev/null").__enter__()


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(BadOption, match="no option 'path'; it takes: device, layout"):
        drivers.check("barcode_hid", {"path": "/dev/input/event1"})
