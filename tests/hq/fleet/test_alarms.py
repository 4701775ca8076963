"""An alarm is told when it begins, once a day, and when it is over; by mail and by webhook, each until it is taken."""

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from hq.config import Alarms, Mail
from hq.config_file import parse
from hq.errors import ConfigError
from hq.fleet import alarming, alarms, states
from hq.fleet.alarming import Alarming
from hq.fleet.alarms import QUIET, Told
from hq.fleet.findings import Finding
from hq.fleet.posting import letter
from hq.fleet.states import Heard
from hq.service import Hq
from tests.hq.boxes import DAY, STORE
from tests.hq.conftest import Clock

MINUTE = 60_000
READER = Finding(store=STORE, kind="reader", subject="nfc", words="reader nfc is down", remedy="Plug it in.")
GONE = Finding(store=STORE, kind="unseen", words="not seen", remedy="Look.")


def look(hq: Hq, *found: Finding, line: bool = True) -> list[tuple[str, str]]:
    """One round without the network: what is told of it."""
    with hq.engine.begin() as connection:
        alarms.note(connection, found, now=hq.clock(), line=line)
        told = alarms.due(connection, "mailed", now=hq.clock())
        alarms.tell(connection, "mailed", told, now=hq.clock())
        alarms.forget(connection, ["mailed"], now=hq.clock())
    return [(one.kind, one.state) for one in told]


def test_it_is_told_once_then_daily_then_that_it_is_over(any_hq: Hq, clock: Clock) -> None:
    assert look(any_hq, READER) == [("reader", "begins")]
    clock.now += DAY - 1
    assert look(any_hq, READER) == []
    clock.now += 1
    assert look(any_hq, READER) == [("reader", "goes-on")]
    clock.now += MINUTE
    assert look(any_hq) == [], "it may come back"
    clock.now += QUIET
    assert look(any_hq) == [("reader", "over")]
    assert look(any_hq) == []
    assert look(any_hq, READER) == [("reader", "begins")]


def test_what_comes_and_goes_is_one_alarm(hq: Hq, clock: Clock) -> None:
    assert look(hq, READER) == [("reader", "begins")]
    for _ in range(20):
        clock.now += MINUTE
        assert look(hq) == []
        clock.now += MINUTE
        assert look(hq, READER) == []


def test_two_readers_are_two_alarms(hq: Hq) -> None:
    assert len(look(hq, READER, replace(READER, subject="gun"))) == 2


def test_without_a_line_of_hqs_own_no_store_is_unseen_and_none_is_back(hq: Hq, clock: Clock) -> None:
    assert look(hq, GONE, READER, line=False) == [("reader", "begins")]
    assert look(hq, GONE, READER) == [("unseen", "begins")]
    clock.now += QUIET
    assert look(hq, READER, line=False) == []
    clock.now += QUIET
    assert look(hq, READER, line=False) == [], "nobody knows whether it is back"


def test_a_rule_that_is_off_is_told_to_nobody(hq: Hq) -> None:
    with hq.engine.begin() as connection:
        alarms.note(connection, [READER, GONE], now=hq.clock())
        told = alarms.due(connection, "posted", now=hq.clock(), off=["reader"])
    assert [one.kind for one in told] == ["unseen"]


def test_a_way_that_failed_is_tried_again_and_the_other_told_once(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[Told]] = []

    def refusing(hq: Hq, told: list[Told]) -> None:
        raise OSError("the mail server is away")

    configured = replace(
        hq,
        config=replace(
            hq.config,
            mail=Mail(smtp="127.0.0.1:1"),
            alarms=Alarms(mail=("ops@shop.example",), webhook="http://127.0.0.1:1/", disk_mib=1 << 40),
        ),
    )
    monkeypatch.setattr(alarming, "mailed", refusing)
    monkeypatch.setattr(alarming, "posted", lambda hq, told: sent.append(told))
    rounds = Alarming(configured, None)
    rounds.round()
    rounds.round()
    assert [[one.kind for one in told] for told in sent] == [["hq-disk"]]
    monkeypatch.setattr(alarming, "mailed", lambda hq, told: sent.append(told))
    rounds.round()
    assert len(sent) == 2 and sent[0] == sent[1]


