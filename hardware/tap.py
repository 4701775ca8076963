"""One tag in the reader's field: what is written on it, and whether it is still there."""

import nfc
import nfc.clf
import nfc.tag

from hardware import ndef_message
from hardware.errors import TagError
from hardware.pn532_port import tags_in_field

TECHNOLOGY = "106A"
CLASSIC = 0x08
"""The bit of SEL_RES that MIFARE Classic sets (NXP AN10833); asking such a tag for NDEF costs a third of a second."""

PULLED = (nfc.clf.CommunicationError, nfc.tag.TagCommandError, LookupError, ValueError, TypeError, RuntimeError)
"""What nfcpy raises on a tag that goes away or answers nonsense (a short ATS is an IndexError). A dead reader is an
OSError and passes through."""

TORN = "the tag was taken away too soon: hold it to the reader a moment longer"
FOREIGN = "this tag is not one of the shop's: scan the barcode instead"
DAMAGED = "this tag cannot be read: scan the barcode instead, and have the staff replace the tag"


class Tap:
    """A tag that was just found; raises OSError and the like where the reader itself fails."""

    def __init__(self, frontend: nfc.ContactlessFrontend, target: nfc.clf.RemoteTarget) -> None:
        self.uid = bytes(target.sdd_res)
        self._frontend, self._tag = frontend, None
        self._classic = not target.sel_res[0] & 0x60 and bool(target.sel_res[0] & CLASSIC)
        if not self._classic:
            self._tag = self._activate(target)

    def message(self) -> bytes:
        """The octets of the tag's NDEF message; raises `TagError` with the reason why there is none."""
        if self._classic:
            raise TagError("tag-foreign", FOREIGN)
        try:
            ndef = self._tag.ndef if self._tag else None
        except PULLED:
            raise self._broken() from None
        if ndef is None:
            raise self._without_ndef()
        return ndef_message.check(ndef.octets)

    def is_there(self) -> bool:
        try:
            return bool(self._tag.is_present) if self._tag else self._is_alone()
        except PULLED:
            return False

    def _activate(self, target: nfc.clf.RemoteTarget) -> nfc.tag.Tag | None:
        try:
            return nfc.tag.activate(self._frontend, target)
        except PULLED:
            return None

    def _is_alone(self) -> bool:
        """A foreign card left lying there must not hide the tag that is held beside it."""
        return tags_in_field(self._frontend) == 1 and self._answers()

    def _answers(self) -> bool:
        wanted = nfc.clf.RemoteTarget(TECHNOLOGY, sel_req=bytearray(self.uid))
        return self._frontend.sense(wanted) is not None

    def _without_ndef(self) -> TagError:
        """nfcpy says None for "no NDEF" and for "gone" alike."""
        if self._tag is not None and self.is_there():
            return TagError("tag-foreign", FOREIGN)
        return self._broken()

    def _broken(self) -> TagError:
        return TagError("tag-damaged", DAMAGED) if self._answers() else TagError("tag-torn", TORN)
