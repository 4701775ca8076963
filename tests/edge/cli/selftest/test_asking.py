"""Asking for the codes, with a scanner on a pty and one made of a list."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from edge.cli import main
from edge.cli.selftest.answers import Answer
from edge.cli.selftest.asking import Asking, meant
from edge.cli.selftest.codes import CODES, TestCode
from hardware.scan import ReaderEvent, Scan
from hardware.simulated import SerialScanner

KEY = "09" * 32


class Scripted:
    """A driver that has one event for each poll."""

    def __init__(self, events: Iterable[ReaderEvent]) -> None:
        self._events = iter(events)

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        time.sleep(0.001)
        yield from [event for event in [next(self._events, None)] if event is not None]


def scan(text: str) -> ReaderEvent:
    found = Scan(reader="wall", symbology="", data=text.encode(), at=0.0)
    return ReaderEvent(kind="scan", reader="wall", at=0.0, scan=found)


def asked(*events: ReaderEvent, wait: float = 0.05) -> dict[str, Answer]:
    said: list[tuple[TestCode, Answer | None]] = []
    found = Asking(Scripted(events), lambda *what: said.append(what), wait=wait, codes=CODES[:3]).all()  # type: ignore[arg-type]
    assert [code.id for code, answer in said if answer is not None] == [code.id for code in CODES[:3]]
    return {answer.code.id: answer for answer in found}


def test_what_arrives_is_the_answer_to_what_was_asked() -> None:
    answers = asked(scan("0123456789"), scan("QMAZYW"), scan("amqwyz"))
    assert [answer.arrived for answer in answers.values()] == [("0123456789",), ("QMAZYW",), ("amqwyz",)]


def test_a_code_scanned_out_of_turn_is_taken_for_what_it_is() -> None:
    answers = asked(scan("amqwyz"), scan("]C0AMQWYZ"), scan("0123456789"))
    assert all(answer.is_right for answer in answers.values())


def test_a_code_scanned_out_of_turn_that_arrives_wrong_is_taken_for_the_one_it_is_like() -> None:
    codes = {code.id: code for code in CODES}
    lost = codes["gs1-128"].data.replace("\x1d", "")
    assert meant("@£&+=?%*", codes["lower"], CODES).id == "signs"
    assert meant(lost, codes["printable"], CODES).is_gs1
    assert meant(lost, codes["gs1-datamatrix"], CODES).id == "gs1-datamatrix"
    assert meant("xyz", codes["marks"], CODES).id == "marks"


def test_a_code_that_does_not_come_is_skipped() -> None:
    assert [answer.arrived for answer in asked(scan("AMQWYZ")).values()] == [(), ("AMQWYZ",), ()]


def test_a_code_without_its_suffix_is_torn_and_kept() -> None:
    torn = ReaderEvent(kind="partial", reader="wall", at=0.0, reason="barcode-torn", raw=b"0123456789")
    answer = asked(torn)["digits"]
    assert (answer.arrived, answer.torn, answer.is_right) == (("0123456789",), True, True)


def settings(tmp_path: Path, reader: str) -> list[str]:
    path = tmp_path / "tote.toml"
    path.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\n'
        f'seal_key = "{KEY}"\nverify_key = "{KEY}"\n[screen]\nport = 1\n[[station]]\nid = "wall"\nkind = "wall"\n'
        f'[[reader]]\nname = "scanner"\nstation = "wall"\n{reader}\n'
    )
    return ["doctor", "--config", str(path), "--scanner", "scanner", "--wait", "2", "--json"]


def test_a_sheet_scanned_at_a_serial_scanner_is_all_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with SerialScanner() as scanner:
        typing = threading.Timer(0.3, _scan_all, [scanner])
        typing.start()
        status = main(settings(tmp_path, f'driver = "barcode_serial"\npath = "{scanner.path}"'))
        typing.join()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["code"] for line in lines if "code" in line] == [code.id for code in CODES]
    assert {line["what"]: line["ok"] for line in lines if "what" in line} == {
        "characters": True,
        "fnc1": True,
        "aim": True,
        "suffix": True,
    }
    assert status == 0


def _scan_all(scanner: SerialScanner) -> None:
    for code in CODES:
        for _ in range(code.times):
            scanner.type(f"{code.aim}{code.data}\r".encode())


def test_a_reader_that_is_gone_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(settings(tmp_path, 'driver = "barcode_serial"\npath = "/dev/none"')) == 2
    assert "'scanner' can't be opened: no barcode scanner at /dev/none: plug it in" in capsys.readouterr().err


def test_a_reader_that_the_running_box_holds_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.cli.selftest.asking.status_of", lambda box: {"box": box})
    assert main(settings(tmp_path, 'driver = "barcode_serial"\npath = "/dev/none"')) == 2
    said = capsys.readouterr().err
    assert "the box is running here and holds 'scanner' for itself: `systemctl stop tote`, test" in said


@pytest.mark.parametrize(
    ("reader", "name", "said"),
    [
        ('driver = "nfc_pn532"\npath = "/dev/none"', "scanner", "the sheet is for barcode_hid, barcode_serial, camera"),
        ('driver = "barcode_serial"\npath = "/dev/none"', "till", "name no reader 'till'; there are: scanner"),
    ],
)
def test_a_reader_that_cannot_be_tested_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reader: str, name: str, said: str
) -> None:
    arguments = settings(tmp_path, reader)
    arguments[arguments.index("scanner")] = name
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_the_sheet_is_written_without_any_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--sheet", str(tmp_path / "sheet.pdf")]) == 0
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert "print it at 100 %" in capsys.readouterr().out
