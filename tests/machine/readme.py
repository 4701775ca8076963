"""The README's commands on a Debian 12 that has nothing but git: a fresh clone, as root."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.machine.root import Root

ROOT = Path(__file__).parents[2]
CLONE = "root/tote"
WAYS_OUT = re.compile(r"PIP_|npm_config_|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|(https?|no)_proxy", re.IGNORECASE)
"""Of this machine's environment: how it reaches the indexes of packages."""
COMMANDS = {
    "demo": ("scripts/demo", "--walk"),
    "test": ("scripts/test", "tests/edge/codes"),
    "package": ("scripts/package",),
}


def tried(base: Path, folder: Path, names: list[str]) -> dict[str, object]:
    """Seconds that each took, what it installed included; each on a machine of its own. Raises CalledProcessError."""
    figures: dict[str, object] = {}
    for name in names:
        with Root(base, folder / name) as machine:
            subprocess.run(["git", "clone", "-q", "--no-local", ROOT, machine.root / CLONE], check=True)
            way, began = ways_out(machine), time.monotonic()
            run = ("sh", "-c", f"cd /{CLONE} && exec {' '.join(COMMANDS[name])}")
            sys.stderr.write(machine.do(*run, env={**way, "HOME": "/root"}))
            figures[f"{name}_s"] = round(time.monotonic() - began, 1)
            clean = machine.do("git", "-C", f"/{CLONE}", "status", "--porcelain")
            assert clean == "", f"scripts/{name} leaves in the clone: {clean}"
    return figures


def ways_out(machine: Root) -> dict[str, str]:
    """How this machine reaches the indexes of packages, for `machine`; files that are named in it are bound there."""
    found = {name: value for name, value in os.environ.items() if WAYS_OUT.match(name)}
    for path in sorted({Path(value) for value in found.values() if value.startswith("/")}):
        if path.exists():
            machine.bind(path.resolve())
    return found
