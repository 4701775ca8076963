"""`tote`'s commands as a person or a program runs them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli import COMMANDS, main
from edge.domain.events import VisitStarted
from edge.store import Database, EventLog

KEY = "09" * 32


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tote.toml"
    path.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[hq]\nbroker = "127.0.0.1:9"\nurl = "http://127.0.0.1:9"\n'
        f'seal_key = "{KEY}"\nverify_key = "{KEY}"\n[[station]]\nid = "wall"\nkind = "wall"\n'
        f'[[reader]]\nname = "scanner"\nstation = "wall"\ndriver = "barcode_serial"\npath = "{tmp_path}/gone"\n'
    )
    return path


def logged(folder: Path, events: int) -> Path:
    path = folder / "store.db"
    with Database(path) as database:
        log = EventLog(database)
        for n in range(events):
            event = VisitStarted(visit=f"{n:032x}", station="wall", language="en")
            database.write(lambda db, e=event, i=n: log.append(db, e, event_id=f"{i:032x}", at=i))  # type: ignore[misc]
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(command in said for command in COMMANDS)


def test_missing_settings_name_the_fix_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.cli.run.forbid_core_dumps", lambda: None)  # it would hold for good
    assert main(["run", "--config", str(tmp_path / "none.toml")]) == 2
    said = capsys.readouterr()
    assert "none.toml can't be read" in said.err and "--config" in said.err
    assert "Traceback" not in said.err and said.out == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("colour = 1", "'colour' is no setting"),
        ("languags = []", "Did you mean 'languages'?"),
        ("currency = 7", "currency must be a text in quotes"),
        ("[screen]\nprot = 1", "Did you mean 'port'?"),
        ('[[reader]]\nname = "x"\nstation = "cellar"\ndriver = "camera"', "there is no station 'cellar'"),
    ],
)
def test_a_bad_setting_names_the_key_and_the_fix(
    config: Path, line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(line + "\n" + config.read_text() if not line.startswith("[") else config.read_text() + line)
    assert main(["doctor", "--config", str(config)]) == 2
    assert words in capsys.readouterr().err


def test_the_log_is_shown_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = logged(tmp_path, 3)
    assert main(["log", "show", "--db", str(path), "--limit", "2", "--json"]) == 0
    assert [json.loads(line)["n"] for line in capsys.readouterr().out.splitlines()] == [2, 3]
    assert main(["log", "verify", "--db", str(path)]) == 0
    assert "all 3 events are whole" in capsys.readouterr().out


def test_verify_names_the_first_broken_number_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = logged(tmp_path, 3)
    with Database(path) as database:
        database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE n = 2"))
    assert main(["log", "verify", "--db", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["first_broken"] == 2


def test_the_doctor_finds_what_is_wrong_and_says_the_remedy(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logged(tmp_path, 2)
    assert main(["doctor", "--config", str(config), "--json"]) == 1
    findings = {f["what"]: f for f in map(json.loads, capsys.readouterr().out.splitlines())}
    assert findings["log"]["ok"] and findings["disk"]["ok"]
    for what in ("broker", "hq", "reader"):
        assert not findings[what]["ok"] and findings[what]["remedy"]


def test_status_of_a_box_that_is_not_there_is_an_error_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--box", "http://127.0.0.1:9"]) == 2
    said = "tote status: no box answers at http://127.0.0.1:9: start it with `tote run`, or name it with --box\n"
    assert capsys.readouterr().err == said


def test_status_of_what_is_no_address_says_how_one_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--box", "tote.local:8080"]) == 2
    assert "write it as http://" in capsys.readouterr().err


def test_a_picture_that_is_not_there_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "/nope.png"]) == 1
    assert capsys.readouterr().out == "there is no file /nope.png\n"


def test_a_time_in_the_log_names_its_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "show", "--db", str(logged(tmp_path, 1))]) == 0
    assert "1970-01-01 00:00:00 UTC" in capsys.readouterr().out


def test_a_picture_without_a_code_is_no_failure_and_a_file_that_is_none_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = tmp_path / "blank.pgm"
    blank.write_bytes(b"P5 64 64 255\n" + b"\xff" * 64 * 64)
    assert main(["decode", str(blank), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["codes"] == []
    assert main(["decode", str(tmp_path / "gone.png"), "--json"]) == 1
    assert "gone.png" in json.loads(capsys.readouterr().out)["error"]


def test_a_help_page_does_not_import_the_cameras_libraries() -> None:
    """A third of a second and 60 MB that only a running box needs."""
    asked = "from edge.cli import main\ntry: main(['resolve', '--help'])\nexcept SystemExit: pass\n"
    code = f"import sys\n{asked}print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"cv2", "zxingcpp", "flask", "nfc"} & set(ran.stdout.split())
