"""The power goes in the middle of one of an upgrade's steps."""

import json
import time
from collections.abc import Callable

from tests.machine.machine import Machine

MOMENTS: dict[str, Callable[[Machine], bool]] = {
    "unpacking": lambda box: (box.root / "usr/lib/tote/package/RELEASE.dpkg-new").exists(),
    "placing": lambda box: any((box.root / "usr/lib/tote/releases").glob(".[0-9]*")),
    "begun": lambda box: step(box) == "begun",
    "trying": lambda box: step(box) == "trying",
}
"""dpkg lays the files out; a release is placed of them; the box is stopped and its store copied; the new one starts."""


def step(box: Machine) -> str:
    """That which the upgrade has noted; "" where none goes on."""
    try:
        told = json.loads((box.root / "var/lib/tote-upgrade/trial.json").read_bytes())
    except FileNotFoundError:
        return ""
    return str(told["step"])


def cut_at(moment: str, box: Machine, *command: str) -> None:
    """Runs `command`, and cuts the power at that moment. Raises AssertionError where it never came."""
    running = box.spawn(*command)
    while not MOMENTS[moment](box):
        assert running.poll() is None, f"it ended before it was {moment}"
        time.sleep(0.005)
    box.cut()
    running.wait()
