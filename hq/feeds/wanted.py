"""A new version soon: who changes the catalogue by the minute says so, and it is published once for all of them."""

from functools import partial

from sqlalchemy import Connection, delete, select

from hq.feeds.unasked import publish_unasked
from hq.recurring import Recurring
from hq.service import Hq
from hq.store.insert import put
from hq.store.tables import setting

WANTED = "publish.wanted"
"""The setting that says when, in milliseconds since 1970."""
POLL = 1.0


def want(connection: Connection, at: int) -> None:
    """A version is to be published by `at` (milliseconds since 1970) with what this transaction changes."""
    known = due(connection)
    if known is None or at < known:
        put(connection, setting, {"key": WANTED, "value": str(at)})


def due(connection: Connection) -> int | None:
    value = connection.scalar(select(setting.c.value).where(setting.c.key == WANTED))
    return None if value is None else int(value)


def publish_wanted(hq: Hq) -> bool:
    """Publishes if it is time. What is wanted meanwhile is wanted anew. Whether it was time."""
    with hq.reading() as connection:
        at = due(connection)
    if at is None or at > hq.clock():
        return False
    with hq.engine.begin() as connection:
        connection.execute(delete(setting).where(setting.c.key == WANTED))
    try:
        publish_unasked(hq, note="what came in since")
    except BaseException:
        with hq.engine.begin() as connection:
            want(connection, hq.clock() + 60_000)
        raise
    return True


def publisher(hq: Hq, *, poll: float = POLL) -> Recurring:
    """The thread that publishes what was wanted. What is wanted when it stops is published by the next start."""
    return Recurring("publishing", (partial(publish_wanted, hq), "a wanted version could not be published"), poll=poll)
