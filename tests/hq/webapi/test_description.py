"""The API's description is OpenAPI 3.1, and what HQ really answers is what it says."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.hq.webapi.conftest import KEY, Shop


@pytest.fixture
def described(sarahs: Shop) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sarahs.client.get("/web/openapi.json").data)
    return found


def check(described: dict[str, Any], method: str, path: str, answer: TestResponse) -> None:
    responses = described["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, answer.text
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": described["components"]}).validate(answer.json)


def test_it_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()


def test_answers_and_refusals_are_as_described(sarahs: Shop, described: dict[str, Any]) -> None:
    sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))
    headers = {"Origin": "https://shop.aurora.example"}
    called = {
        ("post", "/web/events"): sarahs.post("/web/events", {"events": [sarahs.event("view_item", "COAT-M")]}),
        ("post", "/web/visitor"): sarahs.post("/web/visitor", {"passed": "x"}),
        ("get", "/web/basket"): sarahs.client.get(f"/web/basket?key={KEY}&visitor={sarahs.visitor}", headers=headers),
        ("get", "/retarget"): sarahs.client.get(f"/retarget?key={KEY}&visitor={sarahs.visitor}", headers=headers),
    }
    assert set(called) == {(method, path) for path, methods in described["paths"].items() for method in methods}
    for (method, path), answer in called.items():
        assert answer.status_code == 200, answer.text
        check(described, method, path, answer)
    check(described, "get", "/retarget", sarahs.client.get(f"/retarget?key={KEY}"))
    check(described, "get", "/retarget", sarahs.client.get(f"/retarget?key={KEY}&limit=many", headers=headers))
    check(described, "post", "/web/events", sarahs.client.post("/web/events", data=b"{"))
    check(described, "post", "/web/events", sarahs.sign("/web/events", {"events": []}, secret="another"))
