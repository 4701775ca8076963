"""What was recorded of LLRP: sessions in tests/data/llrp, a line for each time someone spoke."""

from pathlib import Path

from hardware.llrp.frames import Frame, Splitter
from hardware.llrp.portal import Sighting

FOLDER = Path(__file__).parents[1] / "data" / "llrp"

SGTIN_96 = bytes.fromhex("3074257BF7194E4000001A85")
OF_128_BITS = b"\x35" * 16
SGTIN_198 = bytes.fromhex("3674257BF7194E59B2C2BF10".ljust(52, "0"))
TAGS = [Sighting(SGTIN_96, 1, -50), Sighting(OF_128_BITS, 2, -61), Sighting(SGTIN_198, 1, -72)]
"""What was in the field, in order."""


def recorded(name: str) -> list[tuple[str, bytes]]:
    """(">" to the reader or "<" from it, octets), in order."""
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    return [(line[0], bytes.fromhex(line[2:])) for line in lines if not line.startswith("#")]


def spoken(name: str, way: str) -> bytes:
    """All that went one way."""
    return b"".join(octets for who, octets in recorded(name) if who == way)


def frames(octets: bytes) -> list[Frame]:
    return list(Splitter().feed(octets))
