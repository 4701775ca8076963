"""Every command finds the settings that the service goes by."""

import argparse
from pathlib import Path

import pytest

from hq.cli import options


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for /etc/tote/hq.toml, of the HQ in `tmp_path/hq`."""
    settings = tmp_path / "etc.toml"
    settings.write_text("[web]\nport = 1\n")
    monkeypatch.setattr(options, "SETTINGS", settings)
    monkeypatch.setattr(options, "DIR", tmp_path / "hq")
    (tmp_path / "hq").mkdir()
    return settings


def port(folder: Path, config: Path | None = None) -> int:
    return options.config_of(argparse.Namespace(dir=folder, config=config)).web.port


def test_the_usual_settings_are_those_of_the_usual_folder_alone(usual: Path, tmp_path: Path) -> None:
    assert port(tmp_path / "hq") == port(tmp_path / "x" / ".." / "hq") == 1
    assert port(tmp_path / "other") == 8080
    usual.unlink()
    assert port(tmp_path / "hq") == 8080


def test_settings_beside_the_data_come_first_and_those_that_are_named_before_them(usual: Path, tmp_path: Path) -> None:
    (tmp_path / "hq" / "hq.toml").write_text("[web]\nport = 2\n")
    (tmp_path / "named.toml").write_text("[web]\nport = 3\n")
    assert port(tmp_path / "hq") == 2
    assert port(tmp_path / "hq", tmp_path / "named.toml") == 3
