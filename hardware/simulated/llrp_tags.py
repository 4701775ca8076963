"""What a simulated UHF reader tells: of tags, and of itself. The names are those of EPCglobal LLRP 1.1, section 17."""

import time
from dataclasses import dataclass

from hardware.llrp.frames import tlv, tv

POWERS = {number: 10.0 + number / 4 for number in range(1, 87)}
"""{number: dBm}, as the tables of readers for Europe go: 10.25 to 31.5."""
CHANNELS = (865_700, 866_300, 866_900, 867_500)
"""kHz, of ETSI EN 302 208."""
MODEL = b"simulated"


@dataclass(frozen=True)
class UhfTag:
    """A tag in the field of one antenna; `bits` is how long its EPC is."""

    epc: bytes
    antenna: int
    rssi: int
    bits: int

    def report(self, content: int, order: int) -> bytes:
        """TagReportData with what the bits of `content` ask for: ROSpecID, AntennaID, ChannelIndex, PeakRSSI,
        LastSeenTimestampUTC, TagSeenCount.

        96 bits go in their short form.
        """
        told = tv(13, self.epc) if self.bits == 96 else tlv(241, self.bits.to_bytes(2) + self.epc)
        for bit, parameter in (
            (15, tv(9, order.to_bytes(4))),
            (12, tv(1, self.antenna.to_bytes(2))),
            (11, tv(7, b"\x00\x01")),
            (10, tv(6, self.rssi.to_bytes(1, signed=True))),
            (8, tv(4, _microseconds())),
            (7, tv(8, b"\x00\x01")),
        ):
            told += parameter if content >> bit & 1 else b""
        return tlv(240, told)


def notification(told: bytes) -> bytes:
    """The body of a READER_EVENT_NOTIFICATION."""
    return tlv(246, tlv(128, _microseconds()) + told)


def status(code: int, text: str = "") -> bytes:
    """LLRPStatus: 0 is success."""
    return tlv(287, code.to_bytes(2) + len(text.encode()).to_bytes(2) + text.encode())


def capabilities(antennas: int, hop_table: int) -> bytes:
    """General, of LLRP, of the country's rules, and of the air protocol."""
    general = antennas.to_bytes(2) + b"\x40\x00" + bytes(8) + len(MODEL).to_bytes(2) + MODEL
    general += tlv(139, bytes(4)) + tlv(141, bytes(4))
    general += b"".join(tlv(140, number.to_bytes(2) + b"\x00\x01\x01") for number in range(1, antennas + 1))
    session = b"\x00\x01" + bytes(2) + b"".join(count.to_bytes(4) for count in (1, 32, 1, 16, 8))
    return tlv(137, general) + tlv(142, session) + tlv(143, bytes(4) + _band(hop_table)) + tlv(327, b"\x00\x00\x02")


def _band(hop_table: int) -> bytes:
    entries = (tlv(145, number.to_bytes(2) + round(POWERS[number] * 100).to_bytes(2)) for number in POWERS)
    channels = len(CHANNELS).to_bytes(2) + b"".join(channel.to_bytes(4) for channel in CHANNELS)
    hops, fixed = tlv(147, bytes([hop_table, 0]) + channels), tlv(148, channels)
    frequencies = b"\x80" + hops if hop_table else b"\x00" + fixed
    mode = b"".join(number.to_bytes(4) for number in (40_000, 1_500, 6_250, 6_250, 0))
    modes = tlv(329, (1000).to_bytes(4) + b"\x00\x03\x00\x02" + mode)
    return tlv(144, b"".join(entries) + tlv(146, frequencies) + tlv(328, modes))


def settings(antennas: int, keepalive: int) -> bytes:
    """The answer to GET_READER_CONFIG: who it is, its antennas, and its KEEPALIVEs (ms; 0: none)."""
    found = b"".join(tlv(221, b"\x80" + number.to_bytes(2) + bytes(2)) for number in range(1, antennas + 1))
    alive = tlv(220, bytes([keepalive > 0]) + keepalive.to_bytes(4))
    return tlv(218, b"\x00\x00\x08" + b"\x02\x00\x00\xff\xfe\x00\x00\x01") + found + alive + tlv(226, b"\x00")


def _microseconds() -> bytes:
    return round(time.time() * 1e6).to_bytes(8)
