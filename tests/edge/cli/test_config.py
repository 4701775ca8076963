"""`tote config`: shown, checked, explained."""

import json
from pathlib import Path

import pytest

from edge.cli import main
from tests.edge.test_config import READER
from tests.edge.test_config_codes import BASE, TAG


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "tote.toml"
    path.write_text(BASE + READER + TAG)
    return path


def run(*argv: object) -> int:
    return main(["config", *map(str, argv)])


def test_show_tells_every_value_where_it_comes_from_and_no_key(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOTE_SCREEN_PORT", "8099")
    assert run("show", "--config", settings, "--json") == 0
    told = {one["key"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert told["screen.port"] == {"key": "screen.port", "value": "8099", "source": "environment"}
    assert told["currency"]["source"] == "file"
    assert told["reader[1].path"]["value"] == '"/dev/x"'
    assert told["secure_tag[1].file_key"]["value"] == '"…"'


def test_check_names_everything_that_is_wrong(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--config", settings) == 0
    settings.write_text(BASE.replace('kind = "wall"', 'kind = "wal"').replace("127.0.0.1:1883", "nowhere"))
    assert run("check", "--config", settings, "--json") == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["ok"] is False
    assert [problem.split()[0] for problem in told["problems"]] == ["station", "hq.broker"]


def test_check_names_an_unknown_key_with_the_nearest(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.write_text(BASE + "[screen]\nprot = 1\n")
    assert run("check", "--config", settings) == 1
    assert "'screen.prot' is no setting. Did you mean 'port'?" in capsys.readouterr().out


def test_explain_says_what_a_key_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "staff.ring", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["variable"], told["live"], told["default"]) == ("TOTE_STAFF_RING", True, "false")
    assert "sound" in told["text"]


def test_explain_of_an_unknown_key_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "screen.prot") == 2
    assert "Did you mean screen.port?" in capsys.readouterr().err
