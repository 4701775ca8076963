"""The units, installed by `systemd/install` into a root of their own and checked there by systemd's own tools.

The root holds Debian's stock units, which ours are ordered after, and stubs in place of the programs: the units name
where the programs are installed, and nothing is installed on the machine that runs the tests.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edge.actions import RESTART
from edge.config import ScreenConfig

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "systemd/package"
UNITS = sorted(path.name for path in (ROOT / "systemd").glob("*.service"))
OTHERS = sorted(path.name for kind in ("*.socket", "*.timer", "*.path") for path in (ROOT / "systemd").glob(kind))
ONCE = {"tote-backup.service", "tote-kiosk-asked.service", "tote-kiosk-restart.service", "tote-upgrade.service"}
"""What does its work and ends."""
MOST_EXPOSED = {"tote-kiosk.service": 21} | dict.fromkeys({*UNITS} - {"tote-kiosk.service"}, 20)
"""systemd's exposure level times ten: a bare unit is 96. A browser needs namespaces and a display."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    subprocess.run([ROOT / "systemd/install"], env={"DESTDIR": str(root), "PATH": "/usr/bin:/bin"}, check=True)
    for program in {"/bin/kill", *(command(unit)[0] for unit in UNITS)}:
        stub = root / program.lstrip("/")
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("#!/bin/sh\n")
        stub.chmod(0o755)
    return root


def command(unit: str) -> list[str]:
    text = (ROOT / "systemd" / unit).read_text().replace("\\\n", " ")
    found = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert found, f"{unit} starts nothing"
    return found[1].split()


def verify(root: Path, unit: str) -> tuple[int, str]:
    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={root}", "--man=no", unit], check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("unit", [*UNITS, *OTHERS])
def test_systemd_has_nothing_to_say_about_a_unit(root: Path, unit: str) -> None:
    assert verify(root, unit) == (0, "")


def test_a_misspelt_key_would_be_noticed(root: Path) -> None:
    unit = root / "usr/lib/systemd/system/misspelt.service"
    unit.write_text((ROOT / "systemd/tote.service").read_text().replace("ProtectHome=", "ProtectHouse="))
    assert "ProtectHouse" in verify(root, unit.name)[1]


def test_a_missing_program_would_be_noticed(root: Path) -> None:
    unit = root / "usr/lib/systemd/system/missing.service"
    unit.write_text((ROOT / "systemd/tote.service").read_text().replace("/usr/bin/tote", "/usr/bin/absent"))
    assert verify(root, unit.name)[0] != 0


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_gives_its_program_no_more_than_it_needs(root: Path, unit: str) -> None:
    path = root / "usr/lib/systemd/system" / unit
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED[unit]}", "--no-pager", path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("unit", [unit for unit in UNITS if "kiosk" not in unit])
def test_a_unit_starts_a_command_with_options_that_the_installed_program_knows(unit: str) -> None:
    program, verb, *options = command(unit)
    told = subprocess.run(
        [Path(sys.executable).parent / Path(program).name, verb, "--help"], capture_output=True, text=True, check=True
    )
    assert [option for option in options if option.startswith("--") and option not in told.stdout] == []


@pytest.mark.parametrize("unit", ["tote.service", "tote-hq.service"])
def test_a_unit_says_when_it_is_ready_and_is_watched(unit: str) -> None:
    text = (ROOT / "systemd" / unit).read_text()
    assert "\nType=notify\n" in text and re.search(r"^WatchdogSec=\d+$", text, re.MULTILINE)


@pytest.mark.parametrize("unit", sorted({*UNITS} - ONCE))
def test_a_unit_comes_back_for_ever_and_without_haste(unit: str) -> None:
    """No limit of starts, or a shop stays dark after a bad night; and seconds between them, so that a box that can't
    start does nothing else all day."""
    text = (ROOT / "systemd" / unit).read_text()
    pause = re.search(r"^RestartSec=(\d+)$", text, re.MULTILINE)
    assert "\nRestart=always\n" in text and "\nStartLimitIntervalSec=0\n" in text
    assert pause and int(pause[1]) >= 2


def test_the_socket_is_the_one_of_the_usual_settings() -> None:
    usual = ScreenConfig()
    assert value("tote.socket", "ListenStream") == f"{usual.host}:{usual.port}"


def value(unit: str, key: str) -> str:
    told = re.search(rf"^{key}=(.+)$", (ROOT / "systemd" / unit).read_text(), re.MULTILINE)
    assert told, f"{unit} has no {key}"
    return told[1]


def test_the_browser_starts_anew_when_the_box_touches_what_it_touches() -> None:
    """`Actions` writes into the service's runtime directory; the path is watched as soon as there is a browser."""
    runtime = value("tote.service", "RuntimeDirectory")
    assert value("tote-kiosk-asked.path", "PathChanged") == f"/run/{runtime}/{RESTART}"
    assert value("tote-kiosk-asked.path", "After") == "tote.service", "which makes the directory"
    assert command("tote-kiosk-asked.service")[-2:] == ["try-restart", "tote-kiosk.service"]
    wanted = re.findall(r"^Wants=(.+)$", (ROOT / "systemd/tote-kiosk.service").read_text(), re.MULTILINE)
    assert "tote-kiosk-restart.timer tote-kiosk-asked.path" in wanted


def test_what_the_package_starts_ends_with_it() -> None:
    script = (PACKAGE / "prerm").read_text()
    stopped = re.search(r"for unit in (.+); do", script)
    assert stopped
    lasting = {unit.removesuffix(".service") for unit in UNITS if unit not in ONCE} | set(OTHERS)
    assert lasting <= set(stopped[1].split())


def test_the_users_are_made_with_their_groups(root: Path) -> None:
    conf = root / "usr/lib/sysusers.d/tote.conf"
    done = subprocess.run(
        ["systemd-sysusers", f"--root={root}", "--dry-run", conf], capture_output=True, text=True, check=True
    )
    assert {"tote", "tote-hq", "tote-kiosk"} <= set(re.findall(r"'([\w-]+)'", done.stderr + done.stdout))


def test_the_folders_are_made_with_their_rights(root: Path) -> None:
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/passwd").write_text(
        "root:x:0:0::/root:/bin/sh\ntote:x:901:901::/:/bin/sh\ntote-hq:x:902:902::/:/bin/sh\n"
    )
    (root / "etc/group").write_text("root:x:0:\ntote:x:901:\ntote-hq:x:902:\n")
    done = subprocess.run(
        ["systemd-tmpfiles", f"--root={root}", "--create", "tote.conf"], check=False, capture_output=True, text=True
    )
    if "Failed to set owner" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("giving folders to other users needs root")
    assert done.stderr == ""
    assert (root / "var/lib/tote").stat().st_mode & 0o777 == 0o700
