"""Requests no page sends get an answer that says so: never a 500, and nothing changes."""

import json

import pytest
from flask.testing import FlaskClient

DEEP = "[" * 50_000


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        "null",
        "[]",
        '{"text": 5}',
        '{"symbology": "qr"}',
        '{"data": "\\u00e4\\u00f6"}',
        '{"data": "***"}',
        '{"text": "\\ud800"}',
        '{"text": "x", "symbology": "\\udfff"}',
        '{"text": "x", "reader": "\\udfff"}',
        "not json",
    ],
)
def test_a_scan_that_is_none_is_refused(client: FlaskClient, body: str) -> None:
    answer = client.post("/s/wall/scan", data=body, content_type="application/json")
    assert answer.status_code in (400, 413, 415)
    assert json.loads(client.get("/s/wall/state.json").data)["screen"] == "attract"


@pytest.mark.parametrize("quantity", ["-5", "0", "x", "1e9", "99999999999999999999", "-99999999999999999999", ""])
def test_a_quantity_that_is_none_is_refused(client: FlaskClient, quantity: str) -> None:
    answer = client.post("/s/wall/basket/lines", data={"sku": "RANNIK-AMBER-42", "quantity": quantity})
    assert answer.status_code in (400, 422)
    assert json.loads(client.get("/s/wall/state.json").data)["basket"] == 0


@pytest.mark.parametrize("origin", ["http://[", "http://]", "null", "//", "http://evil.example"])
def test_an_origin_that_is_none_of_this_box_is_refused(client: FlaskClient, origin: str) -> None:
    assert client.post("/s/wall/done", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("offset", ["99999999999999999999", "-1", "x"])
def test_an_offset_beyond_everything_gives_no_cards(client: FlaskClient, offset: str) -> None:
    assert client.post("/s/wall/more", data={"offset": offset, "category": ""}).status_code == 200


@pytest.mark.parametrize("price", ["\N{SUPERSCRIPT TWO}-\N{SUPERSCRIPT THREE}", "9" * 5_000 + "-1", "1-", "<b>-5"])
def test_a_price_that_is_none_leaves_the_screen_usable(client: FlaskClient, price: str) -> None:
    for path in ("show/browse", "search", "more"):
        assert client.post(f"/s/wall/{path}", data={"price": price}).status_code == 200
    assert client.get("/s/wall").status_code == 200
