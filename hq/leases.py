"""Which shards a process takes in, where several share one PostgreSQL: session-level advisory locks.

Each worker holds one lock that says that it is alive, and one for each shard it works on; both end with its connection,
so that nobody has to agree on a clock or to clean up after a crash. Alive workers share the shards evenly. Nothing
depends on it but speed: were a shard held twice, the lock on a log's row would still keep its batches in order.
"""

import logging
from random import Random
from zlib import crc32

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from sync.topics import SHARDS

log = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between looks at who is there: twice this, and a dead worker's shards are taken over."""
LEADER = SHARDS
"""The lock of the one worker that publishes the heads of the feeds."""
MEMBERS = 1000
"""Locks from this number on are one worker's each."""
DEAD_LINE = {"keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 2, "tcp_user_timeout": 3000}
"""How soon both ends notice that the other's machine vanished: seconds, and milliseconds, in libpq's words."""
_HELD = text(
    "SELECT objid::bigint, pid = pg_backend_pid() FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid::bigint = :of"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_TAKE, _GIVE = text("SELECT pg_try_advisory_lock(:of, :lock)"), text("SELECT pg_advisory_unlock(:of, :lock)")


class Leases:
    """Call `renew` every `POLL` seconds; then `shards` says what to work on."""

    def __init__(self, engine: Engine, instance: str) -> None:
        """`instance` names the database's HQ: several may live on one server."""
        self.shards: frozenset[int] = frozenset()
        self.leads = False
        self._of = crc32(instance.encode()) >> 1  # the locks' numbers are signed
        self._random = Random()  # noqa: S311  (who is who, not a secret)
        self._engine = create_engine(
            engine.url,
            isolation_level="AUTOCOMMIT",
            pool_size=1,
            max_overflow=0,
            connect_args=DEAD_LINE | {"connect_timeout": 3},
        )
        self._connection: Connection | None = None
        self._lost = False

    def renew(self) -> None:
        """Gives back what is more than this worker's share, takes what nobody has. A worker that can't reach the
        database holds nothing. Never raises for the database's troubles."""
        try:
            self._share(self._connection or self._joined())
            self._lost = False
        except DBAPIError as error:
            if not self._lost:
                log.warning("no shards can be held, for now: %s", error.orig)
            self._lost = True
            self.close()

    def close(self) -> None:
        """Gives everything back at once."""
        self.shards, self.leads = frozenset(), False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # the locks end with the session
            connection.close()
        self._engine.dispose()

    def _joined(self) -> Connection:
        self._connection = connection = self._engine.connect()
        for name, value in DEAD_LINE.items():
            connection.execute(text(f"SET {name.replace('keepalives', 'tcp_keepalives')} = {value}"))
        while not self._take(connection, self._random.randrange(MEMBERS, 2**31)):
            pass  # somebody else drew the same number
        return connection

    def _share(self, connection: Connection) -> None:
        held = [(int(lock), bool(own)) for lock, own in connection.execute(_HELD, {"of": self._of})]
        mine = {lock for lock, own in held if own and lock < SHARDS}
        share = _share_of([own for lock, own in sorted(held) if lock >= MEMBERS])
        for lock in sorted(mine)[share:]:
            connection.execute(_GIVE, {"of": self._of, "lock": lock})
        mine = set(sorted(mine)[:share])
        free = sorted(set(range(SHARDS)) - {lock for lock, _ in held})
        self._random.shuffle(free)
        mine |= {lock for lock in free[: share - len(mine)] if self._take(connection, lock)}
        self.leads = self.leads or self._take(connection, LEADER)
        if mine != self.shards:
            log.info("this worker takes in %s of %s shards", len(mine), SHARDS)
        self.shards = frozenset(mine)

    def _take(self, connection: Connection, lock: int) -> bool:
        return bool(connection.scalar(_TAKE, {"of": self._of, "lock": lock}))


def _share_of(members: list[bool]) -> int:
    """How many shards are this worker's; `members` are the workers alive in an order they agree on, True for this."""
    each, over = divmod(SHARDS, len(members))
    return each + (members.index(True) < over)


def workers(connection: Connection, instance: str) -> int:
    """How many processes take in events into the HQ of this name."""
    if connection.dialect.name != "postgresql":
        return 0
    held = connection.execute(_HELD, {"of": crc32(instance.encode()) >> 1})
    return sum(lock >= MEMBERS for lock, _ in held)
