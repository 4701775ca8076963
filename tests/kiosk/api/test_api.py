"""The API's description is OpenAPI 3.1, and what the box really answers is what it says."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.kiosk.aurora import Aurora

BOOT, EAN = "RANNIK-AMBER-42", "9506000100043"
WALL = "/api/stations/wall"
GOOD: tuple[tuple[str, str, str, dict[str, Any] | None], ...] = (
    ("get", "/api/stations", "/api/stations", None),
    ("get", "/api/stations/{station}", WALL, None),
    ("post", "/api/stations/{station}/scans", f"{WALL}/scans", {"symbology": "ean13", "text": EAN}),
    ("get", "/api/stations/{station}/search", f"{WALL}/search?q=boot&limit=5", None),
    ("get", "/api/stations/{station}/products/{sku}", f"{WALL}/products/{BOOT}", None),
    ("post", "/api/stations/{station}/basket/lines", f"{WALL}/basket/lines", {"sku": BOOT, "quantity": 2}),
    ("get", "/api/stations/{station}/basket", f"{WALL}/basket", None),
    ("put", "/api/stations/{station}/basket/lines/{sku}", f"{WALL}/basket/lines/{BOOT}", {"quantity": 1}),
    ("post", "/api/stations/{station}/done", f"{WALL}/done", None),
)


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/api/openapi.json").data)
    return found


def check(described: dict[str, Any], method: str, path: str, answer: TestResponse) -> None:
    """That the answer is one of those described, with the body described for it."""
    responses = described["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, answer.text
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json)


def test_the_description_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()


def test_every_good_answer_is_as_described(aurora: Aurora, client: FlaskClient, described: dict[str, Any]) -> None:
    called = set()
    for method, path, url, body in GOOD:
        answer = client.open(url, method=method.upper(), json=body)
        assert answer.status_code == 200, (url, answer.text)
        check(described, method, path, answer)
        called.add((method, path))
    pair = {"station": "wall", "code": aurora.shop.pairing.offer("wall")}
    check(described, "post", "/api/pair", client.post("/api/pair", json=pair))
    every = {(method, path) for path, methods in described["paths"].items() for method in methods}
    assert called | {("post", "/api/pair")} == every


def test_an_app_shops_by_the_api_and_the_screen_follows(aurora: Aurora, client: FlaskClient) -> None:
    assert client.post(f"{WALL}/scans", json={"text": EAN}).json == {"screen": "article", "sku": BOOT}
    found = client.get(f"{WALL}/search?q=boot").json
    assert found["total"] >= 1 and found["nearest"] == ""
    product = client.get(f"{WALL}/products/{BOOT}").json
    assert BOOT in {variant["sku"] for variant in product["variants"]}
    assert {count["store"] for count in product["stock"]} >= {"aurora-tallinn"}
    basket = client.post(f"{WALL}/basket/lines", json={"sku": BOOT, "quantity": 2, "fulfilment": "collect"}).json
    assert [(line["item"]["sku"], line["quantity"], line["fulfilment"]) for line in basket["lines"]] == [
        (BOOT, 2, "collect")
    ]
    assert aurora.shop.basket("wall").count == 2
    assert client.put(f"{WALL}/basket/lines/{BOOT}", json={"quantity": 0}).json["lines"] == []
    assert client.post(f"{WALL}/done").json["visit"] is None


@pytest.mark.parametrize(
    ("method", "path", "url", "body", "status"),
    [
        ("get", "/api/stations/{station}", "/api/stations/nowhere", None, 404),
        ("get", "/api/stations/{station}/products/{sku}", f"{WALL}/products/none", None, 404),
        ("get", "/api/stations/{station}/search", f"{WALL}/search?limit=many", None, 400),
        ("post", "/api/stations/{station}/scans", f"{WALL}/scans", {"data": "***"}, 400),
        ("post", "/api/stations/{station}/scans", f"{WALL}/scans", None, 415),
        ("post", "/api/stations/{station}/basket/lines", f"{WALL}/basket/lines", {"sku": BOOT, "quantity": 0}, 400),
        ("post", "/api/stations/{station}/basket/lines", f"{WALL}/basket/lines", {"sku": BOOT, "price": 1}, 400),
        ("post", "/api/stations/{station}/basket/lines", f"{WALL}/basket/lines", {"sku": "none"}, 422),
        ("put", "/api/stations/{station}/basket/lines/{sku}", f"{WALL}/basket/lines/x", {"quantity": 1}, 422),
        ("post", "/api/pair", "/api/pair", {"station": "wall", "code": "none"}, 403),
    ],
)
def test_every_refusal_is_as_described(
    client: FlaskClient,
    described: dict[str, Any],
    method: str,
    path: str,
    url: str,
    body: dict[str, Any] | None,
    status: int,
) -> None:
    answer = client.open(url, method=method.upper(), json=body)
    assert answer.status_code == status
    check(described, method, path, answer)
    assert client.get(WALL).json["basket"] == 0


def test_where_pairing_is_required_a_call_needs_the_token_of_its_station(
    aurora: Aurora, client: FlaskClient, described: dict[str, Any]
) -> None:
    aurora.shop.pairing.required = True
    token = {"Authorization": f"Bearer {aurora.shop.pairing.issue('wall')}"}
    refused = client.get(f"{WALL}/basket")
    assert refused.status_code == 401
    check(described, "get", "/api/stations/{station}/basket", refused)
    assert client.get(f"{WALL}/basket", headers=token).status_code == 200
    assert client.get("/api/stations/tablet/basket", headers=token).status_code == 401
