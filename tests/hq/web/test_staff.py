from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
import requests
from cheroot.wsgi import Server
from flask.testing import FlaskClient

from edge.domain import pickup
from edge.domain.events import ProductsSearched, ProductViewed
from hq import decisions, reservations, rings, stores
from hq.ledger import ledger_of
from hq.links import Links
from hq.outcomes import following
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import STORE, basket_sent, boots, box_of, line, viewed

PAGES = ["/", "/people", f"/people/{shop.PROFILE}", "/catalogue", "/reviews", "/reserved", "/quarantine"]
PAGES += ["/insight", "/journeys", "/journeys/basket-reminder"]


def test_an_hq_of_the_first_day_has_pages_that_say_what_to_do(client: FlaskClient, showroom: Hq) -> None:
    with showroom.engine.begin() as connection:
        connection.execute(tables.feed_version.delete())
    assert "0 baskets sent." in client.get("/").text
    assert "tote-hq import" in client.get("/catalogue").text
    assert "Nothing set aside" in client.get("/quarantine").text
    assert "Nobody has sent a basket yet." in client.get("/people").text


def test_the_funnel_counts_scans_adds_baskets_visits_and_purchases(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom, consents=("profiling",))
    with showroom.engine.begin() as connection:
        visit = {"profile": shop.PROFILE, "basket": shop.BASKET, "page": "basket", "at": shop.NOON}
        connection.execute(tables.web_visit.insert(), [visit, visit])
        for order, sku, store in (("1", "COAT-M", "web"), ("2", "BOOT-42", "aurora-tartu")):
            row = {"order_id": order, "sku": sku, "quantity": 1, "price": 1, "currency": "EUR", "store": store}
            connection.execute(tables.order_line.insert().values(row | {"profile": shop.PROFILE, "at": shop.NOON + 1}))
    following.follow(showroom.engine)
    text = client.get("/").text
    assert "1 basket sent.<br>1 led to a purchase." in text
    assert "100 % of those sent" in text


