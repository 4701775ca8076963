"""`tote staff`: the list as somebody at the box, or a program, changes it."""

import io
import json
import sys
from pathlib import Path

import pytest

from edge.cli import main
from edge.staff import Roster
from tests.edge.cli.test_resolve import SETTINGS

BADGES = "[[codes.range]]\nkind = 'badge'\npattern = 'S-\\d{4}|uid:04.*'\n"


@pytest.fixture
def settings(tmp_path: Path) -> str:
    file = tmp_path / "tote.toml"
    head, tables = SETTINGS.split("[hq]", 1)
    file.write_text(f'{head}dir = "{tmp_path}"\n[hq]{tables}{BADGES}')
    return str(file)


def add(settings: str, monkeypatch: pytest.MonkeyPatch, *, badge: str = "S-0001", pin: str = "4711") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
    return main(["staff", "add", "Mari", "--badge", badge, "--config", settings, "--json"])


def test_somebody_is_added_listed_and_removed(
    settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(settings, monkeypatch) == 0
    added = json.loads(capsys.readouterr().out)
    assert main(["staff", "list", "--config", settings, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == added == {"id": added["id"], "name": "Mari"}
    assert main(["staff", "remove", added["id"], "--config", settings]) == 0
    assert Roster(tmp_path / "staff.json").members() == ()


def test_a_tag_can_be_a_badge_by_its_number(settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(settings, monkeypatch, badge="uid:04a1b2c3d4e5f6") == 0
    assert Roster(tmp_path / "staff.json").bearer("uid:04a1b2c3d4e5f6")


def test_a_code_that_is_no_badge_by_the_settings_is_refused_with_the_fix(
    settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(settings, monkeypatch, badge="X-1") == 2
    assert "[[codes.range]]" in capsys.readouterr().err
    assert not (tmp_path / "staff.json").exists()


def test_a_bad_pin_changes_nothing(
    settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(settings, monkeypatch, pin="1234") == 2
    assert "choose one" in capsys.readouterr().err
    assert not (tmp_path / "staff.json").exists()


def test_nobody_is_told_by_a_wrong_id(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("pin", "remove"):
        assert main(["staff", command, "abcd", "--config", settings]) == 2
        assert "tote staff list" in capsys.readouterr().err
