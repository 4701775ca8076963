"""Who is refused before the body was read gets the answer, whether it comes or not; who trickles holds no thread."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from edge.httpd import HttpServer, pace


def refusing(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"no.\n"]


@pytest.fixture
def port() -> Iterator[int]:
    server = HttpServer(("127.0.0.1", 0), refusing, numthreads=1, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join()


def refusal_of(port: int, length: int, sent: int) -> bytes:
    return answer_to(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length + bytes(sent), b"no.\n")


def answer_to(port: int, request: bytes, ends: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(request)
        return read_until(line, ends)


def read_until(line: socket.socket, ends: bytes) -> bytes:
    answer = b""
    while not answer.endswith(ends) and (part := line.recv(4096)):
        answer += part
    return answer


@pytest.mark.parametrize("sent", [0, 4_000_000])
def test_a_refused_body_is_answered_before_it_came_and_after(port: int, sent: int) -> None:
    answer = refusal_of(port, length=4_000_000 + (sent == 0), sent=sent)
    assert answer.startswith(b"HTTP/1.1 403 ") and answer.endswith(b"no.\n")
    assert b"connection: close" in answer.lower()


def test_a_thread_is_free_again_once_the_sender_has_gone(port: int) -> None:
    for _ in range(3):
        assert b" 403 " in refusal_of(port, length=1 << 40, sent=100_000)


def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = b"%d\n" % len(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def answering_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """One thread answers; a request may keep it waiting for half a second."""
    monkeypatch.setattr(pace, "FORBORNE", 0.5)
    server = HttpServer(("127.0.0.1", 0), answering, numthreads=1, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server.bind_addr[1]
    server.stop()
    thread.join()


def trickle(line: socket.socket, octets: bytes, until: threading.Event) -> None:
    while not until.wait(0.1):
        try:
            line.sendall(octets)
        except OSError:
            return


@pytest.mark.parametrize(
    ("begins", "trickles"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", b"x"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_who_trickles_does_not_hold_the_thread(answering_port: int, begins: bytes, trickles: bytes) -> None:
    over = threading.Event()
    with socket.create_connection(("127.0.0.1", answering_port), timeout=5) as slow:
        slow.sendall(begins)
        sender = threading.Thread(target=trickle, args=(slow, trickles, over))
        sender.start()
        try:
            assert answer_to(answering_port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", b"3\n")
        finally:
            over.set()
            sender.join()


def test_a_large_body_may_take_its_time(answering_port: int) -> None:
    with socket.create_connection(("127.0.0.1", answering_port), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12000\r\n\r\n")
        for _ in range(6):
            time.sleep(0.2)  # longer in all than a request without octets may take
            line.sendall(bytes(2000))
        assert read_until(line, b"\n12000\n").startswith(b"HTTP/1.1 200 ")


def test_a_request_after_a_pause_has_its_time_anew(answering_port: int) -> None:
    with socket.create_connection(("127.0.0.1", answering_port), timeout=5) as line:
        for _ in range(3):
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert read_until(line, b"\n0\n").startswith(b"HTTP/1.1 200 ")
            time.sleep(0.3)


def test_many_may_come_at_once() -> None:
    server = HttpServer(("127.0.0.1", 0), answering, numthreads=1)
    server.prepare()  # nobody accepts yet
    lines = []
    try:
        for _ in range(50):
            lines.append(socket.create_connection(server.bind_addr, timeout=0.5))
    finally:
        for line in lines:
            line.close()
        server.socket.close()
    assert len(lines) == 50


@pytest.mark.parametrize("length", ["+3", "0_3", "-1", "3, 3", "0x3"])
def test_a_length_that_is_none_is_refused(port: int, length: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nabc".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 400 ")
