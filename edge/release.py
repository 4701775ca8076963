"""Which release of Tote runs, by the name of its folder's content (docs/adr/0012)."""

import sys
from pathlib import Path

NAME = "RELEASE"
"""The file, in the folder of a release, that holds its name."""


def running(folder: Path = Path(sys.prefix)) -> str:
    """Such as "0.1.0-50320bb5"; "" where Tote does not run out of a package. `folder` is the interpreter's own."""
    try:
        return (folder / NAME).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
