"""The staff's station: what it shows to nobody in particular, to a badge, and to whoever is signed in."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge.domain.lockout import FREE
from kiosk.signed import COOKIE
from tests.kiosk.aurora import PIN, Aurora


def shown(client: FlaskClient, station: str = "staff") -> str:
    return html.unescape(client.get(f"/s/{station}").get_data(as_text=True))


def enter(client: FlaskClient, aurora: Aurora, pin: str = PIN) -> None:
    aurora.hold_up()
    answer = client.post("/s/staff/pin", data={"pin": pin})
    assert answer.status_code == 200
    assert answer.headers["HX-Refresh"] == "true"


def test_a_badge_asks_for_the_pin_by_name_and_shows_nothing_else(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    assert 'data-test="badge-hint"' in shown(client)
    aurora.hold_up()
    assert "Hello, Mari." in shown(client)
    assert 'data-screen="pin"' in shown(client)
    assert 'data-test="sign-out"' not in shown(client)


def test_the_right_pin_signs_this_browser_in_and_no_other(app: Flask, aurora: Aurora) -> None:
    aurora.hire()
    mine, other = app.test_client(), app.test_client()
    enter(mine, aurora)
    assert 'data-test="sign-out"' in shown(mine)
    assert 'data-test="sign-out"' not in shown(other)
    cookie = mine.get_cookie(COOKIE, path="/s/staff")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Strict"


def test_a_wrong_pin_is_said_with_the_tries_that_are_left(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    aurora.hold_up()
    answer = client.post("/s/staff/pin", data={"pin": "4712"})
    assert answer.status_code == 422
    assert f"{FREE - 1} more tries" in answer.get_data(as_text=True)
    assert 'data-screen="pin"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("pin", ["", "x" * 10_000, "\0", "４７１１", "47 11"])
def test_what_is_no_pin_is_a_wrong_one(client: FlaskClient, aurora: Aurora, pin: str) -> None:
    aurora.hire()
    aurora.hold_up()
    assert client.post("/s/staff/pin", data={"pin": pin}).status_code == 422


def test_too_many_wrong_pins_lock_it(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    aurora.hold_up()
    for _ in range(FREE):
        answer = client.post("/s/staff/pin", data={"pin": "4712"})
    assert "locked for 5 minutes" in answer.get_data(as_text=True)
    assert client.post("/s/staff/pin", data={"pin": PIN}).status_code == 422


def test_a_strangers_badge_is_told_so(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hold_up("S-9999")
    assert "This badge opens nothing here." in shown(client)
    client.post("/s/staff/badge/away")
    assert 'data-test="badge-hint"' in shown(client)


def test_a_badge_at_a_shoppers_screen_is_a_code_that_is_no_article(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    aurora.hold_up(station="wall")
    assert 'data-screen="unknown"' in shown(client, "wall")
    assert "Mari" not in shown(client, "wall")
    assert all("S-0001" not in body for body in aurora.bodies("CodeNotRecognised"))


def test_shoppers_screens_have_no_place_to_type_a_pin(client: FlaskClient) -> None:
    assert client.post("/s/wall/pin", data={"pin": PIN}).status_code == 404
    assert client.post("/s/tablet/sign-out").status_code == 404


def test_signing_out_forgets_what_was_shown(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    enter(client, aurora)
    client.post("/s/staff/show/browse")
    client.post("/s/staff/sign-out")
    assert 'data-test="sign-out"' not in shown(client)
    assert aurora.shop.visit("staff") is None
    assert aurora.kinds()[-2:] == ["StaffSignedOut", "VisitEnded"]


def test_another_badge_takes_the_screen_over(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    aurora.hire("Jüri", "S-0002", "8036")
    enter(client, aurora)
    aurora.hold_up("S-0002")
    assert "Hello, Jüri." in shown(client)
    client.post("/s/staff/pin", data={"pin": "8036"})
    assert "Sign out Jüri" in shown(client)
    assert aurora.kinds()[-2:] == ["StaffSignedIn", "StaffSignedOut"]


def test_a_hostile_name_stays_a_name(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire("<img src=x onerror=alert(1)>")
    aurora.hold_up()
    assert "<img src=x" not in client.get("/s/staff").get_data(as_text=True)


def test_touching_extends_a_session_and_looking_does_not(client: FlaskClient, aurora: Aurora) -> None:
    aurora.hire()
    now = [0.0]
    aurora.shop.staff._clock = lambda: now[0]
    enter(client, aurora)
    now[0] = 299
    shown(client)
    client.post("/s/staff/touch")
    now[0] = 599
    assert 'data-test="sign-out"' not in shown(client)
    now[0] = 598
    assert 'data-test="sign-out"' in shown(client)
