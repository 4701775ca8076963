"""The box's shelf of catalogue versions: one file per version, and a pointer to the one in use.

A version arrives under its own name; turning to it replaces the pointer, a file of one line. From then on the file is a
WAL database, and small changes are made in it (`patch.py`): it keeps its name, and says inside which version it is.
Never rename over such a database: connections that open later could read old rows from what lies beside it.
"""

import logging
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import RLock
from weakref import finalize, ref

from edge.catalogue.build import build
from edge.catalogue.errors import CatalogueError, DamagedCatalogue, NotACatalogue, OldVersion, WrongVersion
from edge.catalogue.patch import patch
from edge.catalogue.read import Catalogue
from edge.catalogue.schema import Version
from edge.catalogue.stock import take_stock
from sync.durable import sync

log = logging.getLogger(__name__)
POINTER = "current"
EMPTY = Version(0, 0)
"""What a box shows before its first catalogue has come: nothing, but it runs."""


class Shelf:
    """One per process and folder. `current` is safe to ask from any thread; whoever holds the Catalogue it gave may go
    on reading after a turn: the old file is deleted when nobody holds it any more."""

    def __init__(self, folder: Path, store: str = "") -> None:
        """`store` is whose prices are shown."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._store = folder, store
        self._turning = RLock()
        self._held: dict[str, list[ref[Catalogue]]] = {}
        self._current = self._open_pointed()
        self._sweep()

    @property
    def folder(self) -> Path:
        """Where the versions lie; a file to be turned to is prepared here, under a name that no version has."""
        return self._folder

    @property
    def pointer(self) -> Path:
        """The file that names the version in use, written when the shelf turns to it."""
        return self._folder / POINTER

    @property
    def version(self) -> Version:
        return self._current.version

    def current(self) -> Catalogue:
        return self._current

    def turn(self, version: Version, file: Path, *, verified: bool = False, again: bool = False) -> Catalogue:
        """Take `file` (the whole database, on the same disk as the shelf) in as `version` and turn to it. `verified`:
        this process has just compared its hash with a signed one; it is not read through once more. `again`: it may
        be the version that is in use, whose file somebody does not trust any more.

        Raises OldVersion, WrongVersion, NotACatalogue or DamagedCatalogue; then the version in use stays, and `file`
        stays where it is.
        """
        with self._turning:
            if version < self.version or (version == self.version and not again):
                raise OldVersion(f"version {version} is not newer than {self.version}, which is in use")
            _check(version, file)
            if not verified:
                _check_pages(version, file)
            _into_wal(file)
            name = self._free_name(version)
            _settle(file, self._folder / name)
            try:  # the pointer comes last: where a full disk lets nobody read the new one, the old one stays
                turned = self._open(name)
                self._point(name)
            except BaseException:
                (self._folder / name).unlink(missing_ok=True)
                raise
            return self._show(name, turned)

    def _free_name(self, version: Version) -> str:
        """None that is, or still may be, read under another file's content."""
        name, number = f"catalogue-{version}.db", 1
        while name in self._held:
            number += 1
            name = f"catalogue-{version}-{number}.db"
        return name

    def advance(self, version: Version, delta: Path) -> Catalogue:
        """Make the version in use `version` by a delta (`differ`). Raises what `patch` raises; then the version in use
        stays as it is."""
        with self._turning:
            if version <= self.version:
                raise OldVersion(f"version {version} is not newer than {self.version}, which is in use")
            self._thaw()
            patch(self.file, delta, version)
            return self._show(self._name, self._open(self._name))

    def restock(self, packed: bytes, since: Version, version: Version) -> set[str]:
        """Put what the stock feed told into the version in use. As `take_stock`."""
        with self._turning:
            self._thaw()
            return take_stock(self.file, packed, since, version)

    @property
    def file(self) -> Path:
        """The one in use."""
        return self._folder / self._name

    def _thaw(self) -> None:
        """Before the file is written. Raises sqlite3.OperationalError where the disk is still full."""
        if self._current.frozen:
            again = self._open(self._name)
            if again.frozen:
                raise sqlite3.OperationalError("the disk is full: the catalogue can be read, not changed")
            self._current = again

    def _show(self, name: str, turned: Catalogue) -> Catalogue:
        turned.warm()
        self._name, self._current = name, turned
        self._sweep()
        return turned

    def _open_pointed(self) -> Catalogue:
        pointer = self._folder / POINTER
        try:
            self._name = pointer.read_text().strip()
            _into_wal(self._folder / self._name)
            return self._open(self._name)
        except FileNotFoundError:
            log.info("no catalogue yet in %s", self._folder)
        except (CatalogueError, sqlite3.OperationalError):
            log.exception("the catalogue in use can't be read; starting empty until the next version comes")
        self._name = f"catalogue-{EMPTY}.db"
        build(
            self._folder / self._name,
            version=EMPTY, products=(), variants=(), stock=(), reviews=(), stores=(), languages=("en",),
        )  # fmt: skip
        return self._open(self._name)

    def _open(self, name: str) -> Catalogue:
        path = self._folder / name
        if not path.is_file():
            raise DamagedCatalogue(f"{path} is gone")
        catalogue = Catalogue.open(path, store=self._store)
        finalize(catalogue, catalogue.closer())
        self._held.setdefault(name, []).append(ref(catalogue))
        return catalogue

    def _point(self, name: str) -> None:
        new = self._folder / f"{POINTER}.new"
        with new.open("w") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / POINTER)
        sync(self._folder)

    def _sweep(self) -> None:
        """Delete versions nobody reads, and what a broken-off turn left behind."""
        held = {name: [one for one in those if one() is not None] for name, those in self._held.items()}
        self._held = {name: those for name, those in held.items() if those}
        for path in self._folder.glob("catalogue-*.db*"):
            if path.name.removesuffix("-wal").removesuffix("-shm") not in self._held:
                path.unlink(missing_ok=True)


def in_use(folder: Path) -> Path:
    """The file a shelf points to, for programs beside the box: a second Shelf would sweep what the first one reads.

    Raises NotACatalogue where there is none yet.
    """
    try:
        return folder / (folder / POINTER).read_text().strip()
    except OSError as error:
        raise NotACatalogue(f"there is no catalogue in {folder} yet: {error.strerror}") from error


def _check(version: Version, file: Path) -> None:
    with Catalogue.open(file) as catalogue:
        if catalogue.version != version:
            raise WrongVersion(f"the file announced as version {version} says it is {catalogue.version}")


def _check_pages(version: Version, file: Path) -> None:
    """Every page, which takes longer than copying the file."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            ((verdict,), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        raise DamagedCatalogue(f"version {version} is damaged: {error}") from error
    if verdict != "ok":
        raise DamagedCatalogue(f"version {version} is damaged: {verdict}")


def _into_wal(file: Path) -> None:
    """While nobody reads it yet: later this would have to wait for all who do, and they for it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _settle(file: Path, target: Path) -> None:
    """The bytes reach the disk before the name does, the name before the pointer."""
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
    if file != target:
        for beside in ("", "-wal", "-shm"):  # of a database of that name that was given up
            Path(f"{target}{beside}").unlink(missing_ok=True)
        file.replace(target)
    sync(target.parent)
