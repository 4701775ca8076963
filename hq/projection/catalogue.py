"""CatalogueTurned: which store runs which version of the catalogue, since when. VersionRefused: what it would not take.

The highest version counts, not the one told last: boxes take no older one, and a log that refills a restored HQ tells
again of versions that its store has long left.
"""

from sqlalchemy import select

from edge.domain.events import CatalogueTurned, VersionRefused
from hq.projection.scene import Scene, fitting
from hq.store import tables
from hq.store.insert import put


def project(scene: Scene, turned: CatalogueTurned) -> None:
    version = {"epoch": turned.epoch, "n": turned.n}
    row = fitting(tables.feed_position, {"store": scene.store, "feed": "catalogue", **version})
    position = tables.feed_position.c
    query = select(position.epoch, position.n).where(position.store == scene.store, position.feed == "catalogue")
    known = scene.connection.execute(query).first()
    if known is None or (turned.epoch, turned.n) > (known.epoch, known.n):  # a restart says it again: "since" stays
        put(scene.connection, tables.feed_position, row | {"since": scene.at})


def refused(scene: Scene, refusal: VersionRefused) -> None:
    """The latest of each feed: those before it stay in the events."""
    told = {"version": refusal.version, "reason": refusal.reason, "at": scene.at}
    put(
        scene.connection,
        tables.feed_refusal,
        fitting(tables.feed_refusal, {"store": scene.store, "feed": refusal.feed, **told}),
    )
