"""Who is refused before the body was read gets the answer, whether the body comes or not."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from edge.httpd import HttpServer


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


def answer_to(port: int, length: int, sent: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
        line.sendall(bytes(sent))
        answer = b""
        while not answer.endswith(b"no.\n") and (part := line.recv(4096)):
            answer += part
        return answer


@pytest.mark.parametrize("sent", [0, 4_000_000])
def test_a_refused_body_is_answered_before_it_came_and_after(port: int, sent: int) -> None:
    answer = answer_to(port, length=4_000_000 + (sent == 0), sent=sent)
    assert answer.startswith(b"HTTP/1.1 403 ") and answer.endswith(b"no.\n")
    assert b"connection: close" in answer.lower()


def test_a_thread_is_free_again_once_the_sender_has_gone(port: int) -> None:
    for _ in range(3):
        assert b" 403 " in answer_to(port, length=1 << 40, sent=100_000)
