"""From one screen to another, as the pages ask for it."""

import pytest
from flask.testing import FlaskClient

from edge.shop import HandOver
from tests.kiosk.aurora import LANGUAGES, PIN, Aurora

BOOT = "RANNIK-AMBER-42"


def test_the_page_shows_a_code_and_the_other_screens(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.add_line("tablet", BOOT)
    page = client.post("/s/tablet/hand-over").text
    assert 'data-test="hand-over-code"' in page and 'data-test="place-wall"' in page
    assert 'data-test="place-staff"' not in page, "nobody is signed in there"
    screen = aurora.shop.screen("tablet")
    assert isinstance(screen, HandOver)
    assert screen.code not in page, "the code is a picture: nothing to select, to copy or to read out"
    assert client.get("/s/tablet/state.json").json["screen"] == "hand_over"  # type: ignore[index]


def test_a_code_that_has_run_out_is_not_shown(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.add_line("tablet", BOOT)
    client.post("/s/tablet/hand-over")
    aurora.clock.ms += 90_000
    page = client.get("/s/tablet").text
    assert 'data-test="hand-over-stale"' in page and 'data-test="hand-over-code"' not in page


def test_the_answer_to_a_choice_is_the_invitation(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.add_line("tablet", BOOT)
    answer = client.post("/s/tablet/hand-over/to", data={"to": "wall"})
    assert 'data-screen="attract"' in answer.text and "data-visit" not in answer.text
    assert 'data-count="1"' in client.get("/s/wall").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_that_is_taken_meanwhile_is_refused_in_words(
    aurora: Aurora, client: FlaskClient, language: str
) -> None:
    aurora.shop.add_line("tablet", BOOT)
    aurora.shop.set_language("tablet", language)
    aurora.shop.add_line("wall", BOOT)
    answer = client.post("/s/tablet/hand-over/to", data={"to": "wall"})
    assert answer.status_code == 422 and 'data-test="error"' in answer.text
    assert aurora.shop.basket("tablet").count == 1


def test_where_nobody_is_nothing_is_offered(client: FlaskClient) -> None:
    assert 'data-test="elsewhere"' not in client.get("/s/tablet").text
    assert client.post("/s/tablet/hand-over").status_code == 422


@pytest.mark.parametrize("path", ["hand-over", "hand-over/to"])
def test_a_station_that_does_not_exist_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(f"/s/nobody/{path}", data={"to": "wall"}).status_code == 404


def test_a_choice_without_a_station_is_a_bad_request(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.add_line("tablet", BOOT)
    assert client.post("/s/tablet/hand-over/to").status_code == 400


def test_staff_that_took_over_sees_the_shoppers_basket_in_its_dock(aurora: Aurora, client: FlaskClient) -> None:
    aurora.hire()
    aurora.hold_up()
    client.post("/s/staff/pin", data={"pin": PIN})
    aurora.shop.add_line("tablet", BOOT)
    client.post("/s/tablet/hand-over/to", data={"to": "staff"})
    page = client.get("/s/staff").text
    assert 'data-test="staff-article"' in page and 'data-test="basket"' in page
    assert 'data-test="shopper-done"' in client.post("/s/staff/show/basket").text
    client.post("/s/staff/done")
    assert 'data-test="queue"' in client.get("/s/staff").text and aurora.shop.basket("staff").lines == ()
