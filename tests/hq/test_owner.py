"""What root does in the folder of HQ's own user is as if that user had done it."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.cli import main
from hq.owner import as_caller, as_owner
from tests.guarantees.secured import needs_mosquitto
from tests.hq.importers import files

NOBODY = pwd.getpwnam("nobody")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may look into, as the tests' own are not, with `hq` in it, which is another user's."""
    monkeypatch.setattr("hq.owner.PYTHON", Path("/"))  # that of the tests may lie where only root may look
    folder = Path(tempfile.mkdtemp(prefix="tote-owner-"))
    folder.chmod(0o755)
    (folder / "hq").mkdir()
    if os.geteuid() == 0:
        os.chown(folder / "hq", NOBODY.pw_uid, NOBODY.pw_gid)
    yield folder
    shutil.rmtree(folder)


def work_on(folder: Path, place: Path) -> None:
    where = ["--dir", str(folder), "--config", str(place / "hq.toml")]
    out = ["--out", str(place / "broker"), "--host", "127.0.0.1"]
    assert main(["broker-config", *out, "--create", *where]) == 0
    assert main(["import", str(place / "articles.csv"), *where]) == 0
    assert main(["enrol", "aurora", "--new", *where]) == 0
    assert main(["backup", *where]) == 0


def owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in [folder, *folder.rglob("*")]}


@needs_root
@needs_mosquitto
def test_what_root_makes_in_the_folder_of_hqs_user_is_that_users(place: Path) -> None:
    folder = place / "hq"
    (place / "hq.toml").write_text('[broker]\npublic = "line.example:28883"\n')
    files.articles(place)
    work_on(place / "of-root", place)  # imports all
    work_on(folder, place)
    assert owners(folder) == {NOBODY.pw_uid}
    assert (place / "broker").stat().st_uid == os.geteuid() == 0
    assert stat.S_IMODE((place / "broker").stat().st_mode) == 0o755


@needs_root
def test_only_what_lies_elsewhere_is_done_as_root(place: Path) -> None:
    with as_owner(place / "hq"):
        assert (os.geteuid(), os.getegid()) == (NOBODY.pw_uid, NOBODY.pw_gid)
        with as_caller():
            assert (os.geteuid(), os.getegid()) == (0, 0)
        assert os.geteuid() == NOBODY.pw_uid
    assert (os.geteuid(), os.getegid()) == (0, 0)


@needs_root
def test_root_that_may_not_become_that_user_is_told_the_command(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("hq.owner.os.setgroups", refused)
    assert main(["stores", "--dir", str(place / "hq")]) == 2
    assert "runuser -u nobody -- tote-hq" in capsys.readouterr().err


@needs_root
def test_a_python_that_the_folders_owner_can_not_read_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = place / "hidden"
    hidden.mkdir(mode=0o700)
    monkeypatch.setattr("hq.owner.PYTHON", hidden / "os.py")
    assert main(["stores", "--dir", str(place / "hq")]) == 2
    assert "nobody can't read the Python that runs this" in capsys.readouterr().err


@needs_mosquitto
def test_nobody_else_reads_what_a_command_makes(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        out = ["--out", str(tmp_path / "broker"), "--host", "127.0.0.1"]
        assert main(["broker-config", *out, "--create", "--dir", str(tmp_path / "hq")]) == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "hq", *(tmp_path / "hq").iterdir()]}
    assert modes["hq"] == 0o700
    assert {name for name, mode in modes.items() if mode & 0o077} == set()