def test_a_broker_that_is_away_is_one_alarm_and_boxes_count_once_it_is_back_for_a_while(hq: Hq) -> None:
    with hq.engine.begin() as connection:
        states.keep(connection, {STORE: Heard(online=False)}, now=hq.clock() - DAY)
    up, now = [True], [0.0]
    rounds = Alarming(
        replace(hq, config=replace(hq.config, alarms=Alarms(hours=""))), lambda: up[0], now=lambda: now[0]
    )

    def kinds(later: float) -> set[str]:
        now[0] += later
        rounds.round()
        with hq.reading() as connection:
            return {key.split("/")[1] for key in alarms.open_since(connection)}

    assert kinds(0) == set(), "it has only just come up"
    assert kinds(200) == {"unseen"}
    up[0] = False
    assert kinds(1) == {"unseen"} and kinds(301) == {"unseen", "hq-broker"}
    up[0] = True
    assert kinds(1) == {"unseen"}


def test_the_mail_says_what_begins_what_to_do_and_what_is_over(hq: Hq) -> None:
    begins = Told(
        key="a", store=STORE, kind="reader", words="it is down", remedy="Plug it in.", state="begins", since=0
    )
    over = replace(begins, key="b", store="", state="over", words="HQ was full")
    hq = replace(hq, config=replace(hq.config, alarms=Alarms(mail=("a@shop.example", "b@shop.example"))))
    message = letter(hq, [begins] * 150 + [over])
    assert message["To"] == "a@shop.example, b@shop.example" and message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Tote, 2 stores: 150 new, 1 over"
    text = message.get_content()
    assert f"- {STORE}: it is down (since 01 January, 00:00 UTC)\n    Plug it in." in text
    assert "and 50 more" in text and "HQ: HQ was full" in text


@contextmanager
def hook(status: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A webhook that answers `status`: its URL, and what it was told."""
    heard: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", heard
    finally:
        server.shutdown()
        server.server_close()


def with_hook(hq: Hq, url: str, tmp_path: Path) -> Hq:
    (tmp_path / "secret").write_text("s3cret\n")
    limits = Alarms(webhook=url, secret_file=str(tmp_path / "secret"), disk_mib=1 << 40)
    return replace(hq, config=replace(hq.config, alarms=limits))


def test_the_webhook_is_told_signed_and_once(hq: Hq, tmp_path: Path) -> None:
    with hook(204) as (url, heard):
        rounds = Alarming(with_hook(hq, url, tmp_path), None)
        rounds.round()
        rounds.round()
    ((headers, body),) = heard
    assert headers["X-Tote-Signature"] == b64encode(hmac.digest(b"s3cret", body, "sha256")).decode()
    told = json.loads(body)
    assert told["form"] == "tote-alarms/1" and [one["rule"] for one in told["alarms"]] == ["hq-disk"]
    assert told["alarms"][0]["state"] == "begins" and told["alarms"][0]["remedy"]


def test_a_webhook_that_refuses_is_told_again(hq: Hq, tmp_path: Path) -> None:
    with hook(500) as (url, heard):
        rounds = Alarming(with_hook(hq, url, tmp_path), None)
        rounds.round()
        rounds.round()
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('mail = ["nobody"]', "alarms.mail"),
        ('webhook = "ftp://x"\nsecret_file = "s"', "alarms.webhook"),
        ('webhook = "https://x.example"', "alarms.secret_file"),
        ('hours = "8-20"', "alarms.hours"),
        ("unseen_minutes = 0", "alarms.unseen_minutes"),
        ("battery_percent = 101", "alarms.battery_percent"),
        ('off = ["reeder"]', "alarms.off"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_their_key(text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        parse(f"[alarms]\n{text}\n")
