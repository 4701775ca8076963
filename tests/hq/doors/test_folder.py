"""A watched folder: what is complete is taken, once, and lies afterwards where its report says how it went."""

import json
import os
from pathlib import Path

import pytest

from hq import stock
from hq.config import Config, Drop
from hq.config_file import load, parse
from hq.doors.folder import Folder, folders
from hq.doors.incoming import Incoming
from hq.errors import ConfigError
from hq.feeds.wanted import due
from hq.service import Hq, open_hq
from hq.store.aside import alone
from tests.hq.waiting import until

STOCK = "sku,store,quantity\nA,tallinn,3\n"
ARTICLES = "sku,price,title_en\nA,5,Boot\nB,5,Sock\n"
STORES = "id,name,city\ntallinn,T,Tallinn\n"


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(hq: Hq, drop: Path) -> Folder:
    return Folder(hq, Drop(path=str(drop)))


def names(folder: Path) -> list[str]:
    """Without the time that is put before them."""
    return sorted(path.name.partition("-")[2] for path in folder.iterdir()) if folder.exists() else []


def left(hq: Hq, sku: str = "A") -> int | None:
    with hq.reading() as connection:
        held = stock.held(connection, sku, "tallinn")
    return held.quantity if held else None


def test_a_file_is_taken_when_it_has_lain_quiet_and_not_while_it_grows(hq: Hq, folder: Folder, drop: Path) -> None:
    file = drop / "stock.csv"
    file.write_text("sku,store,quan")
    assert folder.look(0) == 0
    file.write_text(STOCK)
    assert folder.look(4.9) == 0
    assert folder.look(9.8) == 0, "it changed at the last look"
    assert folder.look(10.0) == 1
    assert (names(drop / "done"), left(hq)) == (["stock.csv", "stock.csv.report.json"], 3)
    assert list(drop.glob("*.csv")) == []


def test_the_longest_name_is_shortened_and_its_file_taken_once(hq: Hq, folder: Folder, drop: Path) -> None:
    (drop / f"{'ö' * 120}x.csv").write_text(STOCK)
    folder.look(0)
    assert folder.look(10) == 1
    assert [name.endswith("ööx.csv") for name in names(drop / "done")] == [True, False]
    assert left(hq) == 3 and not list(drop.glob("*.csv"))


def test_a_file_that_was_renamed_to_its_name_is_taken_at_once(hq: Hq, folder: Folder, drop: Path) -> None:
    (drop / "stock.csv.part").write_text(STOCK)
    assert folder.look(0) == 0
    assert folder.look(100) == 0, "however long it lies there"
    (drop / "stock.csv.part").rename(drop / "stock.csv")
    assert folder.look(101) == 1
    assert left(hq) == 3


def test_the_report_lies_beside_the_file(folder: Folder, drop: Path) -> None:
    (drop / "stock.csv").write_text(STOCK + "A,tallinn,many\n")
    folder.look(0)
    folder.look(5)
    (report,) = (drop / "done").glob("*.report.json")
    told = json.loads(report.read_text())
    assert (told["file"], told["rows"], told["accepted"], told["rejected"]) == ("stock.csv", 2, 1, 1)
    assert told["problems"][-1] == {
        "row": 3,
        "field": "quantity",
        "reason": "'many' is no whole number",
        "hint": "write digits only",
        "outcome": "rejected",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "is no catalogue"),
        ("", "is empty"),
        ("sku,store,quantity\nA,tallinn,many\n", "no whole number"),
    ],
)
def test_what_cannot_be_used_lies_in_failed_with_the_reason(folder: Folder, drop: Path, text: str, said: str) -> None:
    (drop / "x.csv").write_text(text)
    folder.look(0)
    folder.look(5)
    assert names(drop / "failed") == ["x.csv", "x.csv.report.json"]
    (report,) = (drop / "failed").glob("*.report.json")
    assert said in report.read_text()


def test_of_several_files_those_that_others_refer_to_go_first(hq: Hq, folder: Folder, drop: Path) -> None:
    for name, text in (("a.csv", STOCK), ("b.csv", ARTICLES), ("c.csv", STORES)):
        (drop / name).write_text(text)
    folder.look(0)
    assert folder.look(5) == 3
    reports = [json.loads(path.read_text()) for path in (drop / "done").glob("*.report.json")]
    assert [report["warned"] for report in reports] == [0, 0, 0]
    with hq.reading() as connection:
        assert due(connection) is not None, "a version with them is wanted"


