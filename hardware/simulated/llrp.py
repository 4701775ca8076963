"""A UHF reader at a TCP port of this machine, with tags that are put into its field and taken from it."""

import select
import socket
import threading
import time

from hardware.errors import DeviceLost
from hardware.llrp.frames import BrokenFrame
from hardware.simulated.llrp_session import BUSY, WELCOME, Session, greeting
from hardware.simulated.llrp_tags import UhfTag
from hardware.simulated.pty_port import Pluggable

TICK = 0.05
"""Seconds between looks whether it is still mute."""


class UhfReader(Pluggable):
    """Listens at `host`:`port`, the same over `replug`. While `mute` it neither hears nor says anything, as one that
    hangs or whose cable was pulled; without `keeps_alive` it leaves out the KEEPALIVEs alone. `hop_table` is that of a
    country where readers change channels all the time (0: none).

    `spoken` is what went over the line, in order: (">" from the client or "<" to it, octets).
    """

    def __init__(self, port: int = 0, *, antennas: int = 4, hop_table: int = 0) -> None:
        self.host, self.port, self.antennas, self.hop_table = "127.0.0.1", port, antennas, hop_table
        self.mute, self.keeps_alive = False, True
        self.spoken: list[tuple[str, bytes]] = []
        self.tags: dict[bytes, UhfTag] = {}
        self.session: Session | None = None
        """With the client that is connected."""
        self._thread: threading.Thread | None = None
        self.replug()

    def put(self, epc: bytes, *, antenna: int = 1, rssi: int = -50, bits: int = 0) -> None:
        """Bring a tag into the field of an antenna; `bits` is its EPC's length where that is no whole octets."""
        if self._thread is None:
            raise DeviceLost(f"{self.host}:{self.port} is unplugged: replug it first")
        self.tags = {**self.tags, epc: UhfTag(epc, antenna, rssi, bits or 8 * len(epc))}

    def take(self, epc: bytes | None = None) -> None:
        """Take one tag away, or all."""
        self.tags = {other: self.tags[other] for other in self.tags if epc not in (None, other)}

    def send(self, octets: bytes) -> None:
        """Say `octets` to the client as they are."""
        self._injected.append(octets)
        self._wake[1].send(b".")

    def unplug(self) -> None:
        """Switch off: the connection ends and the port is closed."""
        if self._thread is None:
            return
        self._leaving = True
        self._wake[1].send(b".")
        self._thread.join()
        self._thread = None
        for end in (self._listening, *self._wake):
            end.close()

    def replug(self) -> None:
        if self._thread is not None:
            return
        self.take()
        self._listening = socket.create_server((self.host, self.port))
        self.port = int(self._listening.getsockname()[1])
        self._wake = socket.socketpair()
        self._leaving, self._injected = False, list[bytes]()
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name=f"llrp-{self.port}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._leaving:
            lines = [self._wake[0]] if self.mute else [self._wake[0], self._listening]
            lines += [self._client] if self._client and not self.mute else []
            ready = select.select(lines, [], [], self._pause())[0]
            if self._wake[0] in ready:
                self._wake[0].recv(4096)
            if not self.mute:
                self._attend(ready)
        self._hang_up()

    def _pause(self) -> float:
        due = TICK if self.session is None or self.mute else self.session.due - time.monotonic()
        return min(max(due, 0.0), TICK)

    def _attend(self, ready: list[socket.socket]) -> None:
        if self._client is not None and self.session is not None:
            try:
                self._converse(self._client, self.session, self._client in ready)
            except (OSError, BrokenFrame):  # a client that left, or speaks something else
                self._hang_up()
        if self._listening in ready:
            self._welcome(self._listening.accept()[0])

    def _welcome(self, client: socket.socket) -> None:
        client.settimeout(1.0)
        if self._client is None:
            self._client, self.session = client, Session(self)
            self._say(client, greeting(WELCOME))
            return
        with client:
            self._say(client, greeting(BUSY))

    def _converse(self, client: socket.socket, session: Session, is_ready: bool) -> None:
        while self._injected:
            self._say(client, self._injected.pop(0))
        if is_ready:
            octets = client.recv(65536)
            if not octets:
                raise ConnectionResetError("the client left")
            self.spoken.append((">", octets))
            self._say(client, session.hear(octets, time.monotonic()))
        self._say(client, session.tell(time.monotonic()))
        if session.is_over:
            self._hang_up()

    def _say(self, client: socket.socket, octets: bytes) -> None:
        if octets:
            self.spoken.append(("<", octets))
            client.sendall(octets)

    def _hang_up(self) -> None:
        client, self._client, self.session = self._client, None, None
        if client is not None:
            client.close()
