"""The web server of the screens: in this process, a thread per open stream and enough beside them."""

import ssl
import threading
from collections.abc import Callable

from flask import Flask

from edge.httpd import HttpServer
from kiosk.parts import Kiosk
from sync.allowance import Allowance

WORKERS = 16
"""Threads for requests, beside those that open streams hold."""
SHARE = 4
"""Of these, one address's at most: tablets have one each, and several behind one address take turns."""
RATE, BURST = 20, 150
"""Requests of one address: a second, and at once; further ones wait. A screen's page has a dozen, a hand makes two a
second; each costs a Raspberry Pi some 20 ms of the one thread that Python runs at a time."""
STOP_S = 1
KEPT = 256
"""Quiet connections that stay open, at no thread's cost: each spares a browser another greeting."""
LARGEST_HEADER, LARGEST_BODY = 32 * 1024, 256 * 1024
"""Bytes of one request; a scan or a form has less than a tenth."""


class Server:
    """Screens over HTTP from `start` to `stop`; `port` is the one really bound. With `tls` that port speaks HTTPS, and
    HTTP to this machine alone."""

    def __init__(self, app: Flask, host: str, port: int, *, tls: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._kiosk: Kiosk = app.extensions["kiosk"]
        self._server = HttpServer(
            (host, port),
            app,
            numthreads=self._kiosk.streams.most + WORKERS,
            share=SHARE,
            pace=lambda: Allowance(RATE, BURST),
            server_name="tote",
            timeout=10,
            shutdown_timeout=STOP_S,
        )
        self._server.tls = tls
        self._server.refused = self._kiosk.watch.refused
        self._server.keep_alive_conn_limit = KEPT
        self._server.max_request_header_size = LARGEST_HEADER
        self._server.max_request_body_size = LARGEST_BODY
        self._server.prepare()
        self._thread = threading.Thread(target=self._server.serve, name="kiosk", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.bind_addr[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the open streams, then the server: within a second and a half."""
        self._kiosk.stopping.set()
        self._server.stop()
        self._thread.join(STOP_S)


def serve(
    app: Flask, host: str = "127.0.0.1", port: int = 0, *, tls: Callable[[], ssl.SSLContext] | None = None
) -> Server:
    """A server bound to `host` and `port` (0 is any free one), not yet answering. `tls` gives the context of a line."""
    return Server(app, host, port, tls=tls)
