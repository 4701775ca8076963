"""A wall clock that is wrong, and can be set wrong in another way while a process runs (native/shifted_clock.c)."""

import struct
import subprocess
from pathlib import Path
from shutil import which

from tests.torture.report import Skipped

SOURCE = Path(__file__).parent / "native" / "shifted_clock.c"


class ShiftedClock:
    """`environment` makes a program see it."""

    def __init__(self, folder: Path) -> None:
        if not which("gcc"):
            raise Skipped("gcc is missing: apt-get install gcc libc6-dev")
        folder.mkdir(parents=True, exist_ok=True)
        library = folder / "shifted_clock.so"
        if not library.exists():
            subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True, timeout=60)
        self._file = folder / "shift"
        self.set(0)
        self.environment = {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(self._file)}

    def set(self, ms: int) -> None:
        """From now on that many milliseconds ahead of the true time (behind it: negative)."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", ms))
