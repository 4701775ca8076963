"""A broker for tests: Mosquitto, plain, on loopback."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.demo.ports import answers
from tests.ports import free_port

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
needed = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed: run scripts/setup")
PATIENCE = 20.0


@contextmanager
def running(folder: Path, port: int, *lines: str) -> Iterator[subprocess.Popen[bytes]]:
    """Up on `port`; ends with the block, or when the test kills it. `lines` are added to its configuration."""
    config = folder / "mosquitto.conf"
    settings = (f"listener {port} 127.0.0.1", "allow_anonymous true", "set_tcp_nodelay true", *lines)
    config.write_text("\n".join(settings) + "\n")
    process = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        ends = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None and time.monotonic() < ends, "Mosquitto does not start"
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def somewhere(folder: Path) -> Iterator[int]:
    """Up on a free port."""
    port = free_port()
    with running(folder, port):
        yield port
