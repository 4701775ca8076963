"""What a file is packed in: nothing, gzip or zip. Inside are members, each read as a stream of octets.

    members(Path("feed.zip")) -> [Member(name="products.csv"), Member(name="stock.csv")]

A workbook (XLSX) is a zip by its form and one member by its meaning. Archives in archives are not opened.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any, cast

from hq.errors import InputError
from hq.importers.limits import DENSEST, LARGEST, MOST_MEMBERS, SAMPLE, SMALL

PLAIN, GZIP, ZIP, WORKBOOK = "plain", "gzip", "zip", "workbook"
Damage = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
"""What the standard library raises for archives that are torn, encrypted or of a kind it does not know."""


@dataclass
class Reading:
    """How far a member was read, for those who wait: 0 to 1, by the octets of the file as it lies on the disk."""

    share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file of data. `name` is what reports call it; `inner` is its name in a zip."""

    path: Path
    kind: str = PLAIN
    inner: str = ""
    reading: Reading = field(default_factory=Reading, compare=False, repr=False)

    @property
    def name(self) -> str:
        return f"{self.path}: {self.inner}" if self.inner else str(self.path)

    @contextmanager
    def open(self) -> "Iterator[Octets]":
        """Its octets, unpacked. Raises InputError, also while being read, where it is damaged or too large."""
        with _readable(self.path), self.path.open("rb") as file:
            packed = self._packed_size()
            try:
                if self.kind == ZIP:
                    with zipfile.ZipFile(file) as archive, archive.open(self.inner) as inner:
                        yield Octets(inner, self.name, packed, self._told(file))
                elif self.kind == GZIP:
                    with GzipFile(fileobj=file) as inner:
                        yield Octets(cast(IO[bytes], inner), self.name, packed, self._told(file))
                else:
                    yield Octets(file, self.name, 0, self._told(file))
            except Damage as error:
                raise InputError(
                    f"{self.name} can't be unpacked: {error}. Pack it again, without a password."
                ) from error

    def sample(self) -> bytes:
        """Its first octets."""
        with self.open() as octets:
            return buffered(octets).read(SAMPLE)

    def _packed_size(self) -> int:
        if self.kind == ZIP:
            with zipfile.ZipFile(self.path) as archive:
                return archive.getinfo(self.inner).compress_size
        return self.path.stat().st_size

    def _told(self, file: IO[bytes]) -> Callable[[], None]:
        size = max(1, self.path.stat().st_size)

        def tell() -> None:
            self.reading.share = min(1.0, file.tell() / size)

        return tell


class Octets(io.RawIOBase):
    """A file's octets, counted. `packed` is 0 where nothing is packed."""

    def __init__(self, file: IO[bytes], name: str, packed: int, tell: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._file, self._name, self._packed = file, name, packed
        self._tell, self.at = tell, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        octets = self._file.read(len(buffer))
        buffer[: len(octets)] = octets
        self.at += len(octets)
        self._tell()
        if self.at > LARGEST:
            raise InputError(f"{self._name} is larger than {LARGEST >> 30} GiB. Split it.")
        if self._packed and self.at > max(SMALL, DENSEST * self._packed):
            raise InputError(
                f"{self._name} unpacks to more than {DENSEST} times its size; no catalogue does. Give it unpacked."
            )
        return len(octets)


def members(path: Path) -> list[Member]:
    """The files in `path`, in the order of their names. Raises InputError where there is none or it can't be read."""
    if path.is_dir():
        raise InputError(f"{path} is a folder. Name the files in it: {path}/*.csv")
    if not path.is_file():
        raise InputError(f"{path} is no file.")
    with _readable(path), path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise InputError(f"{path} is empty. Export it again.")
    if start[:2] == b"\x1f\x8b":
        return [Member(path=path, kind=GZIP)]
    if start == b"PK\x03\x04" or start == b"PK\x05\x06":
        return _zipped(path)
    return [Member(path=path)]


def _zipped(path: Path) -> list[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir()]
    except Damage as error:
        raise InputError(f"{path} can't be unpacked: {error}. Pack it again.") from error
    names = {info.filename for info in inside}
    if len(names) < len(inside):
        twice = next(
            info.filename for n, info in enumerate(inside) if info.filename in {i.filename for i in inside[:n]}
        )
        raise InputError(
            f"{path} holds two files called {twice}: nobody can say which counts. Pack it again, each once."
        )
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        _refuse_bomb(path, sum(info.file_size for info in inside))
        return [Member(path=path, kind=WORKBOOK)]
    if len(inside) > MOST_MEMBERS:
        raise InputError(f"{path} holds {len(inside)} files. Pack {MOST_MEMBERS} at most.")
    _refuse_bombs(path, sum(info.file_size for info in inside))
    found = sorted(name for name in names if not _is_aside(name))
    if not found:
        raise InputError(f"{path} is an archive without a file in it.")
    return [Member(path=path, kind=ZIP, inner=name) for name in found]


def _is_aside(name: str) -> bool:
    """What archivers add of their own."""
    return name.startswith("__MACOSX/") or Path(name).name.startswith(".")


def _refuse_bomb(path: Path, size: int) -> None:
    if size > max(SMALL, DENSEST * path.stat().st_size):
        raise InputError(f"{path} unpacks to {size >> 20} MiB, which no workbook of its size does. Save it as CSV.")


def _refuse_bombs(path: Path, size: int) -> None:
    """Of all members together: many small bombs are a large one. None unpacks to more than it says (`zipfile`)."""
    if size > max(SMALL, DENSEST * path.stat().st_size):
        raise InputError(
            f"{path} unpacks to {size >> 20} MiB, more than {DENSEST} times its size; no catalogue does. "
            "Give the files unpacked."
        )
    if size > LARGEST:
        raise InputError(f"{path} unpacks to more than {LARGEST >> 30} GiB in all. Split it.")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror or error}).") from error


def buffered(octets: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(octets, 1 << 16)
