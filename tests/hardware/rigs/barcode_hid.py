"""A keyboard scanner in umockdev's /dev/input: only in a process that `umockdev-wrapper` started (`here`).

`tests/hardware/test_barcode_hid.py` starts one for these tests where pytest itself was started plainly.
"""

from pathlib import Path

from hardware.keyboards import LAYOUTS, strokes
from hardware.simulated.hid_scanner import HidScanner, dropped, events_of
from hardware.simulated.hid_testbed import testbed, under_umockdev
from tests.hardware.rigs.base import Rig, gtin


def here() -> bool:
    """This process can have the rig; its /dev/input then stays to the end."""
    return under_umockdev() and bool(testbed())


class HidRig(Rig):
    driver, queues = "barcode_hid", True
    can_hang = False  # a scanner that nobody uses says nothing either

    def __init__(self, folder: Path) -> None:
        self.scanner = HidScanner()

    @property
    def options(self) -> dict[str, object]:
        return {"device": self.scanner.path}

    def show(self, number: int) -> bytes:
        self.scanner.type(gtin(number))
        return gtin(number).encode()

    def unplug(self) -> None:
        self.scanner.unplug()

    def replug(self) -> None:
        self.scanner.replug()

    def corrupt(self) -> None:
        """The kernel's queue runs over in the midst of a code."""
        typed = list(events_of(strokes(LAYOUTS["us"], "4006381333931\r") or []))
        self.scanner.send([*typed[:12], dropped(), *typed[24:]])

    def close(self) -> None:
        self.scanner.close()
