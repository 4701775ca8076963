import sqlite3

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from hq import decisions, people
from hq.links import Links
from hq.service import Hq
from hq.store import engine, tables
from tests.hq import showroom as shop


def state(hq: Hq) -> tuple[bool, set[str]]:
    with hq.reading() as reading:
        marketing = people.allowed(people.answers(reading, shop.PROFILE), "marketing")
        return marketing, people.suppressions(reading, shop.PROFILE)


def test_looking_at_the_unsubscribe_page_changes_nothing(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    page = client.get(links.unsubscribe(shop.MAIL_ID))
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    client.head(links.unsubscribe(shop.MAIL_ID))
    assert state(showroom) == (True, set())
    assert list(showroom.journal.entries()) == []


def test_one_click_of_a_mailbox_provider_unsubscribes_without_any_cookie(
    client: FlaskClient, showroom: Hq, links: Links
) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    answer = client.post(links.unsubscribe(shop.MAIL_ID), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert state(showroom) == (False, {"unsubscribed"})
    assert [entry.kind for entry in showroom.journal.entries()] == ["suppressed", "withdrawn"]


@pytest.mark.parametrize("erased", [False, True])
def test_a_mail_whose_row_a_restore_lost_still_unsubscribes_unless_they_are_erased(
    client: FlaskClient, showroom: Hq, links: Links, erased: bool
) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    decisions.mail_sent(showroom, shop.MAIL_ID, shop.PROFILE)
    with showroom.engine.begin() as connection:
        connection.execute(delete(tables.mail).where(tables.mail.c.id == shop.MAIL_ID))
    if erased:
        decisions.erase(showroom, shop.PROFILE)
        assert client.post(links.unsubscribe(shop.MAIL_ID)).status_code == 404
    else:
        assert client.get(links.unsubscribe(shop.MAIL_ID)).status_code == 200
        assert client.post(links.unsubscribe(shop.MAIL_ID)).status_code == 200
        assert state(showroom) == (False, {"unsubscribed"})


def test_a_second_click_changes_nothing_more(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    for _ in range(2):
        assert client.post(links.unsubscribe(shop.MAIL_ID)).status_code == 200
    with showroom.reading() as reading:
        assert len(reading.execute(select(tables.suppression)).all()) == 1
    assert state(showroom) == (False, {"unsubscribed"})


def test_a_link_to_the_basket_unsubscribes_nobody(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    for link in (links.basket(shop.BASKET), links.basket(shop.MAIL_ID)):
        assert client.post(link.replace("/b/", "/u/")).status_code == 404
    assert state(showroom) == (True, set())


def test_an_incomplete_link_says_so(client: FlaskClient) -> None:
    page = client.get("/u/abc")
    assert page.status_code == 404
    assert "not complete" in page.text


def test_the_page_speaks_the_shoppers_language(client: FlaskClient, showroom: Hq, links: Links) -> None:
    shop.send_basket(showroom, language="de")
    assert "Keine Erinnerungen" in client.get(links.unsubscribe(shop.MAIL_ID)).text


def test_a_click_while_a_large_import_writes_is_answered_as_done(
    client: FlaskClient, showroom: Hq, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.send_basket(showroom, consents=("marketing",))
    monkeypatch.setattr(engine, "BUSY_MS", 50)
    showroom.engine.dispose()  # the next connections have little patience
    other = sqlite3.connect(showroom.dir / "hq.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = client.post(links.unsubscribe(shop.MAIL_ID), data={"List-Unsubscribe": "One-Click"})
    other.close()
    assert answer.status_code == 200
    assert decisions.settle(showroom)
    assert state(showroom) == (False, {"unsubscribed"})
