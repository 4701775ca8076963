"""`tote station`: what the readers of another device say reaches the box once, or is told as lost."""

import json
import logging
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli import main
from edge.cli.posting import MOST_BYTES, Poster, body_of
from edge.cli.station import Devices, _readers
from edge.config import ConfigError, ReaderConfig
from edge.store import Database
from hardware.remote import RemoteReader, remote
from hardware.scan import ReaderEvent, Scan
from hardware.simulated import SerialScanner
from kiosk.posted import FIELDS, parse
from tests.edge.cli.test_resolve import SETTINGS
from tests.hardware.rigs import Recorder
from tests.hardware.rigs.browser import PageRig
from tests.ports import free_port


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[PageRig]:
    (tmp_path / "box").mkdir()
    rig = PageRig(tmp_path / "box")
    yield rig
    rig.close()


@pytest.fixture
def heard(rig: PageRig) -> Iterator[tuple[RemoteReader, Recorder]]:
    """The box's side of the reader "gun"."""
    recorder = Recorder()
    rig.outside.reader = reader = remote("gun", "station", {"silence": 5.0}, recorder)
    reader.start()
    yield reader, recorder
    reader.stop()


@pytest.fixture
def gun(tmp_path: Path) -> SerialScanner:
    return SerialScanner(tmp_path / "gun")


def scan(data: bytes = b"4006381333931") -> ReaderEvent:
    told = Scan(reader="gun", symbology="ean13", data=data, at=0)
    return ReaderEvent(kind="scan", reader="gun", at=0, scan=told)


def config(gun: SerialScanner) -> list[ReaderConfig]:
    return [ReaderConfig(name="gun", station="tablet", driver="barcode_serial", options={"path": gun.path})]


def test_a_reader_elsewhere_reads_goes_and_comes_back(
    rig: PageRig, heard: tuple[RemoteReader, Recorder], gun: SerialScanner
) -> None:
    _, recorder = heard
    devices = Devices(rig.address.removesuffix("/s/tablet"), config(gun))
    devices.start()
    try:
        recorder.wait_for("up")
        gun.type(b"4006381333931\r")
        recorder.wait_for("scan")
        gun.unplug()
        assert "gun" in recorder.wait_for("down").error
        gun.replug()
        recorder.wait_for("up", 2)
        gun.type(b"half")
        assert recorder.wait_for("partial").reason == "barcode-torn"
        began = time.monotonic()
    finally:
        devices.stop()
    assert time.monotonic() - began < 1.0
    assert recorder.codes() == [b"4006381333931"]
    assert "tote station" in recorder.wait_for("down", 2).error
    gun.unplug()


