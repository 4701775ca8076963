"""Addresses of pictures in the `article` table, and the names under which HQ keeps what it fetched from them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import Connection, select

from edge.domain.article import Variant
from hq.store.insert import insert_new
from hq.store.tables import picture


def is_address(name: str) -> bool:
    return name.startswith(("https://", "http://"))


def key(url: str) -> str:
    return sha256(url.encode()).hexdigest()


class Wanted:
    """Of one build: gives addresses their names, and notes those that were never asked for."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(select(picture.c.url, picture.c.name))
        self._names: dict[str, str] = {row.url: row.name for row in rows}
        self._new: set[str] = set()

    def named(self, variants: Iterable[Variant]) -> Iterator[Variant]:
        """A picture that is not here yet is none; one of the further ones takes its place."""
        for variant in variants:
            names = (variant.picture, *variant.more_pictures)
            if not any(map(is_address, names)):
                yield variant
                continue
            here = [name for name in map(self._name, names) if name]
            yield replace(variant, picture=here[0] if here else "", more_pictures=tuple(here[1:]))

    def _name(self, name: str) -> str:
        if not is_address(name):
            return name
        if name not in self._names:
            self._new.add(name)
        return self._names.get(name, "")

    def enter(self, connection: Connection) -> None:
        """What is new is fetched from now on."""
        rows = [
            {"id": key(url), "url": url, "name": "", "tries": 0, "due": 0, "error": ""} for url in sorted(self._new)
        ]
        insert_new(connection, picture, rows)


def digest(connection: Connection) -> str:
    """Changes with every picture that was fetched."""
    hashed = sha256()
    query = select(picture.c.id, picture.c.name).where(picture.c.name != "").order_by(picture.c.id)
    for row in connection.execute(query):
        hashed.update(f"{row.id} {row.name}\n".encode())
    return hashed.hexdigest()
