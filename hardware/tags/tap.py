"""Reading one tag in the reader's field."""

import struct

import nfc
import nfc.clf
import nfc.tag
from nfc.tag.tt2 import Type2Tag

from hardware.errors import TagError
from hardware.tags.field import Exhausted, Frontend, select, uid_of
from hardware.tags.tapping import TORN, same

READING = 2.0
"""Seconds one reading may take: 8 KB need one."""

CLASSIC = 0x08
"""The bit of SEL_RES that MIFARE Classic sets (NXP AN10833); asking such a tag for NDEF costs a third of a second."""
PROTOCOLS = 0x60
"""The bits of SEL_RES of tags that are not type 2."""
FORMATTED = 0xE1
"""What the capability container of a type 2 tag begins with (NFC Forum Type 2 Tag, 2.4.1)."""

PULLED = (
    nfc.clf.CommunicationError,
    nfc.tag.TagCommandError,
    LookupError,
    ValueError,
    TypeError,
    RuntimeError,
    struct.error,
)
"""What nfcpy raises on a tag that goes away or answers nonsense (a short ATS is an IndexError, a capability
container too long a struct.error). A dead reader is an OSError and passes through."""

FOREIGN = "this tag is not one of the shop's: scan the barcode instead"
DAMAGED = "this tag cannot be read: scan the barcode instead, and have the staff replace the tag"


class Hopeless(TagError):
    """A tag that there is no use in trying again."""


def octets(frontend: Frontend, uid: bytes) -> bytes:
    """The NDEF message of the tag `uid`, as it is; raises `TagError` with the reason why there is none."""
    target = select(frontend)
    if target is None or not same(uid_of(target), uid):
        raise TagError("tag-torn", TORN)
    if _is_type2(target) and target.sel_res[0] & CLASSIC:
        raise Hopeless("tag-foreign", FOREIGN)
    try:
        with frontend.patience(READING):
            return _message(_activated(frontend, target))
    except Exhausted:
        raise Hopeless("tag-damaged", DAMAGED) from None
    except PULLED:
        raise _unread(frontend) from None


def _unread(frontend: Frontend) -> TagError:
    return TagError("tag-torn", TORN) if select(frontend) is None else TagError("tag-damaged", DAMAGED)


def _message(tag: nfc.tag.Tag | None) -> bytes:
    """nfcpy says None for "no NDEF" and for "gone" alike."""
    ndef = tag.ndef if tag else None
    if ndef is not None and ndef.length <= ndef.capacity:
        return bytes(ndef.octets)
    if ndef is not None or _is_formatted(tag):
        raise TagError("tag-damaged", DAMAGED)
    if tag is None or not tag.is_present:
        raise LookupError("the tag does not answer")
    raise TagError("tag-foreign", FOREIGN)


def _activated(frontend: Frontend, target: nfc.clf.RemoteTarget) -> nfc.tag.Tag | None:
    """Of a type 2 tag nfcpy would first ask for the product, which takes as long as reading it and is not needed."""
    return Type2Tag(frontend, target) if _is_type2(target) else nfc.tag.activate(frontend, target)


def _is_type2(target: nfc.clf.RemoteTarget) -> bool:
    return bool(target.sel_res) and not target.sel_res[0] & PROTOCOLS


def _is_formatted(tag: nfc.tag.Tag | None) -> bool:
    return isinstance(tag, Type2Tag) and tag.read(3)[0] == FORMATTED
