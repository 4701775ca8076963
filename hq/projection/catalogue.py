"""CatalogueTurned: which store runs which version of the catalogue, since when."""

from sqlalchemy import select

from edge.domain.events import CatalogueTurned
from hq.projection.scene import Scene, fitting
from hq.store import tables
from hq.store.insert import put


def project(scene: Scene, turned: CatalogueTurned) -> None:
    version = {"epoch": turned.epoch, "n": turned.n}
    row = fitting(tables.feed_position, {"store": scene.store, "feed": "catalogue", **version})
    position = tables.feed_position.c
    known = select(position.store).where(*(position[name] == value for name, value in row.items()))
    if scene.connection.scalar(known) is None:  # a restart says it again: "since" stays
        put(scene.connection, tables.feed_position, row | {"since": scene.at})
