"""Two whole boxes and a whole HQ over a real broker: one store reserves in the other, and each hears of the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.box import Box
from edge.domain import pickup
from edge.domain.picking import Picking
from edge.shop import Session
from hq.config import Broker, Config, Web
from hq.feeds.publish import publish
from hq.running import Running
from tests import mosquitto
from tests.hq.answers.known import count, furnish
from tests.hq.boxes import NOW
from tests.hq.waiting import until
from tests.system.boxes import Boxes

pytestmark = mosquitto.needed
HERE, THERE, SKU = "aurora-tallinn", "aurora-tartu", "BOOT-42"
MARI = Session(token="", staff="m1", name="Mari", station="staff", opened=0, touched=0)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with mosquitto.somewhere(tmp_path) as port:
        yield port


@pytest.fixture
def running(tmp_path: Path, broker: int) -> Iterator[Running]:
    """HQ with the showroom's catalogue published: three boots in Tartu."""
    running = Running(tmp_path / "hq", Config(web=Web(port=0), broker=Broker(address=f"127.0.0.1:{broker}")))
    furnish(running.hq)
    count(running.hq, SKU, 3, THERE, as_of=NOW + 1)
    with running.hq.engine.connect() as connection:
        publish(connection, running.hq.dir, running.hq.keys.signing, now=NOW)
    yield running
    running.stop()


@pytest.fixture
def boxes(tmp_path: Path, broker: int, running: Running) -> Iterator[Boxes]:
    boxes = Boxes(tmp_path, broker, running)
    yield boxes
    boxes.close()


def state(box: Box) -> str:
    (one,) = box.shop.reserving.all()
    return one.state


def counted(box: Box, store: str = THERE) -> int:
    counts = box.shop.reserving.less(box.shop.stock(SKU))
    return next(count.quantity for count in counts if count.store == store)


def queued(box: Box) -> list[Picking]:
    return box.shop.gathering.queue()


def test_one_store_reserves_in_another_and_both_know_how_it_stands(boxes: Boxes) -> None:
    here, there = boxes.start(HERE), boxes.start(THERE)
    one = here.shop.reserving.reserve(MARI, SKU, THERE, "en")
    until(lambda: queued(there))
    (picking,) = queued(there)
    assert (picking.basket, picking.source) == (one.id, HERE)
    assert abs(picking.until - one.until) < 60_000, "by the clock of HQ"
    until(lambda: state(here) == "waiting")
    until(lambda: (counted(here), counted(there)) == (2, 2))

    found = there.shop.gathering.find(pickup.spelled(pickup.code(one.id)).lower())
    there.shop.gathering.gather(MARI, found.basket, SKU, 1)
    until(lambda: state(here) == "aside")
    there.shop.gathering.buy(MARI, found.basket)
    until(lambda: state(here) == "collected")
    assert queued(there) == []

    two = here.shop.reserving.reserve(MARI, SKU, THERE, "en")
    until(lambda: queued(there))
    there.shop.gathering.release(MARI, two.id)
    until(lambda: [held.state for held in here.shop.reserving.all() if held.id == two.id] == ["gone"])

    three = here.shop.reserving.reserve(MARI, SKU, THERE, "en")
    until(lambda: queued(there))
    here.shop.reserving.release(MARI, three.id)
    until(lambda: queued(there) == [])


def test_what_is_reserved_while_the_other_box_is_away_waits_for_it_and_for_its_replacement(boxes: Boxes) -> None:
    here = boxes.start(HERE)
    one = here.shop.reserving.reserve(MARI, SKU, THERE, "en")
    until(lambda: state(here) == "passed")
    there = boxes.start(THERE)
    until(lambda: state(here) == "waiting")
    boxes.stop(there)
    replacement = boxes.start(THERE, "another")
    until(lambda: [picking.basket for picking in queued(replacement)] == [one.id])
