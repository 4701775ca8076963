"""A whole box and a whole HQ over a real broker: what HQ knows better reaches the screen, and its absence is said."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from edge.box import Box
from edge.config_file import parse
from hq import identity
from hq.config import Broker, Config, Web
from hq.feeds.publish import publish
from hq.running import Running
from hq.service import Hq
from hq.store import tables
from tests import mosquitto
from tests.hq.answers.known import CARD, count, furnish, sarah
from tests.hq.boxes import NOW
from tests.hq.showroom import GTIN

pytestmark = mosquitto.needed
SETTINGS = """
dir = "{dir}"
store = "aurora-tallinn"
languages = ["en", "de", "es", "et"]
[screen]
port = 0
[hq]
broker = "127.0.0.1:{port}"
url = "{hq.url}"
seal_key = "{seal}"
verify_key = "{verify}"
[[codes.range]]
kind = "loyalty"
pattern = '29\\d{{11}}'
[[station]]
id = "tablet"
kind = "tablet"
[[station]]
id = "wall"
kind = "wall"
"""
AWAY = "Headquarters can’t be reached just now"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with mosquitto.somewhere(tmp_path) as port:
        yield port


@pytest.fixture
def running(tmp_path: Path, broker: int) -> Iterator[Running]:
    """HQ with the showroom's catalogue published, and Sarah."""
    config = Config(web=Web(port=0), broker=Broker(address=f"127.0.0.1:{broker}"))
    running = Running(tmp_path / "hq", config)
    furnish(running.hq)
    sarah(running.hq)
    with running.hq.engine.connect() as connection:
        publish(connection, running.hq.dir, running.hq.keys.signing, now=NOW)
    yield running
    running.stop()


@pytest.fixture
def box(tmp_path: Path, broker: int, running: Running) -> Iterator[Box]:
    keys = running.hq.keys
    settings = SETTINGS.format(
        dir=tmp_path / "box", port=broker, hq=running, seal=keys.seal_public.hex(), verify=keys.verify.hex()
    )
    box = Box(parse(settings))
    box.start()
    until(lambda: box.shop.catalogue.by_gtin(GTIN) and box.line_up())
    yield box
    box.stop()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def scan(box: Box, text: str, station: str = "tablet") -> None:
    requests.post(f"{box.url}/s/{station}/scan", json={"text": text}, timeout=10).raise_for_status()


def page(box: Box, station: str = "tablet") -> str:
    return requests.get(f"{box.url}/s/{station}", timeout=10).text


def test_a_count_of_this_moment_is_shown_though_no_catalogue_carries_it(running: Running, box: Box) -> None:
    count(running.hq, "BOOT-42", 77, as_of=time.time_ns() // 1_000_000)
    scan(box, GTIN)
    until(lambda: ">77<" in page(box))
    assert AWAY not in page(box)


def test_a_card_is_greeted_by_what_its_screen_may_show(running: Running, box: Box) -> None:
    scan(box, CARD, "wall")
    until(lambda: "Tere tulemast tagasi, S." in page(box, "wall"))
    assert "usual-sizes" not in page(box, "wall")
    scan(box, CARD, "tablet")
    until(lambda: "usual-sizes" in page(box))
    assert known_by_card(running.hq)


def known_by_card(hq: Hq) -> str | None:
    """The control: HQ found her by a digest, and has the number nowhere else."""
    with hq.reading() as connection:
        digest = identity.digest(hq.keys, "card", CARD)
        profile: str | None = connection.scalar(
            select(tables.identity.c.profile).where(tables.identity.c.digest == digest)
        )
        bodies = connection.scalars(select(tables.event.c.body)).all()
    assert not [body for body in bodies if CARD in body]
    return profile


def test_hq_that_is_gone_is_said_and_the_shop_goes_on(running: Running, box: Box) -> None:
    running.stop()
    scan(box, GTIN)
    assert "Fjell trail boot" in page(box)
    until(lambda: AWAY in page(box))
    scan(box, CARD)
    until(lambda: "We can’t look you up right now" in page(box))
