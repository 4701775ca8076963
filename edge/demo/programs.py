"""The installed programs that the demo starts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from edge.demo.errors import DemoError


def program(name: str) -> str:
    """`tote` or `tote-hq`, of the same installation as this."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise DemoError(f"{name} is not installed beside {sys.executable}: run scripts/setup, or pip install -e .")
    return found


def hq(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run `tote-hq ARGUMENTS --dir FOLDER --json`; what it printed, a value per line. Raises `DemoError`."""
    command = [program("tote-hq"), *arguments, "--dir", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise DemoError(f"{' '.join(command)} failed (exit status {done.returncode}):\n{done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
