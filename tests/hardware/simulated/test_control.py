"""`python -m hardware.simulated` as a process, and its client."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.errors import ControlError
from hardware.simulated.control import Remote, address
from tests.hardware.rigs import link, supervised

MESSAGE = link("04006381333931")


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    folder = tmp_path / ("a folder with a name that is too long for the address of a Unix socket " * 2)
    folder.mkdir()
    command = [sys.executable, "-m", "hardware.simulated", "--dir", str(folder), "--scanner", "gun", "--chip", "chip"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready == {"ready": True, "readers": {"gun": str(folder / "gun"), "chip": str(folder / "chip")}}
        yield Remote(folder)
        process.terminate()
        assert process.wait(5) == 0
    assert list(folder.iterdir()) == []


def test_a_scanner_of_another_process_is_read(remote: Remote) -> None:
    with supervised("barcode_serial", path=remote.path("gun")) as (_, recorder):
        remote.type("gun", b"4006381333931\r\n")
        recorder.wait_for("scan")
        remote.unplug("gun")
        recorder.wait_for("down")
        remote.replug("gun")
        recorder.wait_for("up", 2)
        remote.type("gun", b"]C1\x1d\x00\r\n")
        recorder.wait_for("scan", 2)
    assert recorder.codes() == [b"4006381333931", b"]C1\x1d\x00"]


def test_tags_held_to_a_chip_of_another_process_are_read_in_turn(remote: Remote) -> None:
    with supervised("nfc_pn532", path=remote.path("chip")) as (_, recorder):
        remote.tap("chip", MESSAGE, uid=bytes.fromhex("04112233445566"))
        recorder.wait_for("scan")
        remote.tap_foreign("chip")
        recorder.wait_for("partial", 1)
        remote.tap("chip", b"")
        recorder.wait_for("partial", 2)
        recorder.wait_for("removed", 3)
        remote.tap_two("chip", MESSAGE)
        recorder.wait_for("partial", 3)
    assert recorder.codes() == [MESSAGE]
    assert [event.reason for event in recorder.of("partial")] == ["tag-foreign", "tag-empty", "tags-many"]


def test_refusals_say_why(remote: Remote) -> None:
    with pytest.raises(ControlError, match="no simulated chip 'gun'; there are: chip"):
        remote.tap("gun", MESSAGE)
    with pytest.raises(ControlError, match="there are: gun"):
        remote.type("wall", b"1")
    with pytest.raises(ControlError, match="holds no 900 octets"):
        remote.tap("chip", bytes(900))
    remote.unplug("chip")
    with pytest.raises(ControlError, match="unplugged: replug it first"):
        remote.tap("chip", MESSAGE)


@pytest.mark.parametrize("line", [b"nonsense", b"[]", b"{}", b'{"do": "dance", "reader": "chip"}', b'{"do": 1}', b""])
def test_nonsense_is_answered_and_stops_nothing(remote: Remote, line: bytes) -> None:
    with address(remote.path("")) as where, socket.socket(socket.AF_UNIX) as wire:
        wire.connect(where)
        wire.sendall(line + b"\n")
        assert "error" in json.loads(wire.recv(4096))
    remote.type("gun", b"1\r")


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="no simulated readers answer"):
        Remote(tmp_path).type("gun", b"1")


def test_they_end_with_who_started_them_however_that_ends(tmp_path: Path) -> None:
    start = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-m', 'hardware.simulated', '--dir', sys.argv[1], '--scanner', 'gun'])\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", start, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()  # they are ready
        parent.kill()
        assert parent.stdout.read() == b""  # the pipe's end: nobody holds it any more
    assert list(tmp_path.iterdir()) == []
