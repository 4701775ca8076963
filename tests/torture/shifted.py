"""A wall clock that is wrong, and can be set wrong in another way while a process runs (native/shifted_clock.c)."""

import struct
import subprocess
from pathlib import Path
from shutil import which

from tests.torture.report import Skipped

SOURCE = Path(__file__).parent / "native" / "shifted_clock.c"


def compiled(folder: Path) -> Path:
    """The library, made here and now."""
    if not which("gcc"):
        raise Skipped("gcc is missing: apt-get install gcc libc6-dev")
    library = folder / "shifted_clock.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True, timeout=60)
    return library


class ShiftedClock:
    """`environment` makes a program see it."""

    def __init__(self, library: Path, file: Path) -> None:
        """`file` holds by how much it is wrong."""
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self.set(0)
        self.environment = {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(file)}

    def set(self, ms: int) -> None:
        """From now on that many milliseconds ahead of the true time (behind it: negative)."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", ms))
