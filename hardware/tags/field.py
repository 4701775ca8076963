"""What is in a reader's field, through nfcpy: the frontend, and the tags that answer."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager

import nfc
import nfc.clf
import nfc.clf.device
from nfc.clf.pn53x import Chipset

TECHNOLOGY = "106A"
LIST_PASSIVE_TARGET = 0x4A
"""InListPassiveTarget, UM0701-02 7.3.5."""

ANSWER = 0.5
"""Seconds a tag may take for one answer, whatever it asks for: some ask for five."""


SETTLING = 0.02
"""Seconds until nothing more comes of a command that was ended; what came is dropped with the next one."""


class Exhausted(RuntimeError):
    """A tag that takes longer than any tag needs."""


class Frontend(nfc.ContactlessFrontend):  # type: ignore[misc]  # nfcpy has no types
    """nfcpy's frontend for a device that is open already, with a bound on all exchanges with one tag: a tag may ask for
    more time, or promise more octets, without end, and nfcpy goes along."""

    def __init__(self, device: nfc.clf.device.Device, path: str) -> None:
        super().__init__()
        self.device = device
        device._path = path  # nfcpy names the device by it in some of its warnings
        self._until = float("inf")

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Within, exchanges raise `Exhausted` after so many seconds."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = float("inf")

    def exchange(self, send_data: bytes, timeout: float) -> bytearray | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Exhausted("the tag takes too long")
        answer: bytearray | None = super().exchange(send_data, min(timeout, left, ANSWER))
        return answer


def uids_in_field(frontend: Frontend) -> list[bytes]:
    """The UIDs of the type A tags that answer in the field, which is on from now on. Chips of the PN53x family tell two
    apart, others one."""
    chipset = getattr(frontend.device, "chipset", None)
    if isinstance(chipset, Chipset):
        return listed(chipset.command(LIST_PASSIVE_TARGET, b"\x02\x00", timeout=1.0))
    target = select(frontend)
    return [] if target is None else [uid_of(target)]


def begin_afresh(frontend: Frontend) -> None:
    """Forget what is under way: an answer that comes late must not be taken for that to the next command."""
    chipset = getattr(frontend.device, "chipset", None)
    if isinstance(chipset, Chipset) and chipset.transport.TYPE == "TTY":
        chipset.send_ack()  # ends the chip's command, UM0701-02 6.2.1.3
        time.sleep(SETTLING)
    frontend.device.mute()


def select(frontend: Frontend) -> nfc.clf.RemoteTarget | None:
    """Renew the field and choose the tag that is there, None where nobody answers."""
    return frontend.sense(nfc.clf.RemoteTarget(TECHNOLOGY))


def uid_of(target: nfc.clf.RemoteTarget) -> bytes:
    """Of a type 1 tag it comes with its identification."""
    return bytes(target.sdd_res or target.rid_res[2:])


def listed(answer: bytes | None) -> list[bytes]:
    """The UIDs in a chip's answer: a count, then for each its number, SENS_RES (2), SEL_RES, length and UID."""
    if not answer:
        raise OSError(errno.EIO, "the chip's list of tags is empty")
    uids, at = [], 1
    for _ in range(answer[0]):
        head, at = answer[at : at + 5], at + 5
        uids.append(bytes(answer[at : at + head[4]] if len(head) == 5 else b""))
        if len(uids[-1]) not in (4, 7, 10):
            raise OSError(errno.EIO, "the chip's list of tags is cut off")
        at += len(uids[-1])
    return uids
