"""The air between nfcpy's `udp` driver and tags: what is sent to this port is heard by the tag that is held there.

The datagrams are nfcpy's: the technology and the frame in hexadecimal ("106A 26"), and "RFOFF" when the field goes.
"""

import os
import select
import socket
import threading
from collections.abc import Callable

from hardware.errors import DeviceLost
from hardware.simulated.pty_port import Pluggable
from hardware.simulated.tags import Tag

TYPE_A = b"106A"
REQUEST, ANTICOLLISION, CHOICE = b"\x26", b"\x20", b"\x70"
LEVELS = {0x93: 0, 0x95: 1, 0x97: 2}
CASCADE = 0x04
"""The bit of SEL_RES that says the UID goes on (ISO/IEC 14443-3, 6.5.3)."""


class UdpAir(Pluggable):
    """One port on loopback, the same over `replug`; one tag at a time. `garble` is done to the next answer, once."""

    def __init__(self) -> None:
        self.garble: Callable[[bytes], bytes] | None = None
        self._tag: Tag | None = None
        self._port = 0
        self._thread: threading.Thread | None = None
        self.replug()

    @property
    def path(self) -> str:
        return f"udp:127.0.0.1:{self._port}"

    def put(self, tag: Tag) -> None:
        """Hold a tag there, in place of any other; raises `DeviceLost` while unplugged."""
        if self._thread is None:
            raise DeviceLost(f"{self.path} is unplugged: replug it first")
        tag.reset()
        self._tag = tag

    def take(self) -> None:
        self._tag = None

    def unplug(self) -> None:
        if self._thread is None:
            return
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        self._thread = None
        self._socket.close()
        os.close(self._wake)

    def replug(self) -> None:
        if self._thread is not None:
            return
        self.take()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", self._port))
        self._port = self._socket.getsockname()[1]
        self._wake = os.eventfd(0)
        self._thread = threading.Thread(target=self._run, name=f"air-{self._port}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        port, wake = self._socket.fileno(), self._wake
        while wake not in select.select([port, wake], [], [])[0]:
            datagram, sender = self._socket.recvfrom(1024)
            answer = self._heard(datagram)
            if answer is not None:
                garble, self.garble = self.garble, None
                self._socket.sendto(garble(answer) if garble else answer, sender)

    def _heard(self, datagram: bytes) -> bytes | None:
        technology, _, frame = datagram.partition(b" ")
        tag = self._tag
        if tag is None or not tag.is_here:
            return None
        if technology == b"RFOFF":
            tag.reset()
        reply = _answer(tag, bytes.fromhex(frame.decode())) if technology == TYPE_A else None
        return None if reply is None else TYPE_A + b" " + reply.hex().encode()


def _answer(tag: Tag, frame: bytes) -> bytes | None:
    if frame == REQUEST:
        tag.selected()
        return tag.sens_res
    if frame[0] in LEVELS and frame[1:2] in (ANTICOLLISION, CHOICE):
        return _anticollision(tag, LEVELS[frame[0]], frame[1:2] == ANTICOLLISION)
    return tag.exchange(frame)


def _anticollision(tag: Tag, level: int, asked: bool) -> bytes | None:
    """The part of the UID at a cascade level with its check octet, or, where it is chosen, SEL_RES."""
    uid = b"\x88" + tag.uid if len(tag.uid) > 4 else tag.uid
    part = uid[4 * level : 4 * level + 4]
    if len(part) < 4:
        return None
    more = len(uid) > 4 * level + 4
    if asked:
        return part + bytes([part[0] ^ part[1] ^ part[2] ^ part[3]])
    return bytes([tag.sel_res[0] | CASCADE if more else tag.sel_res[0]])
