"""tote-hq snapshot: what a box would get, as a file one can search."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge.catalogue import Catalogue
from hq.cli import main
from hq.service import open_hq


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    capsys.readouterr()
    status = main([*arguments, "--json"])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_newest_version_is_written_as_a_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_hq(tmp_path / "hq").close()
    place, out = ("--dir", str(tmp_path / "hq")), tmp_path / "out.db"
    assert run(capsys, "snapshot", *place, "--out", str(out))[0] == 2
    (tmp_path / "a.csv").write_text("sku,price,title_en\nA-1,5,Trail boot\n")
    run(capsys, "import", str(tmp_path / "a.csv"), *place)
    out.write_text("an earlier one")
    status, (told,) = run(capsys, "snapshot", *place, "--out", str(out))
    assert (status, told) == (0, {"file": str(out), "version": "1.1", "size": out.stat().st_size})
    with Catalogue.open(out) as catalogue:
        assert [hit.id for hit in catalogue.find("boot", "en", 5)] == ["A-1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "hq", "out.db"]


def test_where_it_cannot_be_written_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_hq(tmp_path / "hq").close()
    (tmp_path / "a.csv").write_text("sku,price,title_en\nA-1,5,Trail boot\n")
    run(capsys, "import", str(tmp_path / "a.csv"), "--dir", str(tmp_path / "hq"))
    status, (told,) = run(capsys, "snapshot", "--dir", str(tmp_path / "hq"), "--out", str(tmp_path / "none" / "x.db"))
    assert status == 2 and "can't be written" in str(told["error"])


def test_a_damaged_version_is_not_handed_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_hq(tmp_path / "hq").close()
    (tmp_path / "a.csv").write_text("sku,price,title_en\nA-1,5,Trail boot\n")
    run(capsys, "import", str(tmp_path / "a.csv"), "--dir", str(tmp_path / "hq"))
    (packed,) = (tmp_path / "hq" / "feeds").glob("*.zst")
    packed.write_bytes(packed.read_bytes()[:-7])
    status, (told,) = run(capsys, "snapshot", "--dir", str(tmp_path / "hq"), "--out", str(tmp_path / "x.db"))
    assert status == 2 and "damaged" in str(told["error"])
    assert not (tmp_path / "x.db").exists()
    with closing(sqlite3.connect(tmp_path / "hq" / "hq.db")) as held:
        assert held.execute("SELECT count(*) FROM article").fetchone() == (2,)
