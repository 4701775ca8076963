"""`tote demo` itself: what it says, what it keeps, and that it leaves nothing behind."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.system.running import TOTE, Running, demo, processes_of, start


def eventually(holds: Callable[[], bool], patience: float = 15) -> bool:
    deadline = time.monotonic() + patience
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return holds()


def test_every_address_it_announces_answers(demo: Running) -> None:
    assert demo.addresses["ready"] is True
    assert list(demo.addresses) == ["ready", "box", "hq", "inbox", "shelf", "broker", "dir"]
    for name in ("box", "hq", "inbox", "shelf"):
        assert requests.get(demo.addresses[name], timeout=5).status_code == 200


def test_a_folder_is_kept_and_taken_up_again_with_its_addresses(tmp_path: Path) -> None:
    first = start("--dir", tmp_path)
    assert first.stop() == (0, "", "")
    again = start("--dir", tmp_path)
    assert again.addresses == first.addresses
    third = demo("--json", "--dir", tmp_path)
    assert "another demo runs in" in third.communicate(timeout=30)[1]
    assert third.returncode == 1
    assert again.stop(signal.SIGINT) == (0, "", "")
    assert processes_of(tmp_path) == []


def test_a_temporary_folder_is_gone_afterwards(tmp_path: Path) -> None:
    running = start()
    folder = Path(running.addresses["dir"])
    assert folder.is_dir()
    os.kill(pid_of(running, "tote run "), signal.SIGKILL)
    out, err = running.process.communicate(timeout=30)
    assert (running.process.returncode, out) == (1, "")
    assert "box died" in err
    assert "The end of" in err
    assert not folder.exists()
    assert processes_of(folder) == []


def test_killed_outright_it_takes_its_parts_along(tmp_path: Path) -> None:
    running = start("--dir", tmp_path)
    running.process.kill()
    running.process.communicate()
    assert eventually(lambda: processes_of(tmp_path) == []), processes_of(tmp_path)


@pytest.mark.timeout(240)
def test_the_walk_goes_through_the_whole_journey(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(TOTE), "demo", "--walk", "--json", "--dir", str(tmp_path)], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert [step for step in report["steps"] if not step["ok"]] == []
    assert (done.returncode, report["ok"]) == (0, True)
    assert len(report["steps"]) >= 15
    assert processes_of(tmp_path) == []


@pytest.mark.timeout(240)
def test_the_walk_goes_over_a_broker_of_python_alone(tmp_path: Path) -> None:
    command = [str(TOTE), "demo", "--walk", "--json", "--broker", "amqtt", "--dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def pid_of(running: Running, command: str) -> int:
    """The child of the demo whose command line contains `command`."""
    parent = running.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in children}
    (found,) = [pid for pid, line in lines.items() if command in line]
    return int(found)
