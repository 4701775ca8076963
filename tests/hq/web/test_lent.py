"""A basket that is shared: shown to whoever has the link, with nothing of its owner, unchangeable, until it ends."""

import re
from base64 import urlsafe_b64decode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hq import decisions
from hq.links import Links
from hq.service import Hq
from hq.store import tables
from hq.words import LANGUAGES, words
from tests.hq import showroom as shop


@pytest.fixture
def mine(showroom: Hq, links: Links) -> str:
    shop.send_basket(showroom, consents=("marketing", "profiling"))
    return links.basket(shop.BASKET)


def theirs(client: FlaskClient, mine: str) -> str:
    """The link as the owner's page has it, as a path."""
    found = re.search(r'value="https://bag\.aurora\.example(/s/[\w-]+)"', client.get(mine).text)
    assert found
    return found[1]


def test_others_see_the_articles_and_nothing_of_whose_they_are(client: FlaskClient, mine: str) -> None:
    shared = theirs(client, mine)
    page = client.get(shared)
    for said in ("A basket for you", "Fjell trail boot", "€467.00", "Only 2 left in Aurora"):
        assert said in page.text
    token = mine.removeprefix("/b/")
    for hidden in (shop.MAIL, "s…@", shop.PROFILE, token, "pick-up", "/consents", "<form", "May we?"):
        assert hidden not in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


def test_its_address_does_not_tell_which_basket_it_is(client: FlaskClient, mine: str) -> None:
    """An order that names a basket is of that basket: only who holds it may say so."""
    shared = theirs(client, mine)
    token = shared.removeprefix("/s/")
    octets = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert bytes.fromhex(shop.BASKET) not in octets
    assert shop.BASKET not in client.get(f"{shared}/buy").headers.get("Location", "") + client.get(shared).text
    assert theirs(client, mine) == shared, "the same one, however often the page is opened"


def test_it_is_no_visit_of_anybody(client: FlaskClient, showroom: Hq, mine: str) -> None:
    shared = theirs(client, mine)
    with showroom.engine.begin() as connection:
        connection.execute(tables.web_visit.delete())
    client.get(shared)
    with showroom.reading() as reading:
        assert reading.execute(select(tables.web_visit)).all() == []
    assert list(showroom.journal.entries()) == []


def test_it_can_change_nothing(client: FlaskClient, showroom: Hq, mine: str) -> None:
    shared = theirs(client, mine)
    token = shared.removeprefix("/s/")
    for path in (f"{shared}/lines", f"{shared}/unshare", shared):
        assert client.post(path, data={"sku": "BOOT-42", "quantity": 0}).status_code in (404, 405)
    for path in (f"/b/{token}", f"/b/{token}/lines", f"/b/{token}/consents", f"/b/{token}/unshare"):
        assert client.post(path, data={"sku": "BOOT-42", "quantity": 0}).status_code in (404, 405)
    assert client.get(f"/b/{token}").status_code == 404
    assert list(showroom.journal.entries()) == []


def test_sharing_ends_and_the_next_link_is_another(client: FlaskClient, showroom: Hq, mine: str) -> None:
    shared = theirs(client, mine)
    answer = client.post(f"{mine}/unshare")
    assert answer.status_code == 303
    assert "leads nowhere now" in client.get(answer.headers["Location"].partition("#")[0]).text
    assert client.get(shared).status_code == client.get(f"{shared}/buy").status_code == 404
    fresh = theirs(client, mine)
    assert fresh != shared and client.get(fresh).status_code == 200
    with showroom.engine.begin() as connection:
        connection.execute(tables.decision.delete())
    decisions.catch_up(showroom.journal, showroom.engine)
    assert client.get(shared).status_code == 404, "also after a restore"


def test_what_others_buy_is_not_bought_by_its_owner(client: FlaskClient, mine: str) -> None:
    gone = client.get(f"{theirs(client, mine)}/buy").headers["Location"]
    assert gone == "https://shop.aurora.example/cart/BOOT-42:1,COAT-M:1,POT-1:2?basket="


def test_what_its_owner_bought_is_not_told(client: FlaskClient, showroom: Hq, mine: str) -> None:
    with showroom.engine.begin() as connection:
        row = {"order_id": "1", "sku": "COAT-M", "quantity": 1, "price": 1, "currency": "EUR", "store": "web"}
        connection.execute(tables.order_line.insert().values(row | {"basket": shop.BASKET, "at": shop.NOON}))
    assert "Bought already" in client.get(mine).text
    assert "Bought already" not in client.get(theirs(client, mine)).text


def test_it_ends_with_its_owner(client: FlaskClient, showroom: Hq, mine: str) -> None:
    shared = theirs(client, mine)
    decisions.erase(showroom, shop.PROFILE)
    assert client.get(shared).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(client: FlaskClient, mine: str, language: str) -> None:
    page = client.get(theirs(client, mine), headers={"Accept-Language": language}).text
    assert f"<h1>{words(language)('lent.title')}</h1>" in page


@pytest.mark.parametrize("token", ["x", "é", "A" * 38, "A" * 5000])
def test_what_is_no_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/s/{token}").status_code == 404
