"""The switch that pulls the line to HQ: a file says what is wanted, and the demo stops or starts the broker."""

import time
from pathlib import Path

from edge.demo.ports import answers

PATIENCE = 10.0


class Line:
    """`file` says "up" or "down"; the line is what the broker's port says."""

    def __init__(self, file: Path, port: int) -> None:
        self._file, self._port = file, port

    @property
    def up(self) -> bool:
        return answers(self._port)

    def pull(self, *, up: bool) -> bool:
        """Ask for it and wait; returns how the line is then."""
        self._file.write_text("up" if up else "down")
        deadline = time.monotonic() + PATIENCE
        while self.up != up and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.up