def test_hidden_files_folders_and_links_are_left_alone(folder: Folder, drop: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(STOCK)
    (drop / ".hidden.csv").write_text(STOCK)
    (drop / "inside").mkdir()
    (drop / "link.csv").symlink_to(outside)
    folder.look(0)
    assert folder.look(1000) == 0
    assert outside.exists()


def test_two_files_of_one_name_both_stay(folder: Folder, drop: Path) -> None:
    for at in (0, 100):
        (drop / "stock.csv").write_text(STOCK)
        folder.look(at)
        assert folder.look(at + 5) == 1
    assert len(list((drop / "done").glob("*.csv"))) == 2


def test_a_file_that_changes_while_it_is_imported_is_imported_again(
    hq: Hq, folder: Folder, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = drop / "stock.csv"
    file.write_text(STOCK)
    folder.look(0)
    imported = folder._imported

    def slow(path: Path) -> tuple[dict[str, object], bool]:
        told = imported(path)
        file.write_text("sku,store,quantity\nA,tallinn,7777\n")
        return told

    monkeypatch.setattr(folder, "_imported", slow)
    assert folder.look(5) == 0
    monkeypatch.setattr(folder, "_imported", imported)
    folder.look(6)
    assert folder.look(11) == 1
    assert left(hq) == 7777


def test_a_file_waits_while_another_import_is_at_work(
    hq: Hq, folder: Folder, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hq.doors.folder.PATIENCE", 0.1)
    waiting = Folder(hq, Drop(path=str(drop)))
    (drop / "stock.csv").write_text(STOCK)
    waiting.look(0)
    with alone(hq.dir):
        assert waiting.look(5) == 0
    assert (drop / "stock.csv").exists()
    assert waiting.look(10) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_said_once(folder: Folder, drop: Path) -> None:
    (drop / "stock.csv").write_text(STOCK)
    folder.look(0)
    drop.chmod(0o500)
    assert folder.look(5) == 0
    drop.chmod(0o700)


def test_a_folder_that_is_not_there_is_said_once_and_waited_for(
    hq: Hq, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "gone"
    folder = Folder(hq, Drop(path=str(gone)))
    assert [folder.look(at) for at in (0, 1, 2)] == [0, 0, 0]
    assert len([record for record in caplog.records if "can't be watched" in record.message]) == 1
    gone.mkdir()
    (gone / "stock.csv").write_text(STOCK)
    folder.look(3)
    assert folder.look(8) == 1


def test_the_service_watches_its_folders_and_takes_whole_lists_for_whole(tmp_path: Path, drop: Path) -> None:
    hq = open_hq(tmp_path / "hq", Config(drop=(Drop(path=str(drop), full=True, quiet_seconds=1),)))
    watching = folders(hq, poll=0.05)
    watching.start()
    try:
        (drop / "1.csv").write_text(STOCK + "B,tallinn,1\n")
        until(lambda: len(names(drop / "done")) == 2)
        (drop / "2.csv").write_text(STOCK)
        until(lambda: len(names(drop / "done")) == 4)
        assert (left(hq), left(hq, "B")) == (3, 0)
    finally:
        watching.stop()
        hq.close()


def test_what_vanishes_between_two_looks_is_forgotten(drop: Path) -> None:
    incoming = Incoming(drop, 5)
    (drop / "a").write_text("1")
    incoming.complete(0)
    (drop / "a").unlink()
    assert incoming.complete(5) == []
    (drop / "a").write_text("1")
    assert incoming.complete(6) == []


def test_settings_of_folders_are_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "hq.toml"
    path.write_text('[[drop]]\npath = "in"\nfeeds = ["stock"]\n[doors]\nmost_mib = 8\n')
    config = load(path)
    assert (config.drop[0].path, config.doors.most_mib) == (str(tmp_path / "in"), 8)
    for text, said in (
        ('[[drop]]\npath = "in"\nfeeds = ["stok"]\n', "'stok' is none of"),
        ('[[drop]]\npath = ""\n', "drop.path is missing"),
        ('[[drop]]\npath = "in"\nquiet_seconds = 0\n', "quiet_seconds must lie between"),
        ("[doors]\nmost_mib = 0\n", "most_mib must lie between"),
    ):
        with pytest.raises(ConfigError, match=said):
            parse(text)
