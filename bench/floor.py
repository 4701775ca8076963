"""The floor: the barest page and server that can show a fragment pushed by server-sent events."""

import queue
import socket
import threading
from types import TracebackType
from typing import Self

PAGE = b"""<!doctype html><meta charset="utf-8"><title>floor</title><main></main><script>
new EventSource("/stream").addEventListener("screen", (event) => {
  document.querySelector("main").innerHTML = event.data;
  requestAnimationFrame(() => requestAnimationFrame(() => document.dispatchEvent(new Event("floor:painted"))));
});
</script>"""


class Floor:
    """One stream, one sender; everything else is 404. Serves until left."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._streams: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        self._stream: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._socket.close()
        if self._stream:
            self._stream.close()

    def wait_for_stream(self) -> None:
        self._stream = self._streams.get(timeout=10)

    def send(self, event: bytes) -> None:
        assert self._stream
        self._stream.sendall(event)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        path = connection.recv(65536).split(b" ")[1:2]
        if path == [b"/stream"]:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            self._streams.put(connection)
            return
        body, status = (PAGE, b"200 OK") if path == [b"/"] else (b"", b"404 Not Found")
        head = b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
        connection.sendall(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        connection.close()
