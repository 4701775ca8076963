"""What the package is made of besides the program: hashes, scripts of its life, the rules of the kiosk's browser."""

import json
import re
import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "systemd" / "package"


def locked(arch: str) -> dict[str, str]:
    made: dict[str, str] = runpy.run_path(str(ROOT / "scripts/make_package.py"))["requirements"](arch)
    return made


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_every_part_comes_by_a_hash_and_every_one_that_is_needed_is_there(arch: str) -> None:
    parts = locked(arch)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=;\[ ]", each)[0] for each in wanted}
    assert names - {"evdev", "evdev-binary"} <= set(parts)
    assert ("evdev-binary" in parts) is (arch == "amd64") and "evdev" not in parts, "Debian has it for the others"
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", text) for text in parts.values())


def test_the_licences_name_every_part() -> None:
    told = (ROOT / "docs/licences.md").read_text().lower().replace("_", "-")
    assert [name for name in locked("amd64") if f"| {name.replace('_', '-')} |" not in told.replace(".", "-")] == []
    assert "| ? |" not in told and " agpl" not in told.split("|---|---|---|")[1]


@pytest.mark.parametrize(
    "script", [*(PACKAGE / name for name in ("postinst", "prerm", "postrm")), ROOT / "systemd/kiosk-policies"], ids=str
)
def test_a_script_can_be_read_by_debians_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0 and script.stat().st_mode & 0o111


def policies(url: str, to: Path) -> "subprocess.CompletedProcess[str]":
    script = ROOT / "systemd/kiosk-policies"
    return subprocess.run([script, url, to], check=False, capture_output=True, text=True)


def test_the_kiosk_may_open_its_own_box_and_nothing_else(tmp_path: Path) -> None:
    to = tmp_path / "run" / "tote.json"
    assert policies("https://tote.local:8080/s/wall?x=1", to).returncode == 0
    told = json.loads(to.read_text())
    assert (told["URLBlocklist"], told["URLAllowlist"]) == (["*"], ["https://tote.local:8080"])
    assert told["DownloadRestrictions"] == 3 and told["DeveloperToolsAvailability"] == 2
    assert told["PasswordManagerEnabled"] is False
    assert to.stat().st_mode & 0o777 == 0o644, "the browser is another user's"


@pytest.mark.parametrize("url", ["", "tote.local/s/wall", "file:///etc/passwd", "javascript://x"])
def test_what_is_no_address_of_a_screen_stops_the_kiosk_with_the_fix(url: str, tmp_path: Path) -> None:
    told = policies(url, tmp_path / "tote.json")
    assert told.returncode == 1 and "/etc/tote/kiosk.env" in told.stderr
    assert not (tmp_path / "tote.json").exists()
