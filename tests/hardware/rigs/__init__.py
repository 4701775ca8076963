"""A rig per driver: the simulated device, the driver's options, and codes to hold before it."""

from collections.abc import Callable
from pathlib import Path

from tests.hardware.rigs import barcode_hid
from tests.hardware.rigs.barcode_serial import ScannerRig
from tests.hardware.rigs.base import Recorder, Rig, ean13, gtin, link, supervised
from tests.hardware.rigs.browser import PageRig
from tests.hardware.rigs.camera import CameraRig
from tests.hardware.rigs.nfc_pcsc import PcscRig
from tests.hardware.rigs.nfc_pn532 import ChipRig
from tests.hardware.rigs.nfc_usb import AirRig
from tests.hardware.rigs.rfid_llrp import PortalRig

__all__ = ["RIGS", "Recorder", "Rig", "ean13", "gtin", "link", "supervised"]

RIGS: list[Callable[[Path], Rig]] = [
    ScannerRig,
    ChipRig,
    AirRig,
    PcscRig,
    CameraRig,
    PageRig,
    *([barcode_hid.HidRig] if barcode_hid.here() else []),
    PortalRig,
]
