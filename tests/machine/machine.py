"""A machine: a Debian that systemd boots (systemd-nspawn), on this one's network."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.machine.asking import until
from tests.machine.root import NOTHING, Root, clean

POWER_OFF = signal.SIGRTMIN + 4
"""As systemd takes it (systemd(1))."""
UP = ("starting", "running", "degraded")
"""It takes commands; what starts by itself is under way at least, an upgrade that is gone on with included."""
NSPAWN = ("systemd-nspawn", "--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=off", "--link-journal=no")


class Machine(Root):
    def __init__(self, base: Path, folder: Path) -> None:
        super().__init__(base, folder)
        self._folder, self._nspawn, self._first = folder, None, 0

    _nspawn: "subprocess.Popen[bytes] | None"

    def __enter__(self) -> "Machine":
        if not shutil.which(NSPAWN[0]):
            raise FileNotFoundError("systemd-nspawn is missing: apt-get install systemd-container")
        self.lay()
        self.boot()
        return self

    def __exit__(self, *_: object) -> None:
        if self._nspawn:
            self.power_off()
        subprocess.run(["umount", "--recursive", "--lazy", self.root], check=False)

    def boot(self, *options: str) -> None:
        """Returns when systemd takes commands. `options` are nspawn's."""
        command = [*NSPAWN, f"--machine=tote-{self._folder.name}", f"--directory={self.root}", *options]
        with (self._folder / "console").open("ab") as console:
            self._nspawn = subprocess.Popen(
                [*command, "/lib/systemd/systemd"], stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        until(self._is_up, f"{self._folder.name} is up")

    def power_off(self) -> None:
        self._end(POWER_OFF)

    def cut(self) -> None:
        """Everything in it is gone at once, as far as it was not with the kernel yet."""
        self._end(signal.SIGKILL)

    def spawn(self, *command: str, env: Mapping[str, str] = NOTHING) -> "subprocess.Popen[bytes]":
        """A command that is not waited for."""
        nothing = subprocess.DEVNULL
        return subprocess.Popen([*self.inside(), *clean(env), *command], stdin=nothing, stdout=nothing, stderr=nothing)

    def inside(self) -> list[str]:
        spaces = ("--mount", "--pid", "--uts", "--ipc", "--cgroup", "--root", "--wd")
        return ["nsenter", f"--target={self._first}", *spaces]

    def _is_up(self) -> bool:
        assert self._nspawn and self._nspawn.poll() is None, (self._folder / "console").read_text()
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        if not children:
            return False
        self._first = int(children[0])
        told = subprocess.run(
            [*self.inside(), *clean(), "systemctl", "is-system-running"], check=False, capture_output=True, text=True
        )
        return told.stdout.strip() in UP

    def _end(self, number: int) -> None:
        assert self._nspawn
        os.kill(self._first, number)
        try:
            self._nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._nspawn = None
