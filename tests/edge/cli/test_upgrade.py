"""`tote upgrade FILE`: which programs install the package, and what a failure says."""

import argparse
import subprocess
from pathlib import Path
from typing import Any

import pytest

from edge.cli import upgrade
from edge.upgrading import UpgradeError


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that are run instead of being run; nothing of this machine is touched."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        return subprocess.CompletedProcess(command, 1 if "broken" in command[-1] else 0)

    monkeypatch.setattr("edge.cli.upgrade.subprocess.run", run)
    monkeypatch.setattr("edge.cli.upgrade.os.geteuid", lambda: 0)
    monkeypatch.setattr(upgrade, "WORK", tmp_path / "work")
    monkeypatch.setattr(upgrade, "INTERRUPTED", tmp_path / "updates")
    (tmp_path / "updates").mkdir()
    return commands


def install(tmp_path: Path, name: str) -> int:
    (tmp_path / name).touch()
    args = argparse.Namespace(file=tmp_path / name, config=tmp_path / "tote.toml", json=False, last=False)
    return upgrade.main(args)


def test_apt_installs_it_with_what_it_depends_on(told: list[list[str]], tmp_path: Path) -> None:
    assert install(tmp_path, "tote.deb") == 0
    assert [command[0] for command in told] == ["apt-get"]


def test_after_an_interrupted_upgrade_dpkg_comes_first(told: list[list[str]], tmp_path: Path) -> None:
    """apt-get alone would refuse, and dpkg --configure -a try the release that was interrupted once more."""
    (tmp_path / "updates/0001").touch()
    assert install(tmp_path, "tote.deb") == 0
    assert [command[:2] for command in told] == [["dpkg", "--install"], ["apt-get", "install"]]


def test_what_can_not_be_installed_is_told_with_who_says_why(told: list[list[str]], tmp_path: Path) -> None:
    with pytest.raises(UpgradeError, match="what apt-get says stands above"):
        install(tmp_path, "broken.deb")


def test_only_root_may(told: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.cli.upgrade.os.geteuid", lambda: 1000)
    with pytest.raises(UpgradeError, match="only root"):
        install(tmp_path, "tote.deb")
    assert told == []
