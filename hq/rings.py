"""Roll-outs: which version the stores of which ring are told of, and whether they are told at all just now.

A version goes to everybody, or to the ring `canary` first and then, promoted, to everybody. A ring that is paused is
told of nothing; stores that have a version keep it. A pause of everybody is one of the canaries too. What was wrong is
reverted by a new version with the old content (`hq.feeds.reverting`): a box never takes an older one.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from edge.catalogue import Version
from hq.errors import InputError
from hq.store.insert import put
from hq.store.tables import feed_ring, feed_version, store_ring

CATALOGUE = "catalogue"
ALL, CANARY = "all", "canary"
RINGS = (ALL, CANARY)


@dataclass(frozen=True, kw_only=True)
class Ring:
    """`since`: when its stores were first told of this version, in milliseconds since 1970."""

    name: str
    version: Version
    paused: bool
    since: int


def ring(connection: Connection, name: str) -> Ring | None:
    """None where nothing was published yet. What everybody has the canaries have too, and so is it with a pause."""
    own = _row(connection, name)
    if name == ALL:
        return own or _unringed(connection)
    everybody = ring(connection, ALL)
    if own is None or everybody is None:
        return own or (everybody and replace(everybody, name=name))
    paused = own.paused or everybody.paused
    if own.version > everybody.version:
        return replace(own, paused=paused)
    return replace(own, version=everybody.version, since=everybody.since, paused=paused)


def newest_version(connection: Connection, feed: str = CATALOGUE) -> Row[Any] | None:
    """The row of `feed_version` with the highest version of a feed, whoever is told of it."""
    version = feed_version.c
    query = select(feed_version).where(version.feed == feed)
    return connection.execute(query.order_by(version.epoch.desc(), version.n.desc()).limit(1)).first()


def everybodys(connection: Connection) -> Row[Any] | None:
    """The row of the version that everybody has, or is to have when a pause ends."""
    known = ring(connection, ALL)
    return version_row(connection, known.version) if known else None


def version_row(connection: Connection, version: Version) -> Row[Any] | None:
    v = feed_version.c
    where = (v.feed == CATALOGUE) & (v.epoch == version.epoch) & (v.n == version.n)
    return connection.execute(select(feed_version).where(where)).first()


def _row(connection: Connection, name: str) -> Ring | None:
    row = connection.execute(select(feed_ring).where(feed_ring.c.feed == CATALOGUE, feed_ring.c.ring == name)).first()
    return Ring(name=name, version=Version(row.epoch, row.n), paused=row.paused, since=row.since) if row else None


def _unringed(connection: Connection) -> Ring | None:
    """Of versions that were published before there were rings."""
    row = newest_version(connection)
    return Ring(name=ALL, version=Version(row.epoch, row.n), paused=False, since=row.built) if row else None


def announce(connection: Connection, name: str, version: Version, *, now: int, paused: bool | None = None) -> None:
    """Tell the stores of a ring of `version` from now on; a pause stays as it is where `paused` does not say. One of
    everybody's ends for the canaries too."""
    before = _row(connection, name)
    halted = (before is not None and before.paused) if paused is None else paused
    row = {"feed": CATALOGUE, "ring": name, "epoch": version.epoch, "n": version.n, "paused": halted, "since": now}
    put(connection, feed_ring, row)
    if name == ALL and paused is False:
        connection.execute(update(feed_ring).where(feed_ring.c.feed == CATALOGUE).values(paused=False))


def settle(connection: Connection) -> None:
    """Before a ring gets a version of its own: what everybody has stays what everybody has. Raises InputError."""
    known = ring(connection, ALL)
    if known is None:
        raise InputError("The first version goes to everybody: leave --ring out.")
    announce(connection, ALL, known.version, now=known.since)


def promote(connection: Connection, *, now: int) -> Version:
    """What the canaries have goes to everybody. Raises InputError where they have nothing of their own."""
    canary, everybody = ring(connection, CANARY), ring(connection, ALL)
    if canary is None or (everybody and canary.version <= everybody.version):
        raise InputError("The canaries have no version that the others lack: tote-hq publish --ring canary makes one.")
    announce(connection, ALL, canary.version, now=now)
    return canary.version


def pause(connection: Connection, name: str, paused: bool) -> Ring:
    """Raises InputError before the first version, and where the canaries alone are to go on in a pause of everybody."""
    known, everybody = ring(connection, name), ring(connection, ALL)
    if known is None:
        raise InputError("Nothing was published yet: there is no roll-out to pause.")
    if name != ALL and not paused and everybody and everybody.paused:
        raise InputError("Everybody is paused, not only the canaries: tote-hq publish --resume ends that.")
    announce(connection, name, known.version, now=known.since, paused=paused)
    return replace(known, paused=paused)


def join(connection: Connection, store: str, name: str) -> None:
    """`store` belongs to that ring and no other."""
    connection.execute(delete(store_ring).where(store_ring.c.store == store))
    if name != ALL:
        put(connection, store_ring, {"store": store, "ring": name})


def members(connection: Connection, name: str) -> list[str]:
    """The stores of a ring; those of `ALL`, who are all the others, are not listed."""
    return sorted(connection.scalars(select(store_ring.c.store).where(store_ring.c.ring == name)))


def rings_of(connection: Connection) -> dict[str, str]:
    """By store; who is not named belongs to `ALL`."""
    return {row.store: row.ring for row in connection.execute(select(store_ring))}
