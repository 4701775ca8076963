"""A new version soon: who changes the catalogue by the minute says so, and it is published once for all of them."""

import logging
from threading import Event, Thread

from sqlalchemy import Connection, delete, select

from hq.feeds.publish import publish
from hq.service import Hq
from hq.store.insert import put
from hq.store.tables import setting

log = logging.getLogger(__name__)

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
        with hq.engine.connect() as connection:
            publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), note="what came in since")
    except BaseException:
        with hq.engine.begin() as connection:
            want(connection, hq.clock() + 60_000)
        raise
    return True


class Publisher:
    """The thread that publishes what was wanted."""

    def __init__(self, hq: Hq, *, poll: float = POLL) -> None:
        self._hq, self._poll = hq, poll
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="publishing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is wanted then is published by the next start."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self._poll):
            try:
                publish_wanted(self._hq)
            except Exception:
                log.exception("a version that is wanted could not be published; next try in a minute")
