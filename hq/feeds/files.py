"""The files of the catalogue feed under D/feeds: what boxes fetch, and the newest version as it was built.

D/feeds/1-812.db.zst            a version
D/feeds/1-811_1-812.delta.zst   what leads to it from the one before
D/feeds/built/1-812.db          the newest version, to tell the next one from
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge.catalogue import Catalogue, CatalogueError, Version, pack

KEPT = 5
"""Versions whose files stay: a box may be in the middle of an older one, and each can be reverted to."""
STEPS_KEPT = 60
"""Deltas that stay."""


@dataclass(frozen=True)
class Files:
    folder: Path

    def __post_init__(self) -> None:
        self.built_folder.mkdir(parents=True, exist_ok=True)

    @property
    def built_folder(self) -> Path:
        return self.folder / "built"

    def unfinished(self, version: Version) -> Path:
        return self.folder / f".{version}.db"

    def looked_at(self, version: Version) -> Path:
        """Where a packed version is unpacked to, to be checked."""
        return self.folder / f".{version}.db-checked"

    def packed(self, version: Version) -> Path:
        return self.folder / f"{version}.db.zst"

    def step(self, since: Version, version: Version) -> Path:
        return self.folder / f"{since}_{version}.delta.zst"

    def built(self, version: Version) -> Path | None:
        """The file of a version as it was built, if it is still there and of this program's form."""
        file = self.built_folder / f"{version}.db"
        try:
            Catalogue.open(file).close()
        except CatalogueError:
            return None
        return file

    def keep_built(self, version: Version, file: Path) -> None:
        file.replace(self.built_folder / f"{version}.db")
        for old in self.built_folder.iterdir():
            if old.name != f"{version}.db":
                old.unlink()

    def versions(self) -> list[Version]:
        """Those whose files are here, the newest first."""
        found = (re.fullmatch(r"(\d+)-(\d+)\.db\.zst", file.name) for file in self.folder.iterdir())
        return sorted((Version(int(one[1]), int(one[2])) for one in found if one), reverse=True)

    def sweep(self) -> None:
        """Drop what a publisher that was killed left."""
        for left_over in self.folder.glob(".*.db*"):
            left_over.unlink()

    def make_room(self) -> None:
        """Drop files no box will ask for any more. One more version will come at once."""
        for pattern, most in (("*.db.zst", KEPT), ("*.delta.zst", STEPS_KEPT)):
            for old in sorted(self.folder.glob(pattern), key=_numbers)[: -most + 1]:
                old.unlink()


def _numbers(file: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", file.name)][-3:]


def packed_to(plain: Path, target: Path, small_enough: Callable[[int], bool] = lambda size: True) -> tuple[int, str]:
    """Size and SHA-256 of `plain`, compressed to `target`: under a name of its own first, and on the disk before its
    head can be known. Where it is not small enough there is no `target`."""
    part = target.with_name(f".{target.name}")
    size, digest = pack(plain, part)
    if not small_enough(size):
        part.unlink()
        return size, digest
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    return size, digest
