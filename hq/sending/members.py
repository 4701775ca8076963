"""An audience and what a platform has of it, brought together: removals first, then who is new.

`told_key` keeps what the platform took. Whoever may not be there any more (withdrew, bought, was erased …) is taken out
by the hash that was sent; whoever is in the audience and not there yet is added. Everybody is judged just before the
request they are in, again before it is repeated, and what it changed is kept as soon as the platform took it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, select

from hq import people
from hq.audience import judging
from hq.config_marketing import Audiences
from hq.exports.members import included
from hq.exports.platforms import Platform
from hq.sending.adapters import Audience, Key
from hq.sending.posting import Line
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.many import among

AT_ONCE = 2_000
"""People, or hashes that are there, looked at together."""
_TOLD = tables.told_key.c


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """A hash, and whose it is."""

    key: Key
    person: str | None


class Membership:
    """Of one destination."""

    def __init__(self, hq: Hq, destination: str, audience: Audiences, hashing: Platform) -> None:
        self._hq, self._destination, self._audience, self._hashing = hq, destination, audience, hashing

    def remove(self, platform: Audience, line: Line) -> Iterator[int]:
        """How many hashes each request took out."""
        for keys in self.surplus(platform.most):
            line.persist(partial(platform.remove, keys))
            with self._hq.engine.begin() as connection:
                gone = among(_TOLD.key, [key.value for key in keys])
                connection.execute(delete(tables.told_key).where(_TOLD.destination == self._destination, gone))
            yield len(keys)

    def add(self, platform: Audience, line: Line) -> Iterator[int]:
        """How many hashes each request put in."""
        for persons in self._some():
            more = platform.most
            while more == platform.most:
                if more := line.persist(partial(self._put, platform, persons)):
                    yield more

    def _put(self, platform: Audience, persons: Sequence[str]) -> int:
        """One request at most: 0 where all of them are there who may be."""
        if some := self._fresh(persons)[: platform.most]:
            platform.add([one.key for one in some])
            with self._hq.engine.begin() as connection:
                insert_new(connection, tables.told_key, [self._row(one) for one in some])
        return len(some)

    def surplus(self, most: int) -> Iterator[list[Key]]:
        """What the platform has and may not have any more, up to `most` at a time."""
        after = ""
        while rows := self._page(after):
            with self._hq.reading() as connection:
                persons = sorted({one.person for one in rows if one.person})
                kept = {one.key for one in self._current(connection, persons)}
            gone = [one.key for one in rows if one.key not in kept]
            for begin in range(0, len(gone), most):
                yield gone[begin : begin + most]
            after = rows[-1].key.value

    def missing(self) -> Iterator[list[Theirs]]:
        """Who is in the audience now, and not at the platform."""
        return map(self._fresh, self._some())

    def _some(self) -> Iterator[list[str]]:
        with self._hq.reading() as connection:
            everybody = judging.members(connection, self._audience, self._hq.config, self._hq.clock())
        for begin in range(0, len(everybody), AT_ONCE):
            yield everybody[begin : begin + AT_ONCE]

    def _fresh(self, persons: Sequence[str]) -> list[Theirs]:
        with self._hq.reading() as connection:
            return self._untold(connection, self._current(connection, persons))

    def _current(self, connection: Connection, persons: Sequence[str]) -> list[Theirs]:
        """The hashes of those of `persons` who are in the audience at this moment."""
        audience, hq = self._audience, self._hq
        found = included(connection, audience, hq.config, hq.clock(), persons)
        return [
            Theirs(key=key, person=person)
            for person in found
            for key in keys_of(self._hashing, people.identities(connection, person))
        ]

    def _untold(self, connection: Connection, some: Sequence[Theirs]) -> list[Theirs]:
        """Each hash once: two people may share an address in the platform's eyes."""
        values = {one.key.value: one for one in some}
        known = select(_TOLD.key).where(_TOLD.destination == self._destination, among(_TOLD.key, list(values)))
        there = set(connection.scalars(known))
        return [one for value, one in values.items() if value not in there]

    def _page(self, after: str) -> list[Theirs]:
        query = select(_TOLD.key, _TOLD.kind, _TOLD.person).where(
            _TOLD.destination == self._destination, _TOLD.key > after
        )
        with self._hq.reading() as connection:
            rows = connection.execute(query.order_by(_TOLD.key).limit(AT_ONCE)).all()
        return [Theirs(key=Key(value=row.key, kind=row.kind), person=row.person) for row in rows]

    def _row(self, one: Theirs) -> dict[str, object]:
        return {
            "destination": self._destination,
            "key": one.key.value,
            "kind": one.key.kind,
            "person": one.person,
            "since": self._hq.clock(),
        }


def keys_of(platform: Platform, identities: Sequence[people.Identity]) -> list[Key]:
    """Without what the platform would not take, each once."""
    normalise = {"mail": platform.mail, "phone": platform.phone}
    found: dict[Key, None] = {}
    for one in identities:
        if one.kind in normalise:
            try:
                value = platform.hashed(normalise[one.kind](one.value))
            except ValueError:
                continue
            found[Key(value=value, kind=one.kind)] = None
    return list(found)
