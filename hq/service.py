"""HQ, opened: everything its parts share, in one frozen bundle. `open_hq` is the one place that builds it.

D/keys/          the keys                       D/feeds/      the versions of the catalogue, compressed
D/hq.db          the database (SQLite)          D/pictures/   pictures by the hash of their content
D/journal.jsonl  what HQ itself decided         D/opened/     the newest catalogue, ready to be asked
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError

from edge.catalogue import Catalogue
from hq import clock as clocks
from hq import decisions, keys
from hq.catalogue import Newest
from hq.clock import Clock
from hq.config import Config
from hq.errors import HqError, KeysError
from hq.journal import Journal
from hq.keys import Keys
from hq.linking import regrouping
from hq.outcomes import following
from hq.pending import Pending
from hq.projection import counting
from hq.store import engine as engines
from hq.store import tables
from hq.store.insert import insert_new
from hq.store.migrate import migrate


@dataclass(frozen=True, kw_only=True)
class Hq:
    """What ingest, web and mail are given. `dir` is the data folder D."""

    dir: Path
    config: Config
    keys: Keys
    engine: Engine
    journal: Journal
    clock: Clock
    _newest: Newest = field(repr=False)
    pending: Pending = field(default_factory=Pending, repr=False)
    """Decisions that are made and wait for the database."""

    @property
    def public_url(self) -> str:
        """Without a slash at its end, as it stands in mails."""
        web = self.config.web
        return (web.public_url or f"http://{web.host}:{web.port}").rstrip("/")

    @property
    def pictures(self) -> Path:
        return self.dir / "pictures"

    @property
    def feeds(self) -> Path:
        return self.dir / "feeds"

    def catalogue(self) -> Catalogue | None:
        """The newest published version, None before the first one. Safe from every thread; don't close it."""
        with self.reading() as connection:
            return self._newest.of(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, and waits for no writer."""
        with engines.reading(self.engine) as connection:
            yield connection

    def close(self) -> None:
        self._newest.close()
        self.engine.dispose()


def open_hq(directory: Path, config: Config | None = None, *, clock: Clock = clocks.now) -> Hq:
    """Opens the HQ under `directory`, making keys, database and journal on the first start. Raises HqError."""
    config = config or Config()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_lost_keys(directory)
    own = keys.open_or_create(directory / "keys")
    if not config.database.url:  # SQLite makes its other files with the same mode
        (directory / "hq.db").touch(mode=0o600)
    engine = engines.create(engines.url_of(directory, config.database.url))
    try:
        migrate(engine)
        _settle(engine, own)
        journal = Journal(directory / "journal.jsonl", clock)
        decisions.catch_up(journal, engine)
        regrouping.catch_up(engine)
        counting.catch_up(engine)
        following.catch_up(engine)
    except OperationalError as error:
        engine.dispose()
        raise HqError(f"The database can't be opened: {error.orig}. Look at database.url.") from error
    except HqError:
        engine.dispose()
        raise
    newest = Newest(directory / "feeds", directory / "opened")
    return Hq(dir=directory, config=config, keys=own, engine=engine, journal=journal, clock=clock, _newest=newest)


def _refuse_lost_keys(directory: Path) -> None:
    if (directory / "hq.db").exists() and not (directory / "keys").exists():
        why = f"{directory / 'keys'} is missing, but the database is there: fresh keys could not read it."
        raise KeysError(f"{why} Restore the folder from a backup of the keys.")


def _settle(engine: Engine, own: Keys) -> None:
    """Gives a new database its name and its first life, and makes sure that it is the one these keys belong to."""
    fresh = {"instance": secrets.token_hex(8), "epoch": "1", "keys": own.fingerprint}
    with engine.begin() as connection:
        insert_new(connection, tables.setting, [{"key": key, "value": value} for key, value in fresh.items()])
        if setting(connection, "keys") != own.fingerprint:
            raise KeysError("These keys belong to another database. Restore the keys folder that was saved with it.")


def setting(connection: Connection, key: str) -> str:
    """The value of a setting that is known to be there."""
    query = select(tables.setting.c.value).where(tables.setting.c.key == key)
    return str(connection.execute(query).scalar_one())
