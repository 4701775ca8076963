"""HQ's ledger: `sync.ledger.Ledger` on SQLAlchemy. Events, what is derived from them and the mark commit together."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, exc

from hq.clock import Clock
from hq.projection.scene import Rules
from hq.service import Hq, setting
from hq.transaction import STORAGE, SqlTransaction
from sync.ledger import Again, Care, Unavailable

RIVALS = ("40001", "40P01")
"""PostgreSQL's words for two transactions of which one had to yield: serialization failure, deadlock."""


CACHE = 64 * 1024
"""KiB of pages that SQLite keeps for the connection that writes events: a sixth more events a second among 400,000."""


class SqlLedger:
    """One per process."""

    def __init__(self, engine: Engine, rules: Rules, clock: Clock) -> None:
        self._engine, self._rules, self._clock = engine, rules, clock
        with engine.begin() as connection:
            self._instance = setting(connection, "instance")
            self._epoch = int(setting(connection, "epoch"))

    @property
    def instance(self) -> str:
        return self._instance

    @property
    def epoch(self) -> int:
        return self._epoch

    def now(self) -> int:
        return self._clock()

    @contextmanager
    def transaction(self, care: Care = Care.LAST) -> Iterator[SqlTransaction]:
        try:
            with self._engine.begin() as connection:
                _make_room(connection)
                opened = SqlTransaction(connection, self._rules, self._clock(), care)
                yield opened
                opened.flush()
        except (*STORAGE, exc.TimeoutError) as error:
            if isinstance(error, exc.OperationalError) and getattr(error.orig, "sqlstate", "") in RIVALS:
                raise Again from error
            raise Unavailable(f"the database fails: {type(error.__cause__ or error).__name__}: {error}") from error
        except exc.DBAPIError as error:
            raise Again from error


def _make_room(connection: Connection) -> None:
    """Event ids are random: each lies on another page of its index, and SQLite would read it again every time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")


def rules_of(hq: Hq) -> Rules:
    config = hq.config
    return Rules(keys=hq.keys, mail_domain=config.mail.domain, control=config.audience.control, journal=hq.journal)


def ledger_of(hq: Hq) -> SqlLedger:
    return SqlLedger(hq.engine, rules_of(hq), hq.clock)
