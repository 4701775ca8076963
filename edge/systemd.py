"""What systemd and a service tell each other (sd_notify(3), sd_listen_fds(3)). Outside systemd it does nothing."""

import http.client
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

FIRST_SOCKET = 3
"""The number of the first file that a unit hands over."""
PATIENCE = 10.0
"""Seconds that an answer may take before it counts as none."""


class SocketMismatchError(Exception):
    """The socket that systemd holds is not the one of the settings."""


def notify(*lines: str) -> bool:
    """Tells the service manager, such as "READY=1"; False where there is none."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.sendall("\n".join(lines).encode())
    return True


def watchdog_seconds() -> float | None:
    """How often the manager wants to hear that all is well at least; None where it does not."""
    mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    micros = os.environ.get("WATCHDOG_USEC", "")
    return int(micros) / 1_000_000 if mine and micros.isdecimal() else None


def held_socket() -> tuple[str, int] | None:
    """Address and port of the web socket that the manager holds for this process; None without one. Cheroot takes it by
    itself."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        os.environ.pop("LISTEN_PID", None)  # of another process: cheroot would take what is no socket
        return None
    with socket.socket(fileno=os.dup(FIRST_SOCKET)) as held:
        host, port, *_ = held.getsockname()
    return str(host), int(port)


def check_held_socket(host: str, port: int) -> None:
    """Raises SocketMismatchError: a socket that more can reach than the settings say would let in who was not thought
    of."""
    held = held_socket()
    if held is None or (held[1] == port and (not _is_loopback(host) or _is_loopback(held[0]))):
        return
    raise SocketMismatchError(
        f"tote.socket listens on {held[0]}:{held[1]}, the settings say {host}:{port}: make ListenStream of the one and"
        " screen.host and screen.port of the other alike, or disable tote.socket"
    )


@contextmanager
def serving(url: str) -> Iterator[None]:
    """Inside, the service is ready and watched. `url` is its web as this machine reaches it."""
    seconds = watchdog_seconds()
    watchdog = Watchdog(f"{url}/health/ready", seconds) if seconds else None
    notify("READY=1", f"STATUS=ready at {url}")
    if watchdog:
        watchdog.start()
    try:
        yield
    finally:
        notify("STOPPING=1")
        if watchdog:
            watchdog.stop()


class Watchdog:
    """Says that all is well as long as `url` (/health/ready, on this machine) answers 200: web, store and outbox have
    then all moved."""

    def __init__(self, url: str, seconds: float) -> None:
        """`seconds` as of `watchdog_seconds`; it is said three times as often."""
        self._url, self._pause = url, seconds / 3
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stopping.wait(self._pause):
            if well(self._url):
                notify("WATCHDOG=1")
            else:
                log.error("this process makes no progress: systemd will start it anew unless it comes round")


def well(url: str) -> bool:
    """Whether it answers 200."""
    return answer(url) is not None


def answer(url: str) -> bytes | None:
    """What it answers with 200; None where it does anything else, or nothing."""
    parts = urlsplit(url)
    try:
        with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)) as asked:
            asked.request("GET", parts.path)
            told = asked.getresponse()
            return told.read() if told.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
