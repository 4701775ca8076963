"""`tote doctor` on readers: it opens them where no box runs, and asks the box where one does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli import doctor_readers, main
from edge.config import Config
from edge.config_file import load
from hardware.simulated import SerialScanner

KEY = "09" * 32


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SerialScanner]:
    device = SerialScanner(tmp_path / "scanner")
    yield device
    device.unplug()


def settings(folder: Path, *readers: str) -> Config:
    path = folder / "tote.toml"
    tables = "".join(f'[[reader]]\nname = "r{i}"\nstation = "wall"\n{text}\n' for i, text in enumerate(readers))
    path.write_text(
        f'store = "shop"\ndir = "{folder}"\n[screen]\nport = 9\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{KEY}"\nverify_key = "{KEY}"\n'
        f'[[station]]\nid = "wall"\nkind = "wall"\n{tables}'
    )
    return load(path)


def test_a_reader_that_is_there_is_well_and_one_that_is_not_is_told(tmp_path: Path, scanner: SerialScanner) -> None:
    config = settings(
        tmp_path,
        f'driver = "barcode_serial"\npath = "{tmp_path}/scanner"',
        'driver = "barcode_serial"\npath = "/dev/absent"',
        'driver = "rfid_llrp"\nhost = "127.0.0.1"\nport = 9',
        'driver = "camera"\nsource = "/dev/v4l/by-id/absent"',
        'driver = "barcode_hid"\ndevice = "0c2e:0b61"\nlayout = "ch"',
        'driver = "browser"',
    )
    found = list(doctor_readers.examine_readers(config))
    assert [finding.ok for finding in found] == [True, False, False, False, False, True]
    assert "answers (barcode_serial)" in found[0].words
    assert "no barcode scanner at /dev/absent: plug it in" in found[1].words
    assert "layout must be one of us, uk, de, es, fr" in found[4].words
    assert found[1].remedy == "see barcode_serial in docs/readers.md"


def test_a_box_that_runs_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(tmp_path, 'driver = "barcode_serial"\npath = "/dev/absent"')
    health = {"name": "r0", "driver": "barcode_serial", "state": "up", "error": ""}
    monkeypatch.setattr(doctor_readers, "ask", lambda url: {"readers": [health]})
    assert [finding.words for finding in doctor_readers.examine_readers(config)] == [
        "r0: up, as the running box says (barcode_serial)"
    ]
    health |= {"state": "down", "error": "nothing there: plug it in"}
    (found,) = doctor_readers.examine_readers(config)
    assert (found.ok, found.words) == (False, "r0: nothing there: plug it in")


@pytest.mark.parametrize("name", ["", "absent/sheet.pdf"])
def test_a_sheet_that_cannot_be_written_is_told(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--sheet", str(tmp_path / name)]) == 2
    assert "can't be written" in capsys.readouterr().err
