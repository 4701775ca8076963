"""Releases on the disk: a folder each under `releases`, and `current`, a link to the one that runs.

The package manager owns neither: what it unpacks, and takes away at an upgrade, is `package`, from which a release is
placed by hard links.
"""

import os
import shutil
from pathlib import Path

from edge.release import NAME
from edge.upgrading.errors import UpgradeError
from sync.durable import sync

ROOT = Path("/usr/lib/tote")
CURRENT, DRIVER = "current", "driver"
"""What runs, and what drives an upgrade: the release before it."""


class Releases:
    def __init__(self, root: Path = ROOT) -> None:
        self._root, self._folder = root, root / "releases"

    def place(self, package: Path) -> str:
        """The release in `package` is there as a whole. Returns its name. Raises UpgradeError, and OSError."""
        try:
            name = (package / NAME).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UpgradeError(f"{package} holds no release of Tote ({error.strerror}).") from error
        if not name or "/" in name or name.startswith("."):
            raise UpgradeError(f"{package} holds no release of Tote: {name!r} is no name of one.")
        if not (self._folder / name).exists():
            partial = self._folder / f".{name}"
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(package, partial, symlinks=True, copy_function=_link)
            for folder in (partial, *(path for path in partial.rglob("*") if path.is_dir() and not path.is_symlink())):
                sync(folder)
            partial.rename(self._folder / name)
            sync(self._folder)
        return name

    def current(self) -> str | None:
        """None before the first one."""
        return self._named(CURRENT)

    def turn(self, name: str, link: str = CURRENT) -> None:
        """`link` leads to release `name` from now on, or, where the power goes, to the one before."""
        fresh = self._root / f".{link}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / name)
        fresh.replace(self._root / link)
        sync(self._root)

    def drop_others(self, *names: str) -> None:
        for folder in self._folder.iterdir():
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    def _named(self, link: str) -> str | None:
        path = self._root / link
        return path.readlink().name if path.is_symlink() else None


def _link(source: str, to: str) -> None:
    """Files of a package never change in place, so one copy on the disk does."""
    try:
        os.link(source, to, follow_symlinks=False)
    except OSError:  # another disk
        shutil.copy2(source, to, follow_symlinks=False)
        if not Path(to).is_symlink():
            sync(Path(to))
