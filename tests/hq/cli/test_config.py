"""`tote-hq config`: shown, checked, explained."""

import json
from pathlib import Path

import pytest

from hq.cli import main


def run(*argv: object) -> int:
    return main(["config", *map(str, argv)])


def test_show_tells_where_each_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hq.toml").write_text('[database]\nurl = "postgresql://tote:secret@db/tote"\n')
    monkeypatch.setenv("TOTEHQ_WEB_PORT", "8099")
    assert run("show", "--dir", tmp_path, "--json") == 0
    told = {one["key"]: (one["value"], one["source"]) for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told["web.port"] == ("8099", "environment")
    assert told["database.url"] == ('"postgresql://…@db/tote"', "file")
    assert told["shop.timezone"] == ('"UTC"', "default")


def test_check_says_what_is_wrong_with_the_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--dir", tmp_path) == 0
    (tmp_path / "hq.toml").write_text('[mail]\ntls = "ssl"\n')
    assert run("check", "--dir", tmp_path) == 1
    assert 'mail.tls must be "", "starttls" or "tls"' in capsys.readouterr().out


def test_a_slip_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOTEHQ_WEB_PROT", "1")
    assert run("check", "--dir", tmp_path) == 1
    assert "Did you mean TOTEHQ_WEB_PORT?" in capsys.readouterr().out


def test_explain_says_what_a_key_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "journey", "--dir", tmp_path) == 0
    assert "[[journey]] wait_hours: Hours after its trigger" in capsys.readouterr().out
    assert run("explain", "mial", "--dir", tmp_path) == 2