def test_the_overview_counts_from_a_moment_on(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    with showroom.engine.begin() as connection:
        connection.execute(tables.basket.update().values(sent=1))
    following.follow(showroom.engine)
    assert "0 baskets sent." in client.get("/?period=day").text
    assert "1 basket sent." in client.get("/?period=nonsense").text


def test_a_person_page_says_why_each_article_is_in_or_out(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    with showroom.engine.begin() as connection:
        row = {"order_id": "T1", "sku": "COAT-M", "quantity": 1, "price": 1, "currency": "EUR", "store": "aurora-tartu"}
        connection.execute(tables.order_line.insert().values(row | {"profile": shop.PROFILE, "at": shop.NOON + 1}))
    text = client.get(f"/people/{shop.PROFILE}").text
    assert 'data-sku="BOOT-42" data-reason="in-basket"' in text
    assert 'data-sku="COAT-M" data-reason="bought"' in text
    assert "order T1" in text
    assert "Words of marketing." in text


def test_colleagues_read_sentences_and_the_catalogues_first_language(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, language="et", consents=("profiling",))
    with showroom.engine.begin() as connection:
        connection.execute(tables.basket_line.update().values(name="Matkasaabas Fjell"))
    client.get(links.basket(shop.BASKET), base_url="https://localhost")
    client.get(f"/01/{shop.GTIN}", base_url="https://localhost")
    following.follow(showroom.engine)
    assert "1 basket sent.<br>None led to a purchase." in client.get("/").text
    text = client.get(f"/people/{shop.PROFILE}").text
    assert "First seen on 2 November 2026, known by a mail address and a browser cookie. Reads Estonian." in text
    assert "<b>Opened the basket page</b>" in text
    assert "<b>Opened the page of an article</b> Fjell trail boot" in text
    assert "Box for marketing left empty" in text and "Matkasaabas" not in text


def test_the_catalogue_page_says_who_has_what_and_what_a_store_did_not_take(client: FlaskClient, showroom: Hq) -> None:
    refused = {"store": "tartu", "feed": "catalogue", "version": "1.9", "reason": "it is not signed", "at": 1}
    with showroom.engine.begin() as connection:
        stores.register(connection, "tartu")
        rings.join(connection, "tartu", "canary")
        connection.execute(tables.feed_refusal.insert().values(refused))
        rings.pause(connection, "all", True)
    text = client.get("/catalogue").text
    row = text.partition('data-store="tartu"')[2].partition("</tr>")[0]
    assert "<td>canary</td>" in row and "not said yet" in row and "catalogue 1.9: it is not signed" in row
    assert "Paused: nobody is told of version" in text and "tote-hq publish --resume" in text


def test_a_persons_address_is_masked(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    for path in PAGES:
        assert shop.MAIL not in client.get(path).text
    assert "s…@example.com" in client.get(f"/people/{shop.PROFILE}").text


def test_a_person_is_found_by_address_without_it_ever_standing_in_a_url(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    found = client.post("/people", data={"mail": f" {shop.MAIL.upper()} "})
    assert found.headers["Location"] == f"/people/{shop.PROFILE}"
    for wrong in ("nobody@example.com", "no address", ""):
        assert client.post("/people", data={"mail": wrong}).headers["Location"] == "/people?found=no"


def test_a_timeline_tells_the_visit_that_led_to_the_basket_and_no_other(hq: Hq) -> None:
    box, sent = box_of(hq), basket_sent(line("boot-42"))
    box.append(ProductViewed(visit=sent.visit, station="wall", item=boots("boot-43")))
    box.append(viewed("boot-44"))
    box.append(ProductsSearched(visit=sent.visit, station="wall", query="warm <b>", results=3))
    box.append(sent, mail="sarah@example.com")
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as reading:
        profile = reading.execute(tables.profile.select()).one().id
    text = create_app(hq).test_client().get(f"/people/{profile}").text
    for told in ("Sent the basket", "Mail queued", "Looked at", "“warm &lt;b&gt;”, 3 found"):
        assert told in text
    assert text.count("Looked at</b>") == 1


def test_an_unknown_person_is_not_found(client: FlaskClient) -> None:
    assert client.get("/people/nobody").status_code == 404


def test_quarantine_shows_the_reason_as_text(client: FlaskClient, showroom: Hq) -> None:
    names = {column.name for column in tables.quarantine.c}
    row: dict[str, Any] = {"log_id": "a" * 32, "n": 7, "event_id": "x", "store": "aurora-tartu", "kind": shop.HOSTILE}
    row |= {"at": 1, "body": "{}", "reason": shop.HOSTILE, "received": 1, "prev": "0" * 64}
    with showroom.engine.begin() as connection:
        connection.execute(tables.quarantine.insert().values({k: v for k, v in row.items() if k in names}))
    text = client.get("/quarantine").text
    assert "1 event set aside" in text
    assert "<script>alert" not in text


def test_no_page_of_hq_has_anything_inline_or_may_be_kept(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    for page in map(client.get, PAGES):
        assert page.status_code == 200
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert page.text.count("<script") == 1
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"Host": "bag.aurora.example"}),
        ("127.0.0.1", {"Host": "127.0.0.1.evil.example"}),
    ],
)
def test_strangers_and_proxies_see_no_page_of_hq(
    client: FlaskClient, showroom: Hq, address: str, headers: dict[str, str]
) -> None:
    shop.send_basket(showroom)
    for path in PAGES:
        answer = client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 403
        assert "example.com" not in answer.text


def test_strangers_do_see_what_is_public(client: FlaskClient) -> None:
    answer = client.get(
        f"/01/{shop.GTIN}", headers={"X-Forwarded-For": "192.0.2.7"}, base_url="https://bag.aurora.example"
    )
    assert answer.status_code == 200


@contextmanager
def served(hq: Hq) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), create_app(hq))
    server.prepare()
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


def test_the_real_server_answers_this_machine(showroom: Hq) -> None:
    shop.send_basket(showroom)
    decisions.suppress(showroom, showroom.keys.digest_of("mail", shop.MAIL), "unsubscribed")
    with served(showroom) as url:
        assert requests.get(f"{url}/people/{shop.PROFILE}", timeout=10).status_code == 200
        assert requests.get(f"{url}/static/hq.css", timeout=10).status_code == 200
        assert requests.get(f"{url}/people", timeout=10, headers={"Host": "evil.example"}).status_code == 403


def test_what_is_put_aside_stands_on_a_page_with_its_code(client: FlaskClient, showroom: Hq) -> None:
    assert "Nothing is put aside" in client.get("/reserved").text
    row = {**reservations.UNHEARD, "source": "aurora-tallinn", "store": "aurora-tartu", "basket": "", "quantity": 1}
    rows = [
        {**row, "id": "a" * 32, "sku": "BOOT-42", "quantity": 2, "state": "aside", "open": True, "until": shop.NOON},
        {**row, "id": "b" * 32, "basket": "c" * 32, "state": "waiting", "open": True},
        {**row, "id": "d" * 32, "source": "web", "state": "collected", "open": False},
        {**row, "id": "e" * 32, "source": "", "state": "aside", "open": False},
    ]
    with showroom.engine.begin() as connection:
        connection.execute(tables.reservation.insert(), rows)
    text = client.get("/reserved").text
    assert "2 put aside or asked for" in text and "2 × " in text
    codes = [pickup.spelled(pickup.code(key * 32)) for key in "acd"]
    assert all(code in text for code in codes) and text.count("<tr>") == 4
