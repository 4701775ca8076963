"""What a screen says to somebody it knows: all of it on a tablet, an initial on a wall, and the way to what waits."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.kiosk.asked import BOOT, CARD, Hq, boot, card, until
from tests.kiosk.aurora import LANGUAGES, Aurora

SARAH: dict[str, Any] = {
    "known": True,
    "language": "",
    "initial": "S",
    "sizes": [{"category": "Shoes", "size": "43"}],
    "points": 1420,
    "offers": [
        {"text": {"en": "A coffee with us", "de": "Ein Kaffee bei uns"}, "until": 1_796_000_000_000},
        {"text": {"en": "Long over"}, "until": 1},
    ],
    "basket": [
        {"sku": BOOT, "quantity": 3, "fulfilment": "take"},
        {"sku": "GONE", "quantity": 9, "fulfilment": "ship"},
    ],
}
OTHER = b"2900000000001"


@pytest.fixture
def hq(aurora: Aurora) -> Iterator[Hq]:
    yield (hq := Hq(aurora))
    hq.answers.set()
    aurora.shop.stop()


@pytest.fixture
def sarah(aurora: Aurora, hq: Hq) -> None:
    hq.told["profile"] = SARAH
    hq.answers.set()


def greeted(aurora: Aurora, client: FlaskClient, station: str = "tablet") -> str:
    card(aurora, station)
    until(lambda: aurora.shop.greeting(station).state == "known")
    return client.get(f"/s/{station}").text


def test_a_tablet_shows_points_good_offers_sizes_and_the_basket_that_waits(
    aurora: Aurora, client: FlaskClient, sarah: None
) -> None:
    page = greeted(aurora, client)
    assert "Welcome back, S." in page
    assert "<strong>1,420</strong> points" in page
    assert "A coffee with us" in page and "Long over" not in page
    assert re.search(r'data-test="waits".*?3 articles', page, re.DOTALL), (
        "what the catalogue no longer has does not count"
    )
    assert 'data-test="usual-sizes"' in page


def test_a_wall_says_an_initial_and_that_something_waits_and_no_more(
    aurora: Aurora, client: FlaskClient, hq: Hq, sarah: None
) -> None:
    hq.told["profile"] = {name: SARAH[name] for name in ("known", "language", "initial", "basket")}
    page = greeted(aurora, client, "wall")
    assert "Welcome back, S." in page and "3 articles" in page
    part = page[page.index('data-test="waits"') : page.index('data-test="take-over"')]
    assert "<img" not in part and BOOT not in part, "which articles is nobody's business"
    assert 'data-test="perks"' not in page and 'data-test="usual-sizes"' not in page


def test_taking_it_over_leads_to_the_basket(aurora: Aurora, client: FlaskClient, sarah: None) -> None:
    greeted(aurora, client)
    page = client.post("/s/tablet/take-over").text
    assert f'data-line="{BOOT}"' in page and aurora.shop.basket("tablet").count == 3
    assert 'data-test="waits"' not in client.post("/s/tablet/show/welcome").text
    assert client.post("/s/tablet/take-over").status_code == 422


def test_the_initial_leads_back_to_the_greeting_from_every_page(
    aurora: Aurora, client: FlaskClient, sarah: None
) -> None:
    greeted(aurora, client)
    page = client.post("/s/tablet/show/browse").text
    assert 'data-test="me"' in page
    client.post("/s/tablet/done")
    assert 'data-test="me"' not in client.post("/s/tablet/show/browse").text


def test_what_is_remembered_without_hq_says_how_old_it_is(
    aurora: Aurora, client: FlaskClient, hq: Hq, sarah: None
) -> None:
    greeted(aurora, client)
    client.post("/s/tablet/done")
    hq.up = False
    card(aurora)
    page = client.get("/s/tablet").text
    assert "Welcome back, S." in page and "1,420" in page and "as of" in page


def test_another_card_at_an_open_basket_is_asked_without_saying_what_is_in_it(
    aurora: Aurora, client: FlaskClient, sarah: None
) -> None:
    greeted(aurora, client)
    aurora.shop.add_line("tablet", BOOT)
    card(aurora, number=OTHER)
    page = client.get("/s/tablet").text
    assert 'data-test="whose-own"' in page and 'data-test="whose-stay"' in page and "RANNIK" not in page
    assert 'data-line="RANNIK-AMBER-42"' in client.post("/s/tablet/whose/stay").text
    card(aurora, number=OTHER)
    assert 'data-screen="welcome"' in client.post("/s/tablet/whose/own").text
    assert aurora.shop.basket("tablet").lines == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_said_in_every_language(aurora: Aurora, client: FlaskClient, sarah: None, language: str) -> None:
    boot(aurora)
    aurora.shop.set_language("tablet", language)
    aurora.shop.add_line("tablet", BOOT, 2)
    page = greeted(aurora, client)
    assert all(f'data-test="{part}"' in page for part in ("found", "waits", "points", "offers", "usual-sizes", "seen"))
    assert ("Ein Kaffee bei uns" in page) == (language == "de")


def test_a_card_of_a_product_opens_in_the_size_that_is_worn(aurora: Aurora, client: FlaskClient, sarah: None) -> None:
    greeted(aurora, client)
    fits = client.post("/s/tablet/show/article", data={"sku": "RANNIK-AMBER-39", "size": "theirs"}).text
    assert 'data-sku="RANNIK-AMBER-43"' in fits
    chosen = client.post("/s/tablet/show/article", data={"sku": "RANNIK-AMBER-39"}).text
    assert 'data-sku="RANNIK-AMBER-39"' in chosen, "what was chosen itself stays chosen"


def test_what_was_looked_at_is_offered_again_and_gone_with_the_visit(aurora: Aurora, client: FlaskClient) -> None:
    boot(aurora)
    assert 'data-test="seen-article"' in client.post("/s/tablet/show/browse").text
    assert 'data-test="seen-article"' not in client.post("/s/tablet/show/browse", data={"query": "tent"}).text
    assert 'data-test="seen-article"' in client.post("/s/tablet/show/basket").text
    client.post("/s/tablet/done")
    assert 'data-test="seen-article"' not in client.post("/s/tablet/show/browse").text


def test_a_badge_at_a_shoppers_screen_opens_nothing_and_says_where_to_go(aurora: Aurora, client: FlaskClient) -> None:
    aurora.hire()
    aurora.hold_up(station="wall")
    page = client.get("/s/wall").text
    assert "That is a staff badge." in page and "S-0001" not in page and "Mari" not in page


@pytest.mark.parametrize("path", ["whose/own", "whose/stay", "take-over"])
def test_nothing_can_be_answered_at_an_unknown_station(client: FlaskClient, path: str) -> None:
    assert client.post(f"/s/nobody/{path}").status_code == 404


def test_the_number_below_a_barcode_can_be_typed_where_the_reader_is_down(aurora: Aurora, client: FlaskClient) -> None:
    page = client.post("/s/tablet/search", data={"query": "9506000100043"}).text
    assert "Rannik hiking boot" in page and CARD.decode() not in page
