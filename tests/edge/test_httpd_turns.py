"""One sender's many lines, slow or silent or in a flood, cost the others nothing."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from edge.httpd import STAYS, HttpServer, Refusals, pace
from edge.httpd import server as httpd
from edge.httpd.turns import Lines, Turns
from sync.allowance import Allowance

THREADS, SHARE = 3, 2
SHOPPER, ATTACKER = "127.0.0.1", "127.0.0.2"
LARGE = 32 << 20
ASKS = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BEGINS = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"


def test_who_has_had_its_share_waits_aside_and_comes_in_order() -> None:
    given: list[str] = []
    turns = Turns[str](given.append, 2)
    for one in ("a1", "a2", "a3", "a4", "b1"):
        turns.come(one[0], one)
    assert given == ["a1", "a2", "b1"], "the other one waits for nobody"
    turns.over("a")
    turns.over("b")
    assert given == ["a1", "a2", "b1", "a3"]
    assert turns.clear() == ["a4"]
    turns.over("a")
    turns.over("a")
    turns.come("a", "a5")
    assert given[-1] == "a5"


def test_who_has_sent_more_than_is_allowed_waits_for_time_to_pass() -> None:
    now, given = [1000.0], list[str]()
    turns = Turns[str](given.append, 9, lambda: Allowance(rate=2, burst=3, now=lambda: now[0]))
    for one in ("a1", "a2", "a3", "a4", "a5", "a6", "b1"):
        turns.come(one[0], one)
    assert given == ["a1", "a2", "a3", "b1"]
    turns.over("a")
    turns.tick()
    assert given[4:] == []
    now[0] += 1.0
    turns.tick()
    assert given[4:] == ["a4", "a5"]


def test_open_lines_are_bounded_for_each_and_altogether() -> None:
    lines = Lines(each=2, altogether=3)
    assert [lines.take("a") for _ in range(3)] == [True, True, False]
    assert [lines.take("b") for _ in range(2)] == [True, False]
    lines.give_back("a")
    assert lines.take("b")


def test_a_refusal_is_counted_each_time_and_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now, counted = [1000.0], list[str]()
    refusals = Refusals(counted.append, now=lambda: now[0])
    for _ in range(500):
        refusals.note("foreign-host", "10.0.0.9")
    now[0] += 61
    refusals.note("foreign-host", "10.0.0.9")
    assert len(counted) == 501
    assert [record.getMessage() for record in caplog.records] == [
        "refused: foreign-host, from 10.0.0.9",
        "refused: foreign-host, from 10.0.0.9 (499 more in between)",
    ]


def test_many_addresses_fill_no_log(caplog: pytest.LogCaptureFixture) -> None:
    now = [1000.0]
    refusals = Refusals(now=lambda: now[0])
    for n in range(5000):
        now[0] += 0.01
        refusals.note("unpaired", f"10.0.{n >> 8}.{n & 255}")
    assert len(caplog.records) <= 20 + 5000 * 0.01 / 2 + 1


def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    body = bytes(LARGE) if environ["PATH_INFO"] == "/large" else b"yes\n"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    """All addresses of the loopback count as other machines."""
    monkeypatch.setattr(httpd, "is_own", lambda _: False)
    monkeypatch.setattr(pace, "LOOK", 0.05)
    server = HttpServer(("127.0.0.1", 0), answering, numthreads=THREADS, share=SHARE, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    server.stop()
    thread.join()


def line(server: HttpServer, source: str) -> socket.socket:
    return socket.create_connection(server.bind_addr, timeout=5, source_address=(source, 0))


def answer(server: HttpServer, source: str = SHOPPER) -> bytes:
    with line(server, source) as mine:
        mine.sendall(ASKS)
        return mine.recv(4096)


def held(server: HttpServer) -> int:
    return sum(1 for worker in server.requests._threads if worker.conn is not None)


def test_slow_senders_of_one_address_hold_their_share_of_the_threads(server: HttpServer) -> None:
    with ExitStack() as open_:
        for _ in range(3 * THREADS):
            open_.enter_context(line(server, ATTACKER)).sendall(BEGINS)
        for _ in range(20):  # at once: who is slow is given up after ten seconds
            assert b" 200 " in answer(server)


def test_slow_senders_of_many_addresses_are_given_up_where_others_wait(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "FORBORNE", 60.0)
    monkeypatch.setattr(pace, "PRESSED", 0.2)
    refused: list[tuple[str, str]] = []
    server.refused = lambda reason, address: refused.append((reason, address))
    with ExitStack() as open_:
        for n in range(THREADS):
            open_.enter_context(line(server, f"127.0.1.{n}")).sendall(BEGINS)
        assert b" 200 " in answer(server), "within the five seconds of its line"
    assert refused and {reason for reason, _ in refused} == {"too-slow"}


def test_who_does_not_take_the_answer_holds_no_thread(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FORBORNE", 0.3)
    refused = threading.Event()
    server.refused = lambda reason, address: refused.set()
    with line(server, ATTACKER) as slow:
        slow.sendall(ASKS.replace(b"/ ", b"/large "))
        assert refused.wait(5)


def test_what_stays_for_hours_is_no_turn_of_its_address(server: HttpServer) -> None:
    over = threading.Event()

    def staying(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[STAYS]()
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"begins"
        over.wait(10)

    server.wsgi_app = staying
    with ExitStack() as open_:
        try:
            for _ in range(THREADS):
                mine = open_.enter_context(line(server, SHOPPER))
                mine.sendall(ASKS)
                assert b"200" in mine.recv(4096)
            assert held(server) == THREADS > SHARE
        finally:
            over.set()


def test_silent_lines_of_one_address_leave_room_for_others(
    server: HttpServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.lines = Lines(each=5, altogether=100)
    with ExitStack() as open_, caplog.at_level(logging.WARNING):
        silent = [open_.enter_context(line(server, ATTACKER)) for _ in range(8)]
        for mine in silent[5:]:
            assert mine.recv(1) == b"", "cut"
        assert b" 200 " in answer(server)
    assert f"refused: too-many-lines, from {ATTACKER}" in caplog.text


def test_a_line_that_was_closed_makes_room(server: HttpServer) -> None:
    server.lines = Lines(each=1, altogether=100)
    for _ in range(5):
        with line(server, ATTACKER) as mine:
            mine.sendall(ASKS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            while mine.recv(4096):
                pass
