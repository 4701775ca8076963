"""Strict structure of an NDEF message (NFC Forum NDEF 1.0, section 3).

Libraries relax here; a torn or overwritten tag then yields a wrong code. The records' meaning is not looked at.
"""

from hardware.errors import TagError

LONGEST = 8192
"""Octets; the largest tags in shops hold under 8 KB."""

MB, ME, CF, SR, IL, TNF = 0x80, 0x40, 0x20, 0x10, 0x08, 0x07
EMPTY_TNF, UNKNOWN_TNF, UNCHANGED_TNF = 0, 5, 6

EMPTY = "this tag is empty: have the staff write the article's link on it"


def check(message: bytes) -> bytes:
    """`message` itself if it is one whole NDEF message with content; raises `TagError` "tag-empty" or "tag-damaged"."""
    if len(message) > LONGEST:
        raise _damaged(f"{len(message)} octets, more than {LONGEST}")
    at, last, kinds = 0, not message, set()
    while not last:
        kinds.add(_octets(message, at, 1) & TNF)
        last, at = _record(message, at)
    if at != len(message):
        raise _damaged("octets after the last record")
    if kinds <= {EMPTY_TNF}:
        raise TagError("tag-empty", EMPTY)
    return message


def _record(message: bytes, at: int) -> tuple[bool, int]:
    """Check the record at `at`; says whether it is the last, and where it ends."""
    flags = _octets(message, at, 1)
    if bool(flags & MB) != (at == 0):
        raise _damaged("the first record is not the one marked so")
    if flags & CF or flags & TNF >= UNCHANGED_TNF:
        raise _damaged("chunked or reserved records")
    payload_size = 1 if flags & SR else 4
    type_length = _octets(message, at + 1, 1)
    payload_length = _octets(message, at + 2, payload_size)
    id_length = _octets(message, at + 2 + payload_size, 1) if flags & IL else 0
    if flags & TNF == EMPTY_TNF and type_length + payload_length + id_length:
        raise _damaged("an empty record with content")
    if bool(type_length) != (flags & TNF not in (EMPTY_TNF, UNKNOWN_TNF)):
        raise _damaged("a record whose type is missing, or out of place")
    end = at + 2 + payload_size + bool(flags & IL) + type_length + payload_length + id_length
    if end > len(message):
        raise _damaged("a record longer than the message")
    return bool(flags & ME), end


def _octets(message: bytes, at: int, size: int) -> int:
    if at + size > len(message):
        raise _damaged("it ends within a record")
    return int.from_bytes(message[at : at + size], "big")


def _damaged(why: str) -> TagError:
    return TagError("tag-damaged", f"what is written on this tag is damaged ({why}): have the staff write it again")
