"""The fleet's page at fifteen hundred stores: what is wrong first, found, paged; one box with all it says of itself."""

import re
from collections.abc import Iterator
from contextlib import closing
from time import perf_counter

import pytest
from flask.testing import FlaskClient

from edge.domain.box_state import BoxState, ReaderState, StationState
from hq import stores
from hq.fleet import states
from hq.fleet.boxes import PAGE
from hq.fleet.states import Heard
from hq.service import Hq, open_hq
from hq.web import create_app

STORES, SOON = 1_500, 3.0
NOW = 1_790_586_000_000
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hq]:
    with closing(open_hq(tmp_path_factory.mktemp("fleet") / "hq", clock=lambda: NOW)) as hq:
        with hq.engine.begin() as connection:
            for n in range(STORES):
                stores.register(connection, f"store-{n:04}")
            states.keep(connection, {f"store-{n:04}": said(n) for n in range(STORES)}, now=NOW)
        yield hq


def said(n: int) -> Heard:
    """The fourth has a reader down with a hostile error, the eighth a tablet that is nearly flat."""
    reader = ReaderState(name="nfc", driver="nfc_pn532", state="down" if n == 3 else "up", error=HOSTILE * (n == 3))
    tablet = StationState(id="tablet", kind="tablet", seen=NOW - 5_000, battery=5 if n == 7 else 80, charging=False)
    state = BoxState(version="0.1.0", disk_free=9 << 30, disk_size=30 << 30, readers=(reader,), stations=(tablet,))
    return Heard(online=n != 9, state=state, at=NOW)


@pytest.fixture
def client(large: Hq) -> FlaskClient:
    return create_app(large).test_client()


def shown(text: str) -> list[str]:
    return re.findall(r'data-store="([^"]+)"', text)


def test_what_is_wrong_stands_first_with_its_remedy(client: FlaskClient) -> None:
    started = perf_counter()
    text = client.get("/fleet").text
    assert perf_counter() - started < SOON
    assert shown(text)[:2] == ["store-0003", "store-0007"] and len(shown(text)) == PAGE
    assert "2 boxes need somebody" in text and "1499 of 1500 on the line" in text
    assert "tote readers test nfc" in text and "Have somebody plug it in." in text
    assert "<script>" not in text.partition("<main")[2]


def test_pages_lead_to_every_box_and_words_and_states_find_some(client: FlaskClient) -> None:
    pages = [shown(client.get(f"/fleet?page={n}").text) for n in (1, 2, 30)]
    assert len({store for page in pages for store in page}) == 3 * PAGE
    assert shown(client.get("/fleet?page=99").text) == pages[-1]
    assert shown(client.get("/fleet?words=nearly+none").text) == []
    assert shown(client.get("/fleet?words=store-0042").text) == ["store-0042"]
    assert shown(client.get("/fleet?words=battery").text) == ["store-0007"]
    assert shown(client.get("/fleet?state=stations").text) == ["store-0007"]
    assert shown(client.get("/fleet?state=away").text) == ["store-0009"]
    assert "<b>" not in client.get("/fleet", query_string={"words": "<b>", "state": "<b>"}).text


def test_one_box_tells_its_readers_and_stations(client: FlaskClient) -> None:
    text = client.get("/fleet/store-0007").text
    assert "5 %" in text and "on battery" in text and "nfc_pn532" in text and "9.7 GB" in text
    assert client.get("/fleet/nowhere").status_code == 404


def test_an_hq_without_stores_says_what_to_do(hq_of_nobody: FlaskClient) -> None:
    assert "tote-hq enrol STORE" in hq_of_nobody.get("/fleet").text


@pytest.fixture
def hq_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with closing(open_hq(tmp_path_factory.mktemp("none") / "hq")) as hq:
        yield create_app(hq).test_client()
