"""tote-hq broker-config: which HQ it is for, and where the broker listens."""

from pathlib import Path

import pytest

from hq.cli import main
from hq.service import Hq
from tests.guarantees.secured import needs_mosquitto


def listens(out: Path) -> str:
    lines = (out / "mosquitto.conf").read_text().splitlines()
    return next(line.removeprefix("listener ") for line in lines if line.startswith("listener "))


def test_a_folder_without_an_hq_is_refused_and_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["broker-config", "--out", str(tmp_path / "out"), "--host", "127.0.0.1", "--dir", str(tmp_path / "none")]
    assert main(command) == 2
    assert "holds no HQ" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@needs_mosquitto
@pytest.mark.parametrize(
    ("settings", "more", "port"),
    [
        ("", [], "8883"),
        ('address = "127.0.0.1:1,127.0.0.2:2"', [], "1"),
        ('address = "127.0.0.1:1"\npublic = "line.example:2"', [], "2"),
        ('public = "line.example:2"', ["--port", "3"], "3"),
    ],
)
def test_the_broker_listens_where_the_settings_say_that_it_is(
    hq: Hq, tmp_path: Path, settings: str, more: list[str], port: str
) -> None:
    (hq.dir / "hq.toml").write_text(f"[broker]\n{settings}\n")
    command = ["broker-config", "--out", str(tmp_path / "out"), "--host", "127.0.0.1", *more]
    assert main([*command, "--dir", str(hq.dir)]) == 0
    assert listens(tmp_path / "out") == port
