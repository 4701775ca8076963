"""Pictures named by a file, stored under the hash of their content."""

from hashlib import sha256
from pathlib import Path

from hq.importers.cells import BadCell

KINDS = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"}
LARGEST = 20 << 20
LONGEST_NAME = 200


class Pictures:
    """Takes pictures over from beside an imported file into `store`. Each file is read once."""

    def __init__(self, beside: Path, store: Path | None) -> None:
        self._beside, self._store = beside.resolve(), store
        self._taken: dict[str, str] = {}

    def take(self, name: str) -> str:
        """The stored name of the picture `name` (a path relative to the imported file). Raises BadCell."""
        if name not in self._taken:
            self._taken[name] = self._take(name)
        return self._taken[name]

    def _take(self, name: str) -> str:
        if len(name) > LONGEST_NAME:
            raise BadCell("picture", "its name is too long", f"use {LONGEST_NAME} characters at most")
        try:
            file = (self._beside / name).resolve()
            there = file.is_file() and file.stat().st_size <= LARGEST
        except (OSError, ValueError, RuntimeError) as error:  # longer than a disk takes, half a letter, a loop of links
            raise BadCell("picture", f"{name!r} can't be a file's name", "name a file in the same folder") from error
        kind = file.suffix.lower()
        if not file.is_relative_to(self._beside) or kind not in KINDS:
            raise BadCell("picture", f"{name!r} is no picture beside the file", "name a file in the same folder")
        if self._store and self._is_stored(name):
            return name
        if not there:
            raise BadCell("picture", f"the picture {name!r} is missing or too large", "put it beside the file")
        return self._keep(file.read_bytes(), kind)

    def _is_stored(self, name: str) -> bool:
        return Path(name).name == name and self._store is not None and (self._store / name).is_file()

    def _keep(self, octets: bytes, kind: str) -> str:
        return keep(self._store, octets, kind) if self._store else name_of(octets, kind)


def name_of(octets: bytes, kind: str) -> str:
    return sha256(octets).hexdigest() + kind


def keep(store: Path, octets: bytes, kind: str) -> str:
    """Puts a picture into the folder `store` under the hash of its content, and returns its name there."""
    name = name_of(octets, kind)
    if not (store / name).exists():
        store.mkdir(parents=True, exist_ok=True)
        part = store / f".{name}"
        part.write_bytes(octets)
        part.replace(store / name)
    return name
