"""A Debian laid over anew (overlayfs) for each use, and entered by chroot: no service runs in it.

Use it in a mount namespace of its own (`unshare --mount`): what is mounted goes with the process.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

BINDS = ("proc", "sys", "dev")
NOTHING: Mapping[str, str] = {}


class Root:
    def __init__(self, base: Path, folder: Path) -> None:
        self.root, self.changes = folder / "root", folder / "changes"
        self.base, self._work = base, folder / "work"

    def __enter__(self) -> "Root":
        self.lay()
        for name in BINDS:
            subprocess.run(["mount", "--rbind", f"/{name}", self.root / name], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.root / "run"], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--recursive", "--lazy", self.root], check=False)

    def lay(self) -> None:
        for path in (self.root, self.changes, self._work):
            path.mkdir(parents=True)
        over = f"lowerdir={self.base},upperdir={self.changes},workdir={self._work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", over, self.root], check=True)

    def do(self, *command: str, given: str | None = None, check: bool = True, env: Mapping[str, str] = NOTHING) -> str:
        """What it says on its standard output. Raises CalledProcessError."""
        told = subprocess.run(
            [*self.inside(), *clean(env), *command],
            check=check,
            input=given,
            stdin=None if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        return told.stdout

    def inside(self) -> list[str]:
        """What runs the rest of a command in here."""
        return ["chroot", str(self.root)]

    def bind(self, path: Path) -> None:
        """A file or folder of this machine is there, too, under its own name."""
        place = self.root / str(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.touch()
        subprocess.run(["mount", "--bind", path, place], check=True)

    def added(self) -> Iterator[str]:
        """What is there beyond Debian's, as it is named inside; overlayfs notes what is gone as devices."""
        for path in self.changes.rglob("*"):
            inside = path.relative_to(self.changes)
            if not path.is_char_device() and not os.path.lexists(self.base / inside):
                yield str(inside)


def clean(env: Mapping[str, str] = NOTHING) -> list[str]:
    """Nothing of this machine's environment."""
    path = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    given = (f"{name}={value}" for name, value in env.items())
    return ["env", "-i", path, "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *given]
