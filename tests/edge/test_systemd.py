"""A service and its manager: ready, watched, a socket that is handed over. The manager is a socket of the test."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from edge.systemd import SocketMismatchError, check_held_socket, held_socket, notify, serving, watchdog_seconds, well


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What a service tells it, can be received here."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


class Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def web() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_outside_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert notify("READY=1") is False
    assert watchdog_seconds() is None
    with serving("http://127.0.0.1:9"):
        pass


def test_it_is_ready_then_well_then_stopping(manager: socket.socket, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    with serving(web):
        assert manager.recv(500).decode() == f"READY=1\nSTATUS=ready at {web}"
        assert manager.recv(500) == manager.recv(500) == b"WATCHDOG=1"
    while (told := manager.recv(500)) == b"WATCHDOG=1":
        pass
    assert told == b"STOPPING=1"


def test_a_service_that_makes_no_progress_says_nothing_more(
    manager: socket.socket, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "150000")
    monkeypatch.setattr(Health, "status", 503)
    with serving(web):
        assert manager.recv(500).startswith(b"READY=1")
        manager.settimeout(0.5)
        with pytest.raises(TimeoutError):
            manager.recv(500)


def test_the_watchdog_of_another_process_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert watchdog_seconds() is None


def test_a_web_that_is_not_there_is_not_well(web: str) -> None:
    assert well(f"{web}/health/ready")
    assert not well(f"{web}/nowhere")
    assert not well("http://127.0.0.1:9/health/ready")


def test_a_socket_for_another_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid() + 1))
    assert held_socket() is None
    assert "LISTEN_PID" not in os.environ, "cheroot would go by it"


@pytest.mark.parametrize(
    ("listens", "settings", "right"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "0.0.0.0", True),
        ("0.0.0.0", "0.0.0.0", True),
        ("0.0.0.0", "127.0.0.1", False),
    ],
)
def test_a_socket_that_more_can_reach_than_the_settings_say_is_refused(
    listens: str, settings: str, right: bool
) -> None:
    with socket.create_server((listens, 0)) as held:
        host, port = held.getsockname()[:2]
        code = f"from edge.systemd import check_held_socket as c; c({settings!r}, {port})"
        done = started_with(held, code)
        other = started_with(held, f"from edge.systemd import check_held_socket as c; c('0.0.0.0', {port + 1})")
    assert (done.returncode == 0) is right, done.stderr
    assert right or f"tote.socket listens on {host}:{port}" in done.stderr
    assert "make ListenStream of the one" in other.stderr


def started_with(held: socket.socket, code: str) -> "subprocess.CompletedProcess[str]":
    """A process that has the socket as file 3, as systemd hands it over."""
    script = f'exec 3<&{held.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec {sys.executable} -c "$0"'
    command = ["bash", "-c", script, code]
    return subprocess.run(command, pass_fds=[held.fileno()], capture_output=True, text=True, timeout=30, check=False)


def test_without_a_socket_of_systemd_every_setting_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTEN_PID", raising=False)
    check_held_socket("127.0.0.1", 8080)
    assert issubclass(SocketMismatchError, Exception)
