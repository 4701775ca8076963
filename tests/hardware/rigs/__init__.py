"""A rig per driver: the simulated device, the driver's options, and codes to hold before it."""

from collections.abc import Callable
from pathlib import Path

from tests.hardware.rigs.barcode_serial import ScannerRig
from tests.hardware.rigs.base import Recorder, Rig, ean13, gtin, link, supervised
from tests.hardware.rigs.browser import PageRig
from tests.hardware.rigs.camera import CameraRig
from tests.hardware.rigs.nfc_pn532 import ChipRig

__all__ = ["RIGS", "Recorder", "Rig", "ean13", "gtin", "link", "supervised"]

RIGS: list[Callable[[Path], Rig]] = [
    ScannerRig,
    ChipRig,
    CameraRig,
    PageRig,
]
