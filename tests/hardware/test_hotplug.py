"""udev's word of a plug, over umockdev's devices (in a process of its own, which its library must be loaded into)."""

import errno
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from hardware.hotplug import Hotplug

PROGRAM = """
import ctypes, json, time
from hardware.hotplug import Hotplug
mock = ctypes.CDLL("libumockdev.so.0")
mock.umockdev_testbed_new.restype = ctypes.c_void_p
mock.umockdev_testbed_add_from_string.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
mock.umockdev_testbed_uevent.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
bed = mock.umockdev_testbed_new()
nudges = []
hotplug = Hotplug(lambda: nudges.append(time.monotonic()))
hotplug.start()
time.sleep(0.5)
def plug(subsystem, action):
    before, began = len(nudges), time.monotonic()
    device = f"P: /devices/{subsystem}0\\nE: SUBSYSTEM={subsystem}\\n\\n"
    mock.umockdev_testbed_add_from_string(bed, device.encode(), None)
    mock.umockdev_testbed_uevent(bed, f"/sys/devices/{subsystem}0".encode(), action.encode())
    time.sleep(0.3)
    return [at - began for at in nudges[before:]]
told = {"tty": plug("tty", "add"), "input": plug("input", "remove"), "net": plug("net", "add")}
began = time.monotonic()
hotplug.stop()
print(json.dumps(told | {"stopped": time.monotonic() - began}))
"""


@pytest.mark.skipif(shutil.which("umockdev-wrapper") is None, reason="umockdev is missing: scripts/setup installs it")
def test_a_reader_plugged_in_or_pulled_is_told_and_nothing_else() -> None:
    command = ["umockdev-wrapper", sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=20, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tty"] and told["tty"][0] < 0.2
    assert told["input"]
    assert told["net"] == []
    assert told["stopped"] < 1.0


def test_without_udev_readers_do_without(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise OSError(97, "no netlink")

    monkeypatch.setattr("hardware.hotplug._monitor", broken)
    with caplog.at_level("INFO", "hardware.hotplug"):
        hotplug = Hotplug(lambda: None)
        hotplug.start()
        hotplug.stop()
    assert "readers look every few seconds instead" in caplog.text


def test_words_that_were_lost_cost_no_later_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    class Flooded:
        def __init__(self) -> None:
            self.looks = 0

        def poll(self, timeout: float) -> SimpleNamespace | None:
            self.looks += 1
            if self.looks == 1:
                raise OSError(errno.ENOBUFS, "No buffer space available")
            time.sleep(0.01)
            return SimpleNamespace(action="add", sys_path="/sys/x") if self.looks == 2 else None

    monkeypatch.setattr("hardware.hotplug._monitor", Flooded)
    monkeypatch.setattr("hardware.hotplug.LOOK", 0.05)
    nudges: list[float] = []
    hotplug = Hotplug(lambda: nudges.append(time.monotonic()))
    hotplug.start()
    time.sleep(0.3)
    hotplug.stop()
    assert len(nudges) == 2
