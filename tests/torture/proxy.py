"""A TCP proxy on loopback that can swallow everything: connections stay open, and nothing comes through any more."""

import socket
import threading
from contextlib import suppress

from tests.ports import free_port


class Proxy:
    """Passes connections on to `port`. What was open when it began to swallow stays dead for ever, like a line whose
    router forgot it; what is opened while it swallows is accepted and never answered."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = free_port()
        self._swallows = False
        self._pairs: list[_Pair] = []
        self._server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        self._swallows = True
        for pair in self._pairs:
            pair.dead = True

    def heal(self) -> None:
        """New connections pass again."""
        self._swallows = False

    def stop(self) -> None:
        self._server.close()
        for pair in self._pairs:
            pair.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                self._pairs.append(_Pair(near, self._to, dead=self._swallows))


class _Pair:
    def __init__(self, near: socket.socket, port: int, *, dead: bool) -> None:
        self.dead = dead
        self._near, self._far = near, socket.socket()
        for end in (self._near, self._far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):
            if not dead:
                self._far.connect(("127.0.0.1", port))
                threading.Thread(target=self._pump, args=(self._far, self._near), daemon=True).start()
        threading.Thread(target=self._pump, args=(self._near, self._far), daemon=True).start()

    def close(self) -> None:
        for end in (self._near, self._far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """An end that hangs up is told to the other, unless the line is dead: nobody hears of anything then."""
        with suppress(OSError):
            while octets := source.recv(65536):
                if not self.dead:
                    sink.sendall(octets)
        if not self.dead or source is self._near:
            self.close()
