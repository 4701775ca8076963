"""Parts are started on a leash, watched, and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.demo.errors import PartFailed
from edge.demo.process import Part, leashed

READY = 'print(\'{"ready": true, "url": "x"}\', flush=True)'
SLEEP = "import time; time.sleep(60)"


def part(folder: Path, *lines: str) -> Part:
    return Part("part", [sys.executable, "-c", "\n".join(lines)], folder)


def alive(pid: int) -> bool:
    """A zombie has ended too; its parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_a_part_is_ready_when_it_says_so(tmp_path: Path) -> None:
    started = part(tmp_path, READY, SLEEP)
    started.start()
    assert started.wait()["url"] == "x"
    assert started.state == "up"
    started.stop()
    assert started.state == "stopped"


def test_a_part_that_dies_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    started = part(tmp_path, "import sys; sys.exit('the disk is full')")
    started.start()
    with pytest.raises(PartFailed, match=r"(?s)exit status 1.*the disk is full"):
        started.wait()
    started.stop()


def test_a_part_that_says_something_else_is_told_at_once(tmp_path: Path) -> None:
    started = part(tmp_path, "print('hello', flush=True)", SLEEP)
    started.start()
    with pytest.raises(PartFailed, match="hello"):
        started.wait()
    started.stop()


def test_a_part_that_tells_why_it_does_not_start_is_quoted(tmp_path: Path) -> None:
    started = part(tmp_path, """print('{"error": "the folder is taken: stop the other one"}', flush=True)""", SLEEP)
    started.start()
    with pytest.raises(PartFailed, match=r"^part does not start: the folder is taken: stop the other one$"):
        started.wait()
    started.stop()


def test_a_part_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    started = part(tmp_path, SLEEP)
    started.start()
    with pytest.raises(PartFailed, match="not ready within 0 s"):
        started.wait(patience=0.2)
    started.stop()


def test_stopping_ends_a_part_that_will_not_listen_and_all_it_started(tmp_path: Path) -> None:
    stubborn = part(
        tmp_path,
        "import json, signal, subprocess, sys, time",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "print(json.dumps({'ready': True, 'child': child.pid}), flush=True)",
        "time.sleep(60)",
    )
    stubborn.grace = 0.3
    stubborn.start()
    child, pid = stubborn.wait()["child"], stubborn.pid
    assert pid
    stubborn.stop()
    assert eventually(lambda: not alive(pid) and not alive(child))


def test_a_part_can_be_started_again(tmp_path: Path) -> None:
    started = part(tmp_path, READY, SLEEP)
    for _ in range(2):
        started.start()
        started.wait()
        started.stop()
    assert started.pid is None


def test_parts_end_with_a_parent_that_is_killed_outright(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from edge.demo.process import Part\n"
            f"part = Part('part', [sys.executable, '-c', {SLEEP!r}], Path(sys.argv[1]))\n"
            "part.start(); print(part.pid, flush=True); time.sleep(60)",
            tmp_path,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(pid))


def test_who_is_an_orphan_before_the_leash_is_on_ends_by_itself() -> None:
    argv = leashed([sys.executable, "-c", "print('ran on')"])
    argv[argv.index(str(os.getpid()))] = "1"  # the parent that it should have
    assert subprocess.run(argv, capture_output=True, check=True).stdout == b""


def test_parts_that_stop_together_take_as_long_as_the_slowest(tmp_path: Path) -> None:
    slow = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: time.sleep(0.6) or exit(0))"
    parts = [Part(name, [sys.executable, "-c", "\n".join([slow, READY, SLEEP])], tmp_path) for name in "abc"]
    for one in parts:
        one.start()
    for one in parts:
        one.wait()
    began = time.monotonic()
    for one in parts:
        one.ask_to_stop()
    for one in parts:
        one.stop()
    assert 0.6 <= time.monotonic() - began < 1.5


def test_every_part_has_the_shops_time(tmp_path: Path) -> None:
    say = "print(json.dumps({'ready': True, 'zone': time.tzname, 'ahead': -time.timezone}), flush=True)"
    started = part(tmp_path, "import json, time", say, SLEEP)
    started.start()
    told = started.wait()
    started.stop()
    assert (told["zone"], told["ahead"]) == (["EET", "EEST"], 2 * 3600)


def test_what_a_part_announces_is_json(tmp_path: Path) -> None:
    started = part(tmp_path, f"print({json.dumps(json.dumps({'ready': True, 'key': 'ä'}))}, flush=True)", SLEEP)
    started.start()
    assert started.wait()["key"] == "ä"
    started.stop()