def test_a_burst_reaches_the_box_whole_though_it_slows_it_down(
    rig: PageRig, heard: tuple[RemoteReader, Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.cli.posting.TRY_S", 20.0)  # the last of them waits for 99 others
    codes = [f"{number:05}".encode() for number in range(100)]
    poster = Poster(rig.address, "gun")
    poster.start()
    for code in codes:
        poster.put(scan(code))
    heard[1].wait_for("scan", 100, timeout=20)
    poster.stop()
    assert heard[1].codes() == codes


def test_a_scan_outlives_a_hiccup_of_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cli.posting.TRY_S", 20.0)  # a box may be slow to start where the tests run
    port, recorder = free_port(), Recorder()
    poster = Poster(f"http://127.0.0.1:{port}/s/tablet", "gun")
    poster.start()
    poster.put(scan())
    time.sleep(0.8)
    rig = PageRig(tmp_path, port)
    rig.outside.reader = remote("gun", "station", {}, recorder)
    try:
        recorder.wait_for("scan")
    finally:
        poster.stop()
        rig.close()
    assert recorder.codes() == [b"4006381333931"]


def test_a_scan_that_no_box_took_is_told_as_lost_and_the_next_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    poster = Poster(f"http://127.0.0.1:{free_port()}/s/tablet", "gun")
    poster.start()
    with caplog.at_level(logging.ERROR):
        began = time.monotonic()
        poster.put(scan())
        poster.put(scan())
        while len(caplog.messages) < 2:
            assert time.monotonic() - began < 8
            time.sleep(0.05)
    assert 2.5 < time.monotonic() - began < 5
    assert "a scan of gun is lost, do it again" in caplog.text
    poster.stop()


def test_it_stops_within_a_second_while_no_box_answers() -> None:
    poster = Poster(f"http://127.0.0.1:{free_port()}/s/tablet", "gun")
    poster.start()
    for _ in range(20):
        poster.put(scan())
    began = time.monotonic()
    poster.stop()
    assert time.monotonic() - began < 1.0
    assert not poster._thread.is_alive()


def test_a_reader_the_box_does_not_know_is_told_once_and_its_scans_count(
    rig: PageRig, caplog: pytest.LogCaptureFixture
) -> None:
    poster = Poster(rig.address, "gun")
    with caplog.at_level(logging.WARNING):
        poster.start()
        for _ in range(3):
            poster.put(ReaderEvent(kind="up", reader="gun", at=0))
        poster.stop()
    assert caplog.text.count('add [[reader]] name = "gun", driver = "station"') == 1


EVENTS = [
    scan(),
    ReaderEvent(kind="up", reader="gun", at=0),
    ReaderEvent(kind="down", reader="gun", at=0, error="pulled\nout\u00a0of " + "x" * 400),
    ReaderEvent(kind="partial", reader="gun", at=0, reason="tag-torn", error="gone", raw=b"x" * 20_000),
    ReaderEvent(kind="present", reader="gun", at=0, tag=b"\x04\x01"),
    ReaderEvent(kind="removed", reader="gun", at=0, tag=b"\x04\x01"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.kind))
def test_the_box_takes_every_kind_of_event(event: ReaderEvent) -> None:
    posted = parse(body_of(event), tuple(FIELDS)).event
    assert (posted.kind, posted.reader, posted.reason, posted.tag) == (event.kind, "gun", event.reason, event.tag)
    assert posted.raw == event.raw[:MOST_BYTES]
    assert bool(posted.error) == bool(event.error)
    assert (posted.scan and posted.scan.data) == (event.scan and event.scan.data)


def test_a_driver_of_the_box_is_refused_with_the_fix(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text('[[reader]]\nname = "cam"\nstation = "tablet"\ndriver = "browser"\n')
    with pytest.raises(ConfigError, match="name the driver of the device that hangs here"):
        _readers(path)


def test_the_program_posts_and_ends_on_a_signal(
    rig: PageRig, heard: tuple[RemoteReader, Recorder], gun: SerialScanner, tmp_path: Path
) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        f'[[reader]]\nname = "gun"\nstation = "tablet"\ndriver = "barcode_serial"\npath = "{gun.path}"\n'
    )
    box = rig.address.removesuffix("/s/tablet")
    command = [Path(sys.executable).parent / "tote", "station", "--box", box, "--config", settings]
    with subprocess.Popen(command) as process:
        try:
            heard[1].wait_for("up", timeout=20)
            gun.type(b"4006381333931\r")
            heard[1].wait_for("scan")
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(3) == 0
    assert heard[1].wait_for("down").error
    gun.unplug()


def test_the_box_pairs_lists_and_takes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "tote.toml"
    head, tables = SETTINGS.split("[hq]", 1)
    settings.write_text(f'{head}dir = "{tmp_path}"\n[hq]{tables}[[station]]\nid = "till"\nkind = "staff"\n')
    arguments = ["--config", str(settings), "--json"]
    assert main(["station", "list", *arguments]) == 2
    Database(tmp_path / "store.db").close()
    capsys.readouterr()
    assert main(["station", "token", "till", *arguments]) == 0
    assert len(json.loads(capsys.readouterr().out)["token"]) == 43
    assert main(["station", "pair", "till", *arguments]) == 0
    assert re.fullmatch(r"\w{4}-\w{4}", json.loads(capsys.readouterr().out)["code"])
    assert main(["station", "list", *arguments]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["station"] == "till"
    assert main(["station", "revoke", listed["id"], *arguments]) == 0
    capsys.readouterr()
    assert main(["station", "list", *arguments]) == 0
    assert capsys.readouterr().out == ""
    assert main(["station", "pair", "nowhere", *arguments]) == 2
