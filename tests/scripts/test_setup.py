"""`scripts/setup` says in one line what is missing, and changes nothing where nothing is."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = ROOT / "scripts" / "setup"
TOOLS = ("bash", "cat", "cut", "dirname", "grep", "id", "mktemp", "rm", "sha256sum", "tail", "tr")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder to be all of PATH: the plain tools, a Python, and a linker that knows no library."""
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    (tmp_path / "python3").symlink_to(sys.executable)
    script(tmp_path / "ldconfig", "exit 0")
    return tmp_path


def script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def setup(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(path / "bash"), str(SETUP), *arguments]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def test_another_system_is_told_what_to_bring(bare: Path) -> None:
    done = setup(bare, "--demo")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("setup: missing: libzbar0 ")
    assert "no Debian" in line


def test_a_user_who_may_not_install_is_told_what_to_ask_for(bare: Path) -> None:
    script(bare / "apt-get", "exit 100")
    (bare / "id").unlink()
    script(bare / "id", "echo 1000")
    (line,) = setup(bare).stderr.splitlines()
    assert line.startswith("setup: missing: libzbar0 ")
    assert "run: apt-get install libzbar0 " in line


@pytest.mark.skipif(not (ROOT / "node_modules/.tote-stamp").exists(), reason="this tree was set up by hand")
def test_where_nothing_is_missing_it_is_silent_and_quick() -> None:
    subprocess.run([SETUP], check=True, env=os.environ)
    began = time.monotonic()
    done = subprocess.run([SETUP], capture_output=True, text=True, check=False, env=os.environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.monotonic() - began < 20
