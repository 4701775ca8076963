"""Readers made of software: the real drivers and their libraries talk to them over a pty as they would to a device."""

from hardware.simulated.pn532 import Pn532
from hardware.simulated.serial_scanner import SerialScanner
from hardware.simulated.tags import MifareClassic, Ntag213, Tag, Type4
from hardware.simulated.udp_air import UdpAir

__all__ = ["MifareClassic", "Ntag213", "Pn532", "SerialScanner", "Tag", "Type4", "UdpAir"]
