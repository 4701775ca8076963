"""HQ's pages of audiences: counts for those who may see them, people for those who may see people, looks on record."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from hq import accounts, dossier
from hq.config_marketing import Audiences, Destination
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from hq.web.staff.audiences import described
from tests.hq import showroom as shop

BASKETS = Audiences(name="baskets", days=30_000, after_hours=0)
META = Destination(name="meta-baskets", platform="meta", audience="baskets", id="1")


@pytest.fixture
def hq(showroom: Hq) -> Hq:
    shop.send_basket(showroom, consents=("marketing",), skus={"BOOT-42": 1, "BOOT-43": 1})
    return replace(showroom, config=replace(showroom.config, audiences=(BASKETS,), destination=(META,)))


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


def signed_in(hq: Hq, role: str) -> FlaskClient:
    client = create_app(hq).test_client()
    with hq.engine.begin() as connection:
        password = accounts.add(connection, role, (role,), at=hq.clock())
    assert client.post("/sign-in", data={"name": role, "password": password}).status_code == 303
    return client


def looks(hq: Hq) -> list[str]:
    with hq.reading() as connection:
        return [look["how"] for look in dossier.looks(connection, shop.PROFILE)]


def test_each_audience_is_shown_with_its_counts(client: FlaskClient) -> None:
    text = client.get("/audiences").text
    assert "<strong>1</strong> <span>person, 1 article</span>" in text
    assert "Nobody is left out." in text and "Articles left out: sold out in the size 1" in text
    assert "never sent yet, only by tote-hq audience send" in text


def test_one_audience_names_people_with_the_reason_of_each_article_and_keeps_the_look(
    client: FlaskClient, hq: Hq
) -> None:
    text = client.get("/audiences/baskets").text
    assert "s…@example.com" in text and shop.MAIL not in text
    assert 'data-sku="BOOT-42" data-reason="in-basket"' in text and 'data-sku="BOOT-43" data-reason="sold-out"' in text
    assert looks(hq) == ["audience"]
    assert "It is about nobody else." in client.get(f"/audiences/baskets?after={'f' * 32}").text
    assert client.get("/audiences/none").status_code == 404


def test_who_may_not_see_people_sees_counts_alone_and_others_nothing(hq: Hq) -> None:
    client = signed_in(hq, "merchandiser")
    text = client.get("/audiences/baskets").text
    assert "example.com" not in text and "Who they are is shown to marketers and support." in text
    assert looks(hq) == []
    assert signed_in(hq, "operator").get("/audiences").status_code == 403
    assert "s…@example.com" in signed_in(hq, "marketer").get("/audiences/baskets").text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"state": "done", "added": 3, "removed": 1}, "3 added, 1 taken out"),
        ({"state": "done"}, "nothing had changed"),
        ({"state": "failed", "error": "meta answers 503"}, "meta answers 503"),
    ],
)
def test_the_last_sending_is_told_with_its_result(client: FlaskClient, hq: Hq, row: dict[str, Any], words: str) -> None:
    none = {"added": 0, "removed": 0, "sales": 0, "error": "", "ended": None}
    with hq.engine.begin() as connection:
        values = {"id": "1" * 32, "destination": "meta-baskets", "began": shop.NOON} | none | row
        connection.execute(tables.sending.insert().values(values))
    assert words in client.get("/audiences").text


def test_an_audience_is_described_in_a_sentence() -> None:
    boots = Audiences(name="a", of="buyers", days=365, categories=("Shoes",), not_bought=("Socks",), idle_days=30)
    assert described(boots) == (
        "People who bought in the last 365 days, of Shoes, and never of Socks, and nothing in the last 30."
    )
