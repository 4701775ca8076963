"""Box and HQ over a cluster of three NATS nodes instead of Mosquitto, one of which dies while events flow."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.wire.box import Box
from hq import stores
from hq.line import HqLine
from hq.service import Hq, open_hq
from hq.store import tables
from tests import nats

STORE = "aurora-tallinn"


@pytest.fixture
def nodes() -> Iterator[list[nats.Node]]:
    if why := nats.missing():
        pytest.skip(why)
    with nats.cluster() as nodes:
        yield nodes


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    with closing(open_hq(tmp_path / "hq")) as hq:
        with hq.engine.begin() as connection:
            stores.register(connection, STORE)
        yield hq


@pytest.mark.timeout(240)
def test_a_node_that_dies_while_events_flow_costs_nothing(hq: Hq, nodes: list[nats.Node], tmp_path: Path) -> None:
    line = HqLine(hq, [node.address for node in nodes[1:]])
    line.start()
    box = Box(tmp_path, STORE, [node.address for node in nodes], hq.keys.seal_public)
    stopping = threading.Event()
    shopping = threading.Thread(target=lambda: [box.scan() for _ in iter(lambda: stopping.wait(0.01), True)])
    try:
        box.sync.start()
        _until(lambda: box.drained() and box.sync.line_up)
        shopping.start()
        _until(lambda: _mark(hq) > 50)
        nodes[0].kill()
        _until(lambda: not box.sync.line_up)
        before = box.log.head()
        _until(lambda: _mark(hq) > before)
    finally:
        stopping.set()
        shopping.join()
    _until(box.drained)
    assert _numbers(hq) == list(range(1, box.log.head() + 1))
    box.close()
    line.stop()


def _mark(hq: Hq) -> int:
    with hq.reading() as connection:
        return connection.scalar(select(tables.log.c.mark)) or 0


def _numbers(hq: Hq) -> list[int]:
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.event.c.n).order_by(tables.event.c.n)))


def _until(holds: Callable[[], bool], patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
