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

from edge.demo.walk.journey import MAIL, Journey
from edge.demo.walk.station import until
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


def test_over_a_broker_of_python_alone_and_again_in_the_same_folder(tmp_path: Path) -> None:
    place = ("--dir", tmp_path, "--broker", "amqtt")
    first = start(*place)
    send_a_basket(first)
    third = demo("--json", "--dir", tmp_path)
    assert "another demo runs in" in third.communicate(timeout=30)[1]
    assert third.returncode == 1
    assert first.stop(signal.SIGINT) == (0, "", "")
    assert processes_of(tmp_path) == []
    again = start(*place)
    assert again.addresses == first.addresses
    again.process.kill()  # outright: it takes its parts along
    again.process.communicate()
    assert eventually(lambda: processes_of(tmp_path) == []), processes_of(tmp_path)


def send_a_basket(running: Running) -> None:
    """From the wall to a mail in the inbox."""
    with Journey(running.plan) as journey:
        wall = journey.stations["wall"]
        journey.hands.scan("wall", journey.boot)
        wall.shows(journey.boot.sku)
        wall.post("basket/lines", sku=journey.boot.sku)
        wall.post("send", mail=MAIL)
        (mail,) = until(journey.mails, "the mail", 30)
        assert journey.boot.title in mail["text"]


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


def pid_of(running: Running, command: str) -> int:
    """The child of the demo whose command line contains `command`."""
    parent = running.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in children}
    (found,) = [pid for pid, line in lines.items() if command in line]
    return int(found)
