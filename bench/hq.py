"""HQ of a whole chain on PostgreSQL: an audience of everybody, one person's explanation, pages of figures.

The sizes are those that a small machine holds: 10,000, 100,000 and 1,000,000 people with four events each. Beside the
audience and the explanation stands a bare SQL query of the same rows, written for them alone (`bench.chain`). Pages are
asked for as a browser does, whole, and again with a store's or a longer cut. What is found is drawn (`bench.growth`).
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from bench import chain
from hq.audience import judging
from hq.audience.explaining import explain_in
from hq.config import Config, Database
from hq.config_marketing import SHIPPED
from hq.outcomes import following
from hq.service import Hq, open_hq
from hq.web import create_app
from tests import postgresql

SIZES, SHORT = (10_000, 100_000, 1_000_000), (1_000, 10_000)
ASKED, SHOWN, ORDERED = 200, 20, 1_000
"""People that are explained, looks at a page, and orders that come at once, at each size."""
PAGES = {
    "overview": "/",
    "insight": "/insight",
    "insight_quarter": "/insight?period=quarter",
    "insight_store": "/insight?store=store-7",
    "people": "/people",
}
DASHBOARDS = tuple(name for name in PAGES if name != "people")
AUDIENCE = next(one for one in SHIPPED if one.name == "abandoned-basket")
SETTINGS = {"shared_buffers": "512MB", "work_mem": "128MB", "max_wal_size": "4GB"}


def run(*, short: bool = False) -> dict[str, Any]:
    """`audience_s`, `explain_p95_ms`, `page_p95_ms` and what they are of the bare queries, at each size."""
    figures: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory() as name,
        postgresql.running(**SETTINGS, **postgresql.QUICK) as server,
        postgresql.database(server) as database,
    ):
        config = Config(database=Database(url=postgresql.url_of(server, database)))
        hq = open_hq(Path(name), config)
        try:
            chain.furnish(hq)
            before, now = 0, hq.clock()
            for people in SHORT if short else SIZES:
                chain.populate(hq.engine, now, before, people)
                figures |= {f"{key}_{people}": figure for key, figure in _at(hq, now, people).items()}
                before = people
        finally:
            hq.close()
    return figures | {"events_each": chain.EVENTS, "variants": chain.PRODUCTS * len(chain.SIZES)}


def _at(hq: Hq, now: int, people: int) -> dict[str, float]:
    audience, bare = _audience(hq, now)
    explained, rows = _explanations(hq, now, people)
    client = create_app(hq).test_client()
    pages = {name: _p95(_took(SHOWN, partial(_look, client, path))) for name, path in PAGES.items()}
    return {
        "audience_s": round(audience, 3),
        "audience_over_sql": round(audience / bare, 2),
        "explain_p50_ms": round(median(explained) * 1e3, 2),
        "explain_p95_ms": round(_p95(explained) * 1e3, 2),
        "explain_over_sql": round(median(explained) / median(rows), 2),
        **{f"{name}_p95_ms": round(seconds * 1e3, 1) for name, seconds in pages.items()},
        "dashboard_p95_ms": round(max(pages[name] for name in DASHBOARDS) * 1e3, 1),
        "follow_s": round(_followed(hq, now, people), 2),
    }


def _audience(hq: Hq, now: int) -> tuple[float, float]:
    """Seconds for the list of who is in it, and for the bare query: the best of three, each in turn."""
    reach = {"first": now - round(AUDIENCE.days * chain.DAY), "last": now - round(AUDIENCE.after_hours * 3_600_000)}
    ours, bare = [], []
    for _ in range(3):
        with hq.reading() as connection:
            began = time.perf_counter()
            members = judging.members(connection, AUDIENCE, hq.config, now)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            wanted = list(connection.scalars(text(chain.WANTED), reach))
            bare.append(time.perf_counter() - began)
        assert members == wanted and members, "both are to find the same people"
    return min(ours), min(bare)


def _explanations(hq: Hq, now: int, people: int) -> tuple[list[float], list[float]]:
    """Seconds for each of some people who sent a basket; and for the rows alone."""
    random, ours, bare = Random(1), list[float](), list[float]()
    with hq.reading() as connection:
        for _ in range(ASKED):
            one = chain.person(random.randrange(people // 3) * 3 + 1)
            began = time.perf_counter()
            assert explain_in(connection, hq.catalogue(), AUDIENCE, hq.config, one, now) is not None
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            assert connection.execute(text(chain.OWN), {"profile": one}).all()
            bare.append(time.perf_counter() - began)
    return ours, bare


def _look(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def _followed(hq: Hq, now: int, people: int) -> float:
    """Seconds until the figures hold what ORDERED people ordered at once."""
    with hq.engine.begin() as connection:
        connection.execute(text(chain.ORDERS), {"now": now, "first": 1, "last": ORDERED, "name": f"late-{people}"})
    began = time.perf_counter()
    following.follow(hq.engine)
    return time.perf_counter() - began


def _took(times: int, what: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        took.append(time.perf_counter() - began)
    return took


def _p95(took: list[float]) -> float:
    return sorted(took)[ceil(len(took) * 0.95) - 1]
