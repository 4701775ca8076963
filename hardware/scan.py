"""What readers say: one `Scan` per reading, and the events of a reader's life."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One reading of a code by a reader.

    `data` is what the device sent, every byte kept (AIM identifiers and FNC1 = 0x1D included), or for `symbology`
    "ndef" the octets of the NDEF message. `symbology` is a lower-case name ("ean13", "qr", "code128" …), "ndef", or ""
    where the device does not say. `uid` is the tag's serial number: a hint, never proof.
    """

    reader: str
    symbology: str
    data: bytes
    at: float
    """Seconds since 1970, UTC, by the box's clock."""
    uid: bytes = b""


@dataclass(frozen=True, kw_only=True)
class ReaderEvent:
    """`present`/`removed`: a tag came or went; `partial`: torn away or unreadable; `up`/`down`: the device."""

    kind: Literal["scan", "present", "removed", "partial", "up", "down"]
    reader: str
    at: float
    scan: Scan | None = None
    error: str = ""
    """What went wrong, for a person to read; "" where nothing did."""
    reason: str = ""
    """A stable word for programs, with `partial`: "tag-empty", "tag-foreign", "tag-torn", "tag-damaged", "tags-many",
    "barcode-torn", "barcode-long", "barcode-dropped", "picture-unreadable"."""
    raw: bytes = b""
    """What the device sent, of a `partial`; of a `scan` it is `scan.data`."""
    tag: bytes = b""
    """Of `present` and `removed`: the UID or EPC of what came or went, where the reader tells it."""
