"""A real HQ per test: on SQLite in a folder, and on PostgreSQL, whose server the tests start themselves."""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from hq import stores
from hq.config import Config, Database
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq, open_hq
from tests import postgresql
from tests.hq.boxes import NOW, STORE, Box, box_of


class Clock:
    """HQ's clock, set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


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


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A schema of its own."""
    schema = f"tote_{secrets.token_hex(6)}"
    server = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joint = "&" if "?" in postgresql_server else "?"
    yield f"{postgresql_server}{joint}options=-csearch_path%3D{schema}"
    with server.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.fixture
def open_it(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Hq]]:
    """Opens the HQ of this test, as often as a test starts it."""
    opened: list[Hq] = []

    def start(config: Config | None = None) -> Hq:
        opened.append(open_hq(tmp_path / "hq", config, clock=clock))
        return opened[-1]

    yield start
    for hq in opened:
        hq.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_hq(request: pytest.FixtureRequest, open_it: Callable[..., Hq]) -> Hq:
    """HQ on each of the databases, with one store registered."""
    postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if postgresql else ""
    return registered(open_it(Config(database=Database(url=url))))


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    """HQ on SQLite, with one store registered."""
    return registered(open_it())


def registered(hq: Hq) -> Hq:
    with hq.engine.begin() as connection:
        stores.register(connection, STORE)
    return hq


@pytest.fixture
def box(hq: Hq) -> Box:
    return box_of(hq)


@pytest.fixture
def ledger(hq: Hq) -> SqlLedger:
    return ledger_of(hq)
