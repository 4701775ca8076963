"""One port for secure and plain lines: who gets what, and that nobody waits for somebody who says nothing."""

import http.client
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from edge.httpd import IN_THE_OPEN, HttpServer
from edge.httpd import server as httpd
from edge.tls import Folder
from edge.tls.keeper import server_context
from tests.edge.tls.greeting import AT

THREADS = 3


def telling(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """How the line came."""
    said = f"{environ['wsgi.url_scheme']} {environ.get(IN_THE_OPEN, False)}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "https", "shop")
    folder.vouch(["127.0.0.1", "localhost"], at=AT)
    return folder


@pytest.fixture
def port(folder: Folder) -> Iterator[int]:
    server = HttpServer(("127.0.0.1", 0), telling, numthreads=THREADS, timeout=3, shutdown_timeout=1)
    server.tls = lambda: server_context(*folder.chain)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join()


@pytest.fixture
def trusting(folder: Folder) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder.ca_file))


def asked(port: int, context: ssl.SSLContext | None = None, *, times: int = 1) -> list[str]:
    line = (
        http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=2)
        if context
        else http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    )
    told = []
    for _ in range(times):
        line.request("GET", "/")
        told.append(line.getresponse().read().decode())
    line.close()
    return told


def test_one_port_speaks_both(port: int, trusting: ssl.SSLContext) -> None:
    assert asked(port, trusting, times=3) == ["https False"] * 3, "on one line, kept open"
    assert asked(port) == ["http False"], "this machine itself may ask in the open"


def test_who_asks_in_the_open_from_elsewhere_is_known(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpd, "is_own", lambda _: False)
    assert asked(port) == ["http True"]


def test_another_machine_is_another_also_where_both_versions_of_ip_are_listened_on() -> None:
    class Line:
        def __init__(self, theirs: str, ours: str) -> None:
            self.getpeername, self.getsockname = (lambda: (theirs, 1)), (lambda: (ours, 2))

    for end in ("127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.5"):
        assert httpd.is_own(Line(end, end))  # type: ignore[arg-type]
    strangers = [("10.0.0.6", "10.0.0.5"), ("::ffff:10.0.0.6", "::ffff:10.0.0.5"), ("fe80::1%eth0", "fe80::2%eth0")]
    for theirs, ours in strangers:
        assert not httpd.is_own(Line(theirs, ours))  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_versions_of_tls_are_refused(port: int, trusting: ssl.SSLContext) -> None:
    trusting.set_ciphers("DEFAULT:@SECLEVEL=0")
    trusting.minimum_version = ssl.TLSVersion.TLSv1
    trusting.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        asked(port, trusting)


def test_many_who_say_nothing_hold_up_nobody(port: int, trusting: ssl.SSLContext) -> None:
    with ExitStack() as open_:
        for _ in range(40):
            open_.enter_context(socket.create_connection(("127.0.0.1", port)))
        began = time.monotonic()
        assert asked(port, trusting) == ["https False"]
        assert time.monotonic() - began < 1.5, "one thread each would have been thirteen times too many"


def test_who_stops_in_the_middle_of_the_greeting_holds_one_thread_and_not_for_long(
    port: int, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpd, "HANDSHAKE", 0.6)
    with ExitStack() as open_:
        for _ in range(THREADS):
            line = open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=2))
            line.sendall(b"\x16\x03\x01\x10\x00\x01\x00\x0f\xfc")  # a greeting of 4 KiB begins
            drip = threading.Thread(target=_drip, args=(line,), daemon=True)
            drip.start()
        began = time.monotonic()
        assert asked(port, trusting) == ["https False"]
        assert time.monotonic() - began < 1.8, "the time is for the greeting as a whole, not for each octet"


def test_a_browser_that_does_not_trust_the_box_leaves_a_line_in_the_log(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "edge.httpd")
    with pytest.raises(ssl.SSLCertVerificationError):
        asked(port, ssl.create_default_context())
    ends = time.monotonic() + 5
    while "no secure line" not in caplog.text:
        assert time.monotonic() < ends
        time.sleep(0.02)
    assert "Traceback" not in caplog.text


def _drip(line: socket.socket) -> None:
    try:
        while True:
            line.sendall(b"\x00")
            time.sleep(0.1)
    except OSError:
        pass
