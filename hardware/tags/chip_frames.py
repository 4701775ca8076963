"""Frames of a PN53x chip as they come over a line, without I/O (NXP UM0701-02, 6.2.1)."""

import errno

START = b"\x00\x00\xff"
ACK = bytes.fromhex("0000FF00FF00")


def next_frame(octets: bytearray) -> bytearray | None:
    """Cut the first frame off `octets`, None while it is not whole; raises OSError (EIO) where they are no frame.

    The length's checksum is looked at here, for a wrong length would be waited for; the content's is nfcpy's part.
    """
    if not octets.startswith(START[: len(octets)]):
        raise _garbled("no start")
    if len(octets) < 6:
        return None
    size = 6 if octets.startswith(ACK) else _size(octets)
    if size is None or len(octets) < size:
        return None
    frame = octets[:size]
    del octets[:size]
    return frame


def _size(octets: bytearray) -> int | None:
    """Octets of the frame that begins so, None while its head is not whole."""
    if octets[3:5] != b"\xff\xff":
        return _checked(octets[3:5], octets[3]) + 7
    if len(octets) < 8:
        return None
    return _checked(octets[5:8], octets[5] << 8 | octets[6]) + 10


def _checked(head: bytearray, length: int) -> int:
    if sum(head) & 0xFF or not length:
        raise _garbled("wrong length")
    return length


def _garbled(why: str) -> OSError:
    return OSError(errno.EIO, f"broken frame from the chip: {why}")
