"""`tote run` as a process: ready in a line, stopped by a signal however often it comes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import requests

KEY = "09" * 32


def settings_in(folder: Path, *more: str) -> Path:
    config = folder / "tote.toml"
    config.write_text(
        f'store = "shop"\ndir = "{folder}"\n{"".join(more)}[screen]\nport = 0\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{KEY}"\nverify_key = "{KEY}"\n'
        '[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    return config


def start(config: Path, log: Path | None = None) -> "subprocess.Popen[str]":
    code = "from edge.cli import main; raise SystemExit(main())"
    argv = [sys.executable, "-c", code, "run", "--config", str(config), "--json"]
    with (log or Path(os.devnull)).open("w") as errors:
        return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=errors, text=True)


def test_it_says_where_it_is_and_stops_however_often_it_is_told_to(tmp_path: Path) -> None:
    """A second signal must not meet the lock that the first one holds."""
    with start(settings_in(tmp_path)) as box:
        assert box.stdout
        ready = json.loads(box.stdout.readline())
        assert requests.get(f"{ready['url']}/s/wall/state.json", timeout=5).json()["screen"] == "attract"
        for _ in range(200):
            box.send_signal(signal.SIGTERM)
        assert box.wait(10) == 0


def test_at_sighup_it_reads_its_settings_again_and_says_what_needs_a_restart(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with start(settings_in(tmp_path), log) as box:
        assert box.stdout
        url = json.loads(box.stdout.readline())["url"]
        settings_in(tmp_path, 'currency = "SEK"\ncountry = "SE"\n')
        box.send_signal(signal.SIGHUP)
        until(lambda: "a restart is needed for currency\n" in log.read_text())
        settings_in(tmp_path, "[scren]\nport = 1\n")
        box.send_signal(signal.SIGHUP)
        until(lambda: "the settings stay as they were" in log.read_text())
        assert "Did you mean 'screen'?" in log.read_text()
        assert requests.get(f"{url}/s/wall/state.json", timeout=5).ok
        box.send_signal(signal.SIGTERM)
        assert box.wait(10) == 0


def test_it_ends_within_three_seconds_with_open_screens(tmp_path: Path) -> None:
    with start(settings_in(tmp_path)) as box, ExitStack() as screens:
        assert box.stdout
        url = json.loads(box.stdout.readline())["url"]
        for _ in range(20):
            stream = screens.enter_context(requests.get(f"{url}/s/wall/stream", stream=True, timeout=10))
            assert next(stream.iter_lines()) == b"retry: 1000"
        began = time.monotonic()
        box.send_signal(signal.SIGTERM)
        assert box.wait(10) == 0
        assert time.monotonic() - began < 3


def test_it_serves_on_the_socket_that_systemd_holds_and_says_that_it_is_ready(tmp_path: Path) -> None:
    """The screens that asked while the box was starting are answered once it is there."""
    with (
        socket.create_server(("127.0.0.1", 0)) as held,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        port = held.getsockname()[1]
        config = settings_in(tmp_path)
        config.write_text(config.read_text().replace("port = 0", f"port = {port}"))
        script = f'exec 3<&{held.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec {sys.executable} -c "$0" run --config "$1"'
        code = "from edge.cli import main; raise SystemExit(main())"
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1500000"}
        box = subprocess.Popen(
            ["bash", "-c", script, code, str(config)],
            pass_fds=[held.fileno()],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            early = requests.get(f"http://127.0.0.1:{port}/s/wall/state.json", timeout=30)
            assert early.json()["screen"] == "attract"
            assert manager.recv(500).decode() == f"READY=1\nSTATUS=ready at http://127.0.0.1:{port}"
            assert manager.recv(500) == b"WATCHDOG=1"
        finally:
            box.terminate()
        assert box.wait(10) == 0


def until(held: Callable[[], bool], patience: float = 15) -> None:
    ends = time.monotonic() + patience
    while not held():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.05)
