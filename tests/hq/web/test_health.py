"""HQ's health and figures: what they tell, and whom."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from hq.config import Metrics
from hq.figures import Figures
from hq.ledger import ledger_of
from hq.service import Hq
from hq.web import create_app
from sync.ingest import ingest_all
from tests.hq.boxes import Box, box_of, viewed
from tests.hq.conftest import registered
from tests.hq.showroom import MAIL, send_basket

ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


def figures(hq: Hq, line_up: Callable[[], bool] | None = None) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in Figures(hq, line_up).text().decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, _, value in lines}


def test_hq_lives_and_is_ready_where_its_database_answers(client: FlaskClient) -> None:
    assert client.get("/health/live").json == {"live": True}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json) == (200, {"ready": True, "stuck": []})


def test_hq_without_its_database_is_not_ready(showroom: Hq, tmp_path: Path) -> None:
    client = create_app(showroom).test_client()
    showroom.engine.dispose()
    for file in (tmp_path / "hq").glob("hq.db*"):
        file.write_bytes(b"no database" * 1000)
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json) == (503, {"ready": False, "stuck": ["database"]})


def test_events_mails_and_feeds_are_counted(showroom: Hq) -> None:
    send_basket(showroom)
    before = figures(showroom)
    box: Box = box_of(registered(showroom))
    for _ in range(3):
        box.append(viewed())
    ingest_all(ledger_of(showroom), [(box.store, box.payload(1))])
    after = figures(showroom, lambda: True)
    assert after["tote_hq_events"] == before["tote_hq_events"] + 3
    assert after["tote_hq_events_not_backed_up"] == before["tote_hq_events_not_backed_up"] + 3
    assert after[f'tote_hq_store_timestamp_seconds{{store="{box.store}"}}'] > 1_700_000_000
    assert after['tote_hq_mails{state="queued"}'] == 1
    assert after["tote_hq_mail_due_timestamp_seconds"] > 1_700_000_000
    assert after['tote_hq_feed_timestamp_seconds{feed="catalogue"}'] > 1_700_000_000
    assert (after["tote_hq_line_up"], "tote_hq_line_up" in before) == (1, False)
    assert after["tote_hq_quarantined"] == after["tote_hq_decisions_pending"] == 0


def test_the_figures_are_for_this_machine_and_for_who_has_the_token(showroom: Hq, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("open sesame\n")
    metrics = Metrics(token_file=str(tmp_path / "token"))
    client = create_app(replace(showroom, config=replace(showroom.config, metrics=metrics))).test_client()
    told = client.get("/metrics")
    assert told.status_code == 200
    assert told.content_type.startswith("text/plain; version=")
    assert MAIL not in told.text
    assert client.get("/metrics", headers=ELSEWHERE).status_code == 403
    assert client.get("/metrics", headers={**ELSEWHERE, "Authorization": "Bearer no"}).status_code == 403
    assert client.get("/metrics", headers={**ELSEWHERE, "Authorization": "Bearer open sesame"}).status_code == 200
