"""Fifteen hundred stores: what needs somebody is seen first, on pages that come at once."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from time import perf_counter

import msgspec
import pytest
from sqlalchemy import Table

from edge.domain.article import Store
from hq import stores
from hq.cli import main
from hq.insight.fleet import PAGE, fleet
from hq.service import Hq, open_hq
from hq.store import tables
from hq.stores import StoreState
from hq.web import create_app
from tests.edge.catalogue import shop

STORES, VERSIONS, TROUBLED = 1_500, 300, ("store-0777", "store-1333")
SOON = 2.0
"""Seconds on a busy machine; a query for every store took four times as long."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hq]:
    """All but the last hundred stores lag."""
    with closing(open_hq(tmp_path_factory.mktemp("large") / "hq")) as hq:
        ids = [f"store-{n:04}" for n in range(STORES)]
        docs = [msgspec.json.encode(Store(id=id_, name=f"Shop {id_[-4:]}")).decode() for id_ in ids]
        blank = {"feed": "catalogue", "epoch": 1}
        filled: dict[Table, list[dict[str, object]]] = {
            tables.article: [{"kind": "store", "id": id_, "doc": doc} for id_, doc in zip(ids, docs, strict=True)],
            tables.feed_version: [
                blank | {"n": n + 1, "built": n, "file": "c.db", "head": b""} for n in range(VERSIONS)
            ],
            tables.feed_position: [
                blank | {"store": id_, "n": VERSIONS if n >= STORES - 100 else n % VERSIONS + 1, "since": 5}
                for n, id_ in enumerate(ids)
            ],
            tables.feed_refusal: [
                {"store": id_, "feed": "catalogue", "version": "1.300", "reason": "it is not signed", "at": 9}
                for id_ in TROUBLED
            ],
        }
        hq.feeds.mkdir(exist_ok=True)
        shop.write(hq.feeds / "c.db")
        with hq.engine.begin() as connection:
            for table, rows in filled.items():
                connection.execute(table.insert(), rows)
        yield hq


def shown(text: str) -> list[str]:
    return re.findall(r'data-store="([^"]+)"', text)


def test_failures_stand_first_and_pages_lead_to_every_store(large: Hq) -> None:
    client = create_app(large).test_client()
    started = perf_counter()
    first = client.get("/catalogue").text
    assert perf_counter() - started < SOON
    assert tuple(shown(first)[:2]) == TROUBLED and len(shown(first)) == PAGE
    assert f"Page 1 of {STORES // PAGE}" in first and "With trouble: 2" in first and "Behind: 1" in first
    pages = [shown(client.get(f"/catalogue?page={n}").text) for n in range(1, STORES // PAGE + 1)]
    assert sorted(store for page in pages for store in page) == [f"store-{n:04}" for n in range(STORES)]
    assert shown(client.get("/catalogue?page=9999").text) == pages[-1] == shown(client.get("/catalogue?page=30").text)
    assert shown(client.get("/catalogue?page=-1").text) == shown(client.get("/catalogue?page=x").text) == pages[0]


def test_stores_are_found_by_name_and_by_state(large: Hq) -> None:
    client = create_app(large).test_client()
    assert shown(client.get("/catalogue?words=shop+0042").text) == ["store-0042"]
    assert tuple(shown(client.get("/catalogue?state=trouble").text)) == TROUBLED
    assert "No store is so." in client.get("/catalogue?words=shop+0042&state=trouble").text
    hostile = client.get("/catalogue", query_string={"words": '"><script>', "state": "<b>"}).text
    assert "<script>" not in hostile.partition("<main")[2] and "<b>" not in hostile


def test_the_overview_shows_those_that_need_somebody(large: Hq) -> None:
    text = create_app(large).test_client().get("/").text
    assert tuple(shown(text)[:2]) == TROUBLED and len(shown(text)) == 12
    assert "All 1500 stores" in text


def test_the_command_shows_a_hundred_with_failures_first(large: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*options: str) -> list[str]:
        assert main(["stores", "--dir", str(large.dir), *options]) == 0
        return capsys.readouterr().out.splitlines()

    started = perf_counter()
    lines = run()
    assert perf_counter() - started < SOON
    assert [line.split()[0] for line in lines[1:3]] == list(TROUBLED)
    assert lines[-1].startswith("1400 more of 1500 stores: ")
    assert len(run("--json")) == STORES
    assert [line.split()[0] for line in run("--behind", "--find", "shop 0042")[1:]] == ["store-0042"]
    assert run("--find", "nowhere") == ["None of 1500 stores is meant by --find or --trouble."]


def test_how_far_each_lags_is_counted_in_versions(large: Hq) -> None:
    with large.reading() as connection:
        states = {one.store: one for one in stores.overview(connection, 10_000)}
    assert [states[f"store-{n:04}"].behind for n in (0, 1, 298, 299, 1499)] == [299, 298, 1, 0, 0]


def test_the_longest_behind_stand_before_the_silent_and_those_before_the_well() -> None:
    made = StoreState(store="well", name="", known=True, version="1.2")
    lagging = replace(made, store="late", behind=1, lag=5)
    states = [made, replace(made, store="silent", version=""), lagging, replace(lagging, store="later", lag=9)]
    states.append(replace(made, store="refused", refused=2))
    assert [one.store for one in fleet(states).stores] == ["refused", "later", "late", "silent", "well"]
