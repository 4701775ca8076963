"""Events of people who were erased, and who may have come back since.

What HQ decides about such an event stands in the journal before it takes effect: it is not decided anew, and perhaps
otherwise, when a restored HQ hears the event again from a box whose clock has been put right.
"""

from sqlalchemy import select

from hq import decisions
from hq.journal import Kind
from hq.projection import times
from hq.projection.scene import Scene
from hq.store import tables


def belongs_to_the_erased(scene: Scene, digest: str) -> bool:
    """Whether the event of `scene`, whose address has this digest, is from before its person was erased: it then was
    still on its way. Whoever gives their address afterwards is a new person."""
    erased = scene.ahead.erased(digest)
    if erased is None or _returned(scene):
        return False
    if _when(scene) > erased:
        _decided(scene, "returned")
        return False
    _decided(scene, "erased-late")
    return True


def _returned(scene: Scene) -> bool:
    entry = tables.decision.c
    query = select(entry.id).where(entry.subject == scene.envelope.id, entry.kind == "returned")
    return scene.connection.scalar(query) is not None


def _when(scene: Scene) -> int:
    """By HQ's clock, as far as it knows the box's."""
    skew = select(tables.log.c.skew).where(tables.log.c.log_id == scene.envelope.log)
    return times.possible(scene.envelope.at - (scene.connection.scalar(skew) or 0), scene.received)


def _decided(scene: Scene, kind: Kind) -> None:
    if scene.rules.journal is not None:
        decisions.apply(scene.connection, scene.rules.journal.append(kind, scene.envelope.id))
