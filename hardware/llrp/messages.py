"""What the driver says to a reader in LLRP, without I/O; the names are those of EPCglobal LLRP 1.1, section 17."""

from collections.abc import Iterable, Sequence
from struct import Struct

from hardware.llrp.frames import tlv
from hardware.llrp.reports import Transmitter

ROSPEC, BOUNDARY, START_TRIGGER, STOP_TRIGGER = 177, 178, 179, 182
AISPEC, AISPEC_STOP, INVENTORY = 183, 184, 186
KEEPALIVE, ANTENNA_CONFIG, TRANSMITTER = 220, 222, 224
REPORT_SPEC, REPORT_CONTENT = 237, 238
NOTIFICATIONS, NOTIFICATION = 244, 245
INVENTORY_COMMAND, SINGULATION = 330, 336

OURS = 1
"""The number of our ROSpec, the reader's standing order to look for tags."""
ALL = 0
"""In place of an ROSpec's or antenna's number."""
SESSION, POPULATION = 0, 32
"""Session 0: a tag that was read answers again in the next round, so that silence means it is gone. In the others it
keeps still for seconds, or as long as the field is on."""
ANTENNA_AND_LOUDNESS = 1 << 12 | 1 << 10
"""Bits of a report's content: antenna and peak RSSI (TagReportContentSelector)."""
EXCEPTIONS, ANTENNAS = 4, 8
"""Events that are told when they happen (EventNotificationState)."""
REGULATION = b"\x03"
"""GET_READER_CAPABILITIES: of what the country's rules allow."""
U16, U32 = Struct("!H"), Struct("!I")


def rospec_number(number: int) -> bytes:
    """The body of the messages that do something with an ROSpec."""
    return U32.pack(number)


def configuration(keepalive: float) -> bytes:
    """SET_READER_CONFIG: a KEEPALIVE each `keepalive` seconds; trouble is told."""
    told = b"".join(tlv(NOTIFICATION, U16.pack(event) + b"\x80") for event in (EXCEPTIONS, ANTENNAS))
    return b"\x00" + tlv(NOTIFICATIONS, told) + tlv(KEEPALIVE, b"\x01" + U32.pack(round(keepalive * 1000)))


def standing_order(antennas: Iterable[int], sender: Transmitter | None) -> bytes:
    """ADD_ROSPEC: started by us, never ending, each tag told at once with antenna and loudness."""
    boundary = tlv(BOUNDARY, tlv(START_TRIGGER, b"\x00") + tlv(STOP_TRIGGER, b"\x00" + U32.pack(0)))
    report = tlv(REPORT_SPEC, b"\x01" + U16.pack(1) + tlv(REPORT_CONTENT, U16.pack(ANTENNA_AND_LOUDNESS)))
    return tlv(ROSPEC, U32.pack(OURS) + b"\x00\x00" + boundary + _inventory(list(antennas), sender) + report)


def _inventory(antennas: Sequence[int], sender: Transmitter | None) -> bytes:
    numbers = U16.pack(len(antennas)) + b"".join(map(U16.pack, antennas))
    configs = b"".join(_antenna(antenna, sender) for antenna in antennas)
    stop = tlv(AISPEC_STOP, b"\x00" + U32.pack(0))
    return tlv(AISPEC, numbers + stop + tlv(INVENTORY, U16.pack(1) + b"\x01" + configs))


def _antenna(antenna: int, sender: Transmitter | None) -> bytes:
    power = b""
    if sender:
        power = tlv(TRANSMITTER, b"".join(map(U16.pack, (sender.hop_table, sender.channel, sender.power))))
    singulation = tlv(SINGULATION, bytes([SESSION << 6]) + U16.pack(POPULATION) + U32.pack(0))
    return tlv(ANTENNA_CONFIG, U16.pack(antenna) + power + tlv(INVENTORY_COMMAND, b"\x00" + singulation))
