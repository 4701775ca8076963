"""tote-hq backup and restore on a real folder, as a person and as a program call them."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from hq.cli import main
from hq.ledger import SqlLedger
from hq.service import Hq
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, viewed
from tests.hq.importers import files

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(hq: Hq, capsys: pytest.CaptureFixture[str]) -> Run:
    """(exit status, stdout, stderr) of tote-hq on the folder of `hq`."""

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([*map(str, arguments), "--dir", str(hq.dir)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_a_backup_is_made_checked_and_restored(
    run: Run, hq: Hq, ledger: SqlLedger, box: Box, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box.append(viewed())
    ingest(ledger, STORE, box.payload())
    with caplog.at_level(logging.INFO):
        status, out, _ = run("backup", "--out", tmp_path / "out", "--keep", "30", "--json")
    assert [record.getMessage() for record in caplog.records if "schema" in record.getMessage()] == []
    made = json.loads(out)
    assert (status, made["removed"]) == (0, [])
    hq.close()
    status, out, _ = run("restore", made["backup"], "--json")
    restored = json.loads(out)
    assert status == 0
    assert (restored["epoch"], restored["replayed"], restored["logs"], restored["published"]) == (2, 2, 1, False)
    assert "this is life 3" in run("restore", made["backup"])[1]
    assert "read through and whole" in run("backup", "--check", made["backup"])[1]
    assert "read through and whole" in run("backup")[1]
    assert len(list((hq.dir / "backups").iterdir())) == 1


def test_what_is_no_backup_is_told_with_the_fix(run: Run, tmp_path: Path) -> None:
    status, out, err = run("restore", tmp_path, "--json")
    assert status == 2 and "holds no backup" in err
    assert "holds no backup" in json.loads(out)["error"]
    (tmp_path / "file").touch()
    status, _, err = run("backup", "--out", tmp_path / "file")
    assert status == 2 and "Make room, or name another --out" in err


def test_a_catalogue_whose_file_is_gone_is_published_anew(
    hq: Hq, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = files.articles(tmp_path)
    where = ["--dir", str(hq.dir)]
    assert main(["import", str(articles), *where]) == 0
    assert main(["backup", "--out", str(tmp_path / "out"), *where]) == 0
    hq.close()
    for file in hq.feeds.glob("*.zst"):
        file.unlink()
    capsys.readouterr()
    (backup,) = (tmp_path / "out").iterdir()
    assert main(["restore", str(backup), *where]) == 0
    assert "the catalogue is published anew" in capsys.readouterr().out
    assert [file.name for file in hq.feeds.glob("*.db.zst")] == ["2-1.db.zst"]
