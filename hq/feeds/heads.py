"""What lies at the broker for each feed and ring: the signed head, and beside it what helps a box to follow."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from edge.catalogue import Version
from edge.catalogue.stock import FEED as STOCK
from edge.domain.coupon import FEED as OFFERS
from hq import rings
from hq.store.tables import feed_version
from sync import topics
from sync.codec import FeedDelta, decode_delta, decode_head, encode_head

STEPS = 8
"""Deltas that travel with a head: a box that is further behind asks for them."""
CLEARED = b""
"""What takes a head away from the broker."""


def heads(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Topic and payload of each; CLEARED where nobody is to be told."""
    for name in rings.RINGS:
        known = rings.ring(connection, name)
        if known:
            yield topics.feed(rings.CATALOGUE, "" if name == rings.ALL else name), _catalogue(connection, known)
    newest = select(feed_version.c.feed, feed_version.c.head).where(feed_version.c.feed.in_((STOCK, OFFERS)))
    for row in connection.execute(newest):
        yield topics.feed(row.feed), row.head


def _catalogue(connection: Connection, ring: rings.Ring) -> bytes:
    members = rings.members(connection, ring.name) if ring.name != rings.ALL else []
    row = rings.version_row(connection, ring.version)
    if row is None or ring.paused or (ring.name != rings.ALL and not members):
        return CLEARED
    more: dict[str, object] = {"stores": tuple(members)} if members else {}
    if steps := steps_to(connection, ring.version, STEPS):
        more["deltas"] = tuple(steps)
    canary = rings.ring(connection, rings.CANARY)
    if ring.name == rings.ALL and canary and canary.version > ring.version:
        more["newest"] = (canary.version.epoch, canary.version.n)
    head: bytes = row.head
    return encode_head(msgspec.structs.replace(decode_head(head), **more)) if more else head


def steps_to(connection: Connection, version: Version, most: int) -> list[FeedDelta]:
    """The last deltas that lead to `version` without a break, the first of them first."""
    v = feed_version.c
    up_to = (v.epoch < version.epoch) | ((v.epoch == version.epoch) & (v.n <= version.n))
    query = select(v.epoch, v.n, v.delta).where(v.feed == rings.CATALOGUE, up_to)
    wanted, steps = (version.epoch, version.n), list[FeedDelta]()
    for row in connection.execute(query.order_by(v.epoch.desc(), v.n.desc()).limit(most)):
        if (row.epoch, row.n) != wanted or row.delta is None:
            break
        steps.append(decode_delta(row.delta))
        wanted = steps[-1].since
    return steps[::-1]


def steps_between(connection: Connection, since: Version, until: Version) -> list[FeedDelta]:
    """Those that lead from `since` to `until`, without their octets; [] where there is no unbroken way."""
    steps = steps_to(connection, until, 1_000)
    begun = [at for at, step in enumerate(steps) if Version(*step.since) == since]
    bare = (msgspec.structs.replace(step, data=msgspec.UNSET) for step in steps[begun[0] :]) if begun else ()
    return list(bare)
