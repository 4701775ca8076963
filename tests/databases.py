"""Fixtures: the databases of boxes and of HQ for tests, migrated once and copied: a tenth of what all steps cost. What
older databases go through is tested by `tests/edge/store` and `tests/hq/store`, with the real steps."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlite_utils
from sqlalchemy import Engine

from edge.store import database
from hq import service
from hq.store import engine as engines
from hq.store.migrate import migrate
from tests import postgresql


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An HQ that a test opens on SQLite begins with a copy, from memory: a test may be another user by then."""
    template = tmp_path_factory.mktemp("migrated") / "hq.db"
    _migrate(f"sqlite:///{template}")
    octets = template.read_bytes()

    def begun(engine: Engine) -> None:
        file = Path(engine.url.database or "")
        if engine.dialect.name == "sqlite" and file.is_file() and file.stat().st_size == 0:
            file.write_bytes(octets)
        migrate(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "migrate", begun)
        yield


@pytest.fixture(scope="session", autouse=True)
def store_migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Likewise a box's store."""
    template = tmp_path_factory.mktemp("store") / "store.db"
    database.Database(template).close()
    octets, opened = template.read_bytes(), database._open

    def begun(path: Path) -> sqlite_utils.Database:
        if path.parent.is_dir() and not path.exists():
            with suppress(OSError):  # a folder or a disk that takes nothing is a test's own matter
                path.write_bytes(octets)
        return opened(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_open", begun)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL: the one that TOTE_TEST_POSTGRESQL names, else one of the tests' own."""
    if named := os.environ.get("TOTE_TEST_POSTGRESQL", ""):
        yield named
        return
    if not postgresql.program("initdb"):
        pytest.skip("no PostgreSQL server is installed: run scripts/setup")
    with postgresql.running(**postgresql.QUICK) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: str) -> Iterator[str]:
    """The name of the database that is copied."""
    with postgresql.database(postgresql_server) as name:
        _migrate(postgresql.url_of(postgresql_server, name))
        yield name


@pytest.fixture
def postgresql_url(postgresql_server: str, migrated_database: str) -> Iterator[str]:
    """A database of the test's own, with HQ's tables, all empty."""
    with postgresql.database(postgresql_server, template=migrated_database) as name:
        yield postgresql.url_of(postgresql_server, name)


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database of the test's own, without any table."""
    with postgresql.database(postgresql_server) as name:
        yield postgresql.url_of(postgresql_server, name)


def _migrate(url: str) -> None:
    fresh = engines.create(url)
    migrate(fresh)
    fresh.dispose()
