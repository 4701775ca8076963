"""A real HQ per test: on SQLite in a folder, and on PostgreSQL, whose server the tests start themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hq import stores
from hq.config import Config, Database
from hq.ledger import SqlLedger, ledger_of
from hq.service import Hq, open_hq
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
