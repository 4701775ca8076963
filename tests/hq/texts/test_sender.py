"""Text messages through a real HTTP gateway, that can be told to misbehave."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import select
from werkzeug.serving import make_server

from edge.domain.consent import consent
from edge.domain.events import BackInStockAsked
from hq import decisions, people, stores
from hq.config import Journeys, Text
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from hq.texts import Texts
from hq.theme import load
from hq.web import create_app
from hq.wishes.starting import start_all
from sync.ingest import ingest_all
from tests.hq import showroom
from tests.hq.boxes import STORE, basket_sent, boots, box_of, line, new_id
from tests.ports import free_port

PHONE = "+37251234567"


@dataclass
class Gateway:
    url: str
    status: int = 202
    taken: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    port, app = free_port(), Flask("gateway")
    gateway = Gateway(f"http://127.0.0.1:{port}/send")

    @app.post("/send")
    def send() -> tuple[str, int]:
        if gateway.status < 300:
            gateway.taken.append(request.get_json())
            gateway.tokens.append(request.headers.get("Authorization", ""))
        return "", gateway.status

    server = make_server("127.0.0.1", port, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield gateway
    server.shutdown()
    thread.join()


@pytest.fixture
def hq(tmp_path: Path, gateway: Gateway) -> Iterator[Hq]:
    room = showroom.showroom(tmp_path / "hq")
    hq = replace(room, config=replace(room.config, text=Text(gateway=gateway.url, sender="Aurora")))
    with hq.engine.begin() as connection:
        stores.register(connection, STORE)
    box = box_of(hq)
    box.append(replace(basket_sent(line("BOOT-41"), language="de"), channel="sms"), phone=PHONE)
    ingest_all(ledger_of(hq), [(STORE, box.payload())])
    yield hq
    hq.close()


def row(hq: Hq) -> Any:
    with hq.reading() as reading:
        return reading.execute(select(tables.mail).where(tables.mail.c.kind == "basket-text")).one()


def test_a_basket_for_a_phone_number_becomes_one_message_with_its_link(hq: Hq, gateway: Gateway) -> None:
    texts = Texts(hq, load(None))
    for _ in range(3):
        texts.round()
    (message,) = gateway.taken
    assert message["to"] == PHONE
    assert message["from"] == "Aurora"
    assert "dein Warenkorb, 1 Artikel" in message["text"]
    assert "/b/" in message["text"]
    assert row(hq).state == "sent"


def test_the_person_is_known_by_the_number_and_can_be_erased(hq: Hq) -> None:
    with hq.reading() as reading:
        assert people.phone_of(reading, row(hq).profile) == PHONE
    decisions.erase(hq, row(hq).profile)
    with hq.reading() as reading:
        assert not reading.execute(select(tables.identity).where(tables.identity.c.kind == "phone")).all()
        assert reading.scalar(select(tables.suppression.c.reason)) == "erased"


@pytest.mark.parametrize(("status", "state"), [(500, "queued"), (401, "queued"), (400, "failed")])
def test_a_gateway_that_refuses_is_asked_again_only_where_that_may_help(
    hq: Hq, gateway: Gateway, status: int, state: str
) -> None:
    gateway.status = status
    Texts(hq, load(None)).round()
    assert row(hq).state == state
    assert str(status) in row(hq).error
    assert PHONE not in row(hq).error


def test_the_token_is_read_from_its_file_each_time(hq: Hq, gateway: Gateway, tmp_path: Path) -> None:
    token = tmp_path / "token"
    hq = replace(hq, config=replace(hq.config, text=replace(hq.config.text, token_file=str(token))))
    Texts(hq, load(None)).round()
    assert row(hq).error == "the token of the gateway can't be read: No such file or directory"
    token.write_text("s3cret\n")
    with hq.engine.begin() as connection:
        connection.execute(tables.mail.update().values(due=0))
    Texts(hq, load(None)).round()
    assert gateway.tokens == ["Bearer s3cret"]


def test_who_waits_for_an_article_and_gave_a_number_is_told_by_one_message(hq: Hq, gateway: Gateway) -> None:
    box = box_of(hq)
    agreed = consent("back-in-stock", True, words="Once.", version="1", language="de")
    where = {"visit": new_id(), "station": "wall", "channel": "sms", "language": "de"}
    box.append(BackInStockAsked(item=boots("BOOT-42"), consent=agreed, **where), phone=PHONE)
    ingest_all(ledger_of(hq), [(STORE, box.payload())])
    hq = replace(hq, config=replace(hq.config, journeys=Journeys(quiet="")))
    texts = Texts(hq, load(None))
    for _ in range(3):
        start_all(hq)
        texts.round()
    (told,) = [message["text"] for message in gateway.taken if "wieder da" in message["text"]]
    words, stop = told.split(" Nichts mehr davon: ")
    link = f"{hq.public_url}/01/{showroom.GTIN}"
    assert words == f"Tote: Wanderstiefel Fjell ist wieder da. Für dich zurückgelegt ist nichts. {link}"
    page = create_app(hq).test_client()
    assert page.post(stop.removeprefix(hq.public_url)).status_code == 200
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id))
        assert not people.allowed(people.answers(connection, profile), "back-in-stock"), "one tap takes it back"
