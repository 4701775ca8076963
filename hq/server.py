"""HQ's HTTP server, bound first, so that the port is known before anything that names it is built."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from edge.httpd import HttpServer
from edge.httpd.turns import Lines
from hq.errors import ConfigError

THREADS = 16
SHARE = THREADS // 2
"""Threads that one address may have: a proxy on another machine is one, and speaks for everybody."""
LINES_EACH, LINES = 512, 768
"""Open lines of one address, and of all others than this machine: a chain's boxes may all come from one gateway."""
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Server:
    """Holds `host`:`port` (0: any free one) from the moment it is made; raises ConfigError where it can't."""

    def __init__(self, host: str, port: int) -> None:
        self._http = HttpServer(
            (host, port), _not_yet, numthreads=THREADS, share=SHARE, shutdown_timeout=2, server_name="tote-hq"
        )
        self._http.lines = Lines(LINES_EACH, LINES)
        try:
            self._http.prepare()
        except OSError as error:
            raise ConfigError(f"HQ can't listen on {host}:{port} ({error}). Choose another with --port.") from error
        self.port: int = self._http.bind_addr[1]
        self._thread = threading.Thread(target=self._http.serve, name="http", daemon=True)

    def start(self, app: Wsgi) -> None:
        self._http.wsgi_app = app
        self._thread.start()

    def stop(self) -> None:
        self._http.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=5)


def _not_yet(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "1")])
    return [b"HQ is starting."]
