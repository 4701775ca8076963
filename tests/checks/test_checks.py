"""The static checks, run as tests so that one summary tells of everything. Each prints what it found."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
"""Not resolved: the interpreter of a virtual environment is a link, and its tools lie beside the link."""

CHECKS = {
    "ruff finds nothing to complain about": ["ruff", "check", "--output-format=concise"],
    "ruff would format nothing differently": ["ruff", "format", "--check"],
    "every type holds, strictly": ["mypy"],
    "imports point down": ["lint-imports", "--no-logo"],
}


@pytest.mark.timeout(300)  # mypy without its cache
@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS.keys())
def test_check(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)
