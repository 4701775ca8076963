"""Bad input into whole processes: each has a clear answer, and nothing else is lost or stopped."""

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from edge.demo import programs
from edge.demo.acts import BAD
from edge.demo.walk.journey import Journey
from edge.demo.walk.station import until
from edge.demo.walk.trouble import REACTION
from sync import topics
from sync.codec import GENESIS, Batch, Envelope, Refused, Sent, decode_answer, encode_batch
from sync.line import Line, LineUp, Message
from tests.system.running import Running
from tests.system.test_journey import count, shows, type_on_screen

WORDS = {
    "unknown": "We don’t know this one",
    "wrong_check_digit": "One digit of this code is not right",
    "torn": "Only a part of the barcode came through",
    "empty_tag": "The tag is empty",
    "foreign_tag": "not from our shop",
    "web_tag": "something else than an article",
    "two_tags": "one tag at a time",
}


@pytest.fixture
def line(demo: Running) -> Iterator[Line]:
    """A stranger on the wire, who hears what HQ answers to a store it does not know."""
    line = Line([("127.0.0.1", demo.plan.ports["broker"])], name="stranger", subscriptions=(topics.down("elsewhere"),))
    line.start()
    until(lambda: isinstance(line.inbox.get(timeout=10), LineUp), "the line")
    yield line
    line.stop()


def everything_arrives(journey: Journey) -> None:
    """A scan from now on still reaches the screen and HQ."""
    head = journey.status()["head"]
    journey.hands.scan("wall", journey.teapot)
    until(lambda: journey.stations["wall"].state()["sku"] == journey.teapot.sku, "the article")
    until(lambda: journey.status()["head"] > head and journey.status()["waiting"] == 0, "HQ's receipt", 20)


@pytest.mark.parametrize("act", WORDS)
def test_a_code_that_leads_nowhere_is_answered_on_the_screen(journey: Journey, wall: Page, act: str) -> None:
    journey.hands.scan("wall", journey.boot)
    shows(wall, journey.boot)
    wall.get_by_test_id("add").click()
    count(wall, 1)
    assert act in BAD
    screen = wall.locator('[data-screen="unknown"]')
    for _ in range(3):  # a busy machine may not be through with a tag before it is taken away: then it is torn
        getattr(journey.hands, act)("wall", journey.boot)
        with suppress(AssertionError):
            expect(screen).to_contain_text(WORDS[act], timeout=7000)
            break
    expect(screen).to_contain_text(WORDS[act])
    count(wall, 1)
    time.sleep(REACTION)  # the screen answers faster than anybody: what comes at once is the rest of a torn barcode
    everything_arrives(journey)


def test_an_address_without_a_domain_is_refused_and_stays_to_be_mended(journey: Journey, wall: Page) -> None:
    journey.hands.scan("wall", journey.boot)
    shows(wall, journey.boot)
    wall.get_by_test_id("add").click()
    wall.get_by_test_id("basket").click()
    wall.get_by_test_id("send").click()
    type_on_screen(wall, "mari@kodu")
    wall.get_by_test_id("send-now").click()
    expect(wall.get_by_test_id("mail-error")).to_be_visible()
    assert wall.get_by_test_id("mail-input").input_value() == "mari@kodu"
    count(wall, 1)


def test_a_truncated_payload_is_told_in_the_log_and_stops_nothing(demo: Running, journey: Journey, line: Line) -> None:
    whole = encode_batch(batch("aurora-tallinn"))
    assert line.publish(topics.up("aurora-tallinn"), whole[: len(whole) // 2])
    until(lambda: "aurora-tallinn" in warnings(demo), "HQ's warning")
    everything_arrives(journey)


def test_a_batch_from_an_unknown_store_is_refused_by_name(demo: Running, journey: Journey, line: Line) -> None:
    assert line.publish(topics.up("elsewhere"), encode_batch(batch("elsewhere")))
    answer = decode_answer(heard(line).payload)
    assert isinstance(answer, Refused)
    assert "elsewhere" in answer.reason
    assert not [row for row in journey.hq("quarantine", "list") if row["store"] == "elsewhere"]
    everything_arrives(journey)


def test_a_feed_that_is_no_xml_is_refused_and_the_catalogue_stays(journey: Journey, tmp_path: Path) -> None:
    before = journey.status()["catalogue"]
    file = tmp_path / "feed.xml"
    file.write_text("<rss><channel><item><g:id>1</g:id>")
    status, told = importing(journey, file)
    assert status != 0
    assert told["error"]
    everything_arrives(journey)
    assert journey.status()["catalogue"] == before


def test_a_row_without_a_price_and_a_gtin_twice_are_told_by_row_and_the_rest_is_taken(
    journey: Journey, tmp_path: Path
) -> None:
    head, *rows = (journey.plan.dir / "feed" / "articles.csv").read_text(encoding="utf-8").splitlines()
    columns = head.split(",")
    broken = {"sku": "TORSO-1", "product_id": "torso", "title_en": "Torso", "currency": "EUR", "category": "Home"}
    twin = broken | {"sku": "TWIN-1", "product_id": "twin", "gtin": journey.boot.gtin, "price": "5.00"}
    extra = [",".join(row.get(column, "") for column in columns) for row in (broken, twin)]
    file = tmp_path / "articles.csv"
    file.write_text("\n".join([head, *rows, *extra, ""]), encoding="utf-8")
    (tmp_path / "pictures").symlink_to(journey.plan.dir / "feed" / "pictures")
    _, told = importing(journey, file)
    problems = {(problem["field"], problem["row"]) for problem in told["problems"]}
    assert {"price", "gtin"} <= {field for field, _ in problems}
    assert told["rows"] == told["accepted"] + told["merged"] + told["rejected"]
    assert told["rejected"] >= 1
    assert all(problem["hint"] for problem in told["problems"])
    journey.hands.scan("wall", journey.boot)
    until(lambda: journey.stations["wall"].state()["sku"] == journey.boot.sku, "the boot keeps its GTIN")
    journey.hq("import", journey.plan.dir / "feed" / "articles.csv")


def importing(journey: Journey, file: Path) -> tuple[int, dict[str, Any]]:
    """(exit status, last line) of `tote-hq import`."""
    command = [programs.program("tote-hq"), "import", str(file), "--dir", str(journey.plan.hq), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def batch(store: str) -> Batch:
    """One event of a log nobody has seen before."""
    now, log, event = int(time.time() * 1000), secrets.token_hex(16), secrets.token_hex(16)
    body = '{"visit":"22222222222222222222222222222222","station":"wall","language":"en"}'
    envelope = Envelope(id=event, log=log, n=1, kind="VisitStarted", at=now, body=body, prev=GENESIS)
    sent = Sent(event, "VisitStarted", now, body)
    return Batch(store=store, log=log, first=1, prev=GENESIS, hash=envelope.hash, sent=now, events=[sent])


def heard(line: Line) -> Message:
    while True:
        news = line.inbox.get(timeout=10)
        if isinstance(news, Message):
            return news


def warnings(demo: Running) -> str:
    log = (demo.plan.logs / "hq.log").read_text()
    return "\n".join(line for line in log.splitlines() if " WARNING " in line or " ERROR " in line)
