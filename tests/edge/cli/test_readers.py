"""`tote readers` and `tote readers test`: over a simulated scanner, as an installer uses them."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.cli import main, readers
from hardware.simulated import MifareClassic, Pn532, SerialScanner
from hardware.simulated.writable_tags import Ntag

KEY = "09" * 32
GTIN = "4006381333931"


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SerialScanner]:
    device = SerialScanner(tmp_path / "scanner")
    yield device
    device.unplug()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tote.toml"
    path.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\n'
        f'seal_key = "{KEY}"\nverify_key = "{KEY}"\n[[station]]\nid = "wall"\nkind = "wall"\n'
        f'[[reader]]\nname = "gun"\nstation = "wall"\ndriver = "barcode_serial"\npath = "{tmp_path}/scanner"\n'
    )
    return path


def soon(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=lambda: (time.sleep(0.4), act()))
    thread.start()
    return thread


def test_a_reader_is_tried_out(config: Path, scanner: SerialScanner, capsys: pytest.CaptureFixture[str]) -> None:
    typing = soon(lambda: scanner.type(GTIN.encode() + b"\r"))
    assert main(["readers", "test", "gun", "--config", str(config), "--count", "1", "--seconds", "5", "--json"]) == 0
    typing.join()
    up, scan = map(json.loads, capsys.readouterr().out.splitlines())
    assert (up["event"], up["reader"]) == ("up", "gun")
    assert (scan["event"], scan["raw"], scan["kind"], scan["gtin"]) == ("scan", GTIN.encode().hex(), "gtin", f"0{GTIN}")


def test_what_it_says_to_a_person(config: Path, scanner: SerialScanner, capsys: pytest.CaptureFixture[str]) -> None:
    typing = soon(lambda: scanner.type(GTIN.encode() + b"\r"))
    assert main(["readers", "test", "gun", "--config", str(config), "--count", "1", "--seconds", "5"]) == 0
    typing.join()
    assert f"code b'{GTIN}' -> gtin 0{GTIN}" in capsys.readouterr().out


def test_what_it_says_to_a_person_has_no_power_over_the_terminal(
    config: Path, scanner: SerialScanner, capsys: pytest.CaptureFixture[str]
) -> None:
    typing = soon(lambda: scanner.type(b"]C1\x1b[2J\r"))
    assert main(["readers", "test", "gun", "--config", str(config), "--count", "1", "--seconds", "5"]) == 0
    typing.join()
    printed = capsys.readouterr().out
    assert "invalid" in printed and "\x1b" not in printed


def test_nothing_read_is_no_success(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readers", "test", "gun", "--config", str(config), "--seconds", "0.4"]) == 1
    assert "down    no barcode scanner at" in capsys.readouterr().out
    assert logging.getLogger("hardware").level == logging.NOTSET  # hushed only meanwhile


def test_a_name_that_is_not_there_is_answered_by_those_that_are(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["readers", "test", "gnu", "--config", str(config)]) == 2
    assert "has no reader 'gnu'; it has: gun" in capsys.readouterr().err


def test_without_a_box_the_fix_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readers", "--box", "http://127.0.0.1:9"]) == 2
    assert "start it with `tote run`" in capsys.readouterr().err


def reader(**changes: object) -> dict[str, object]:
    known = {"name": "gun", "station": "wall", "driver": "barcode_serial", "state": "up", "since": 1000.0}
    counts = {"last_scan": 4000.0, "per_minute": 3, "scans": 1204, "failures": 1, "error": ""}
    return {**known, **counts, **changes}


def test_the_table_tells_state_last_scan_rate_and_failures() -> None:
    cells = list(readers.row(reader(), 4065.0))
    assert cells == ["gun", "wall", "up 51 min", "1 min ago", "3", "1,204", "1", "barcode_serial"]
    assert list(readers.row(reader(last_scan=None), 1002.0))[2:4] == ["up 2 s", "-"]


def test_what_is_wrong_stands_below_its_reader_in_one_piece() -> None:
    error = "no barcode scanner at /dev/serial/by-id/usb-Honeywell_1472g-if00: plug it in, or correct `path`"
    told = readers.lines([reader(state="down", error=error), reader(name="chip")], 4065.0)
    assert [line.split()[0] for line in told] == ["reader", "gun", "no", "chip"]
    assert told[2].strip() == error


@pytest.mark.parametrize(("state", "status"), [("up", 0), ("down", 1)])
def test_a_reader_that_is_down_is_told_and_is_the_exit_status(
    state: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = "" if state == "up" else "no barcode scanner at /dev/x: plug it in"
    monkeypatch.setattr(readers, "ask", lambda box: {"readers": [reader(state=state, error=error)]})
    assert main(["readers"]) == status
    said = capsys.readouterr().out
    assert "barcode_serial" in said and error in said
    assert main(["readers", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["station"] == "wall"


@pytest.fixture
def chip(tmp_path: Path, config: Path) -> Iterator[Pn532]:
    device = Pn532(tmp_path / "chip")
    with config.open("a") as file:
        file.write(f'[[reader]]\nname = "desk"\nstation = "wall"\ndriver = "nfc_pn532"\npath = "{tmp_path}/chip"\n')
    yield device
    device.unplug()


def write(config: Path, *options: str) -> int:
    return main(["readers", "write", "desk", *options, "--config", str(config), "--seconds", "4", "--json"])


def test_an_articles_tag_is_written_and_can_be_read(
    config: Path, chip: Pn532, capsys: pytest.CaptureFixture[str]
) -> None:
    chip.put(Ntag())
    assert write(config, GTIN, "--base", "https://id.example.com", "--lock") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["written"], told["locked"]) == (True, True)
    assert main(["readers", "test", "desk", "--config", str(config), "--count", "1", "--seconds", "5", "--json"]) == 0
    scan = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (scan["text"], scan["gtin"]) == (f"https://id.example.com/01/0{GTIN}", f"0{GTIN}")


@pytest.mark.parametrize(("tag", "reason"), [(MifareClassic(), "tag-foreign"), (None, "tag-absent")])
def test_a_tag_that_cannot_be_written_is_told_why(
    config: Path, chip: Pn532, tag: MifareClassic | None, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if tag:
        chip.put(tag)
    assert write(config, GTIN) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == reason


def test_only_a_reader_of_tags_writes_them(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readers", "write", "gun", GTIN, "--config", str(config)]) == 2
    assert "gun is no NFC reader" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "options", "words"),
    [
        ("9506000134353", (), "9506000134353 is no code for a tag"),
        (GTIN, ("--base", "foo"), "--base must be an address such as https://id.gs1.org, not 'foo'"),
    ],
)
def test_what_would_lead_nowhere_is_refused_before_a_tag_is_asked_for(
    config: Path, chip: Pn532, code: str, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(config, code, *options) == 2
    assert words in capsys.readouterr().err
