"""Orders as shops tell them, signed, one by one: what they change, and what nobody gets through."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hq.audience import explain
from hq.config import Config, Webhook
from hq.config_file import parse
from hq.errors import ConfigError
from hq.orders.web import HEADERS, MOST_OCTETS
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from tests.hq import showroom as shop

SECRET = "a secret of the shop"
AT = "2026-11-03T10:00:00+02:00"
TOTE = {
    "order_id": "T-1",
    "at": AT,
    "store": "aurora-tallinn",
    "currency": "EUR",
    "mail": shop.MAIL,
    "lines": [{"sku": "BOOT-42", "quantity": 1, "price": "189.00"}],
}
SHOPIFY = {
    "id": 820982911946154508,
    "processed_at": AT,
    "currency": "EUR",
    "email": "Sarah@Example.com",
    "note_attributes": [{"name": "gift", "value": "no"}],
    "line_items": [{"sku": "BOOT-42", "quantity": 1, "price": "189.00"}, {"sku": "", "quantity": 1, "price": "3.00"}],
}
WOO = {
    "id": 727,
    "status": "processing",
    "currency": "EUR",
    "date_created_gmt": "2026-11-03T08:00:00",
    "billing": {"email": shop.MAIL},
    "line_items": [{"sku": "BOOT-42", "quantity": 1, "price": 189}],
}
ORDERS: dict[str, dict[str, Any]] = {"tote": TOTE, "shopify": SHOPIFY, "woocommerce": WOO}


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    hooks = tuple(Webhook(name=shape, shape=shape, secret_file=str(secret)) for shape in ORDERS)
    hq = shop.showroom(tmp_path / "hq", config=Config(webhook=hooks))
    shop.send_basket(hq, consents=("marketing",))
    yield hq
    hq.close()


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


def tell(client: FlaskClient, shape: str, told: object, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    signature = b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    answer = client.post(f"/orders/{shape}", data=body, headers={HEADERS[shape]: signature})
    return answer.status_code, json.loads(answer.data)


def reason(hq: Hq, sku: str = "BOOT-42") -> str:
    with hq.reading() as connection:
        return next(one.reason for one in explain(connection, hq.catalogue(), shop.PROFILE) if one.sku == sku)


def kept(hq: Hq) -> list[tuple[str, str, int, int]]:
    order = tables.order_line.c
    with hq.reading() as connection:
        rows = connection.execute(select(order.order_id, order.sku, order.quantity, order.price).order_by(order.at))
        return [tuple(row) for row in rows]  # type: ignore[misc]


@pytest.mark.parametrize("shape", ORDERS)
def test_an_order_ends_the_advertising_at_once_and_counts_once(hq: Hq, client: FlaskClient, shape: str) -> None:
    assert reason(hq) == "in-basket"
    for accepted in (1, 0, 0):
        status, told = tell(client, shape, ORDERS[shape])
        assert (status, told["accepted"], told["rejected"]) == (200, accepted, 0)
    assert reason(hq) == "bought"
    assert [(sku, quantity, price) for _, sku, quantity, price in kept(hq)] == [("BOOT-42", 1, 18900)]


@pytest.mark.parametrize(
    ("shape", "undone"),
    [
        ("shopify", SHOPIFY | {"cancelled_at": "2026-11-04T10:00:00+02:00"}),
        (
            "shopify",
            {
                "id": 5,
                "order_id": SHOPIFY["id"],
                "created_at": "2026-11-04T10:00:00+02:00",
                "refund_line_items": [
                    {
                        "quantity": 1,
                        "line_item": {"sku": "BOOT-42", "price": "189.00"},
                        "subtotal_set": {"shop_money": {"currency_code": "EUR"}},
                    }
                ],
            },
        ),
        ("woocommerce", WOO | {"status": "refunded", "date_modified_gmt": "2026-11-04T08:00:00"}),
        ("woocommerce", WOO | {"status": "cancelled", "date_modified_gmt": "2026-11-04T08:00:00"}),
        (
            "tote",
            TOTE | {"order_id": "T-2", "at": "2026-11-04", "lines": [{"sku": "BOOT-42", "quantity": -1, "price": 189}]},
        ),
    ],
)
def test_what_was_taken_back_is_bought_no_more(hq: Hq, client: FlaskClient, shape: str, undone: dict[str, Any]) -> None:
    assert tell(client, shape, ORDERS[shape])[0] == 200
    for _ in range(2):
        assert tell(client, shape, undone)[0] == 200
    assert sum(quantity for _, _, quantity, _ in kept(hq)) == 0
    assert reason(hq) == "returned", "nor shown again, until it lies in a basket once more"


REFUND = {
    "id": 5,
    "order_id": SHOPIFY["id"],
    "created_at": "2026-11-04T11:00:00+02:00",
    "refund_line_items": [
        {
            "quantity": 1,
            "line_item": {"sku": "BOOT-42", "price": "189.00"},
            "subtotal_set": {"shop_money": {"currency_code": "EUR"}},
        }
    ],
}
CANCELLED = SHOPIFY | {"cancelled_at": "2026-11-04T10:00:00+02:00"}
WOO_DONE = {"date_modified_gmt": "2026-11-04T08:00:00"}


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("shopify", [REFUND, CANCELLED]),
        ("shopify", [CANCELLED, REFUND]),
        ("shopify", [REFUND, REFUND | {"id": 6}]),
        ("woocommerce", [WOO | WOO_DONE | {"status": "cancelled"}, WOO | WOO_DONE | {"status": "refunded"}]),
    ],
)
def test_what_is_told_twice_under_two_names_takes_nothing_else_back(
    hq: Hq, client: FlaskClient, shape: str, told: list[dict[str, Any]]
) -> None:
    """They bought two pairs in two orders, and cancelled one: the other is theirs, and not advertised."""
    another: dict[str, Any] = ORDERS[shape] | {"id": 777}
    for one in (ORDERS[shape], another, *told, *told):
        assert tell(client, shape, one)[0] == 200
    assert sum(quantity for _, _, quantity, _ in kept(hq)) == 1
    assert reason(hq) == "bought"


def test_a_refund_of_an_order_that_nobody_knows_counts_as_told(hq: Hq, client: FlaskClient) -> None:
    assert tell(client, "shopify", REFUND | {"order_id": 999_999})[0] == 200
    assert [quantity for _, _, quantity, _ in kept(hq)] == [-1]


def test_an_order_that_is_not_paid_is_none(hq: Hq, client: FlaskClient) -> None:
    for state in ("pending", "failed", "checkout-draft"):
        assert tell(client, "woocommerce", WOO | {"status": state})[0] == 200
    assert kept(hq) == [] and reason(hq) == "in-basket"


@pytest.mark.parametrize(
    ("shape", "order"),
    [
        ("tote", {**TOTE, "mail": "", "basket": shop.BASKET}),
        ("shopify", SHOPIFY | {"email": None, "note_attributes": [{"name": "tote_basket", "value": shop.BASKET}]}),
        ("woocommerce", WOO | {"billing": None, "meta_data": [{"key": "tote_basket", "value": shop.BASKET}]}),
    ],
)
def test_an_order_is_known_by_its_basket_too(hq: Hq, client: FlaskClient, shape: str, order: dict[str, Any]) -> None:
    assert tell(client, shape, order)[0] == 200
    assert reason(hq) == "bought"


def test_an_article_may_be_named_by_its_gtin(hq: Hq, client: FlaskClient) -> None:
    assert tell(client, "tote", {**TOTE, "lines": [{"sku": shop.GTIN, "quantity": 1, "price": "1"}]})[0] == 200
    assert reason(hq) == "bought"


@pytest.mark.parametrize("shape", ORDERS)
def test_what_is_not_signed_with_the_secret_changes_nothing(hq: Hq, client: FlaskClient, shape: str) -> None:
    assert tell(client, shape, ORDERS[shape], secret="another")[0] == 401
    answer = client.post(f"/orders/{shape}", data=json.dumps(ORDERS[shape]))
    assert answer.status_code == 401 and HEADERS[shape] in answer.get_json()["error"]
    assert kept(hq) == []


def test_without_its_secret_a_webhook_takes_nothing(hq: Hq, tmp_path: Path) -> None:
    for content in (None, ""):
        file = tmp_path / "other"
        if content is not None:
            file.write_text(content)
        hooks = (Webhook(name="tote", secret_file=str(file)),)
        client = create_app(replace(hq, config=replace(hq.config, webhook=hooks))).test_client()
        assert tell(client, "tote", TOTE, secret="")[0] == 401


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (json.dumps(TOTE | {"lines": "many"}).encode(), 422),
        (json.dumps(TOTE | {"at": "yesterday"}).encode(), 422),
        (json.dumps(TOTE | {"currency": "euros"}).encode(), 422),
        (json.dumps(TOTE | {"lines": [{"sku": "X", "quantity": float("nan"), "price": "1"}]}).encode(), 422),
        (json.dumps(TOTE | {"lines": [{"sku": "\x00", "quantity": 1, "price": "1"}]}).encode(), 422),
        (b" " * (MOST_OCTETS + 1), 413),
    ],
)
def test_what_is_no_order_is_refused_in_words(hq: Hq, client: FlaskClient, told: bytes, status: int) -> None:
    body_signed = client.post(
        "/orders/tote",
        data=told,
        headers={HEADERS["tote"]: b64encode(hmac.digest(SECRET.encode(), told, "sha256")).decode()},
    )
    assert body_signed.status_code == status
    assert kept(hq) == []


def test_of_an_order_with_a_bad_line_none_is_taken_so_that_it_is_told_again_whole(hq: Hq, client: FlaskClient) -> None:
    lines = [{"sku": "BOOT-42", "quantity": 1, "price": "189"}, {"sku": "COAT-M", "quantity": 0, "price": "149"}]
    status, told = tell(client, "tote", TOTE | {"lines": lines})
    assert (status, told["rejected"]) == (422, 1)
    assert "no number of pieces" in told["problems"][0]["reason"]
    assert kept(hq) == []


def test_the_unsigned_knock_of_woocommerce_is_answered(client: FlaskClient) -> None:
    assert client.post("/orders/woocommerce", data="webhook_id=5").status_code == 200


def test_two_shops_with_one_number_are_two_orders(hq: Hq) -> None:
    """The prefixed one is taken back by its own shop's word alone."""
    hooks = tuple(replace(one, prefix="b-" if one.name == "woocommerce" else "") for one in hq.config.webhook)
    client = create_app(replace(hq, config=replace(hq.config, webhook=hooks))).test_client()
    number = SHOPIFY["id"]
    assert tell(client, "shopify", SHOPIFY | {"email": "other@example.com"})[0] == 200
    assert tell(client, "woocommerce", WOO | {"id": number})[0] == 200
    with hq.reading() as connection:
        column = tables.order_line.c.order_id
        assert set(connection.scalars(select(column).distinct())) == {str(number), f"b-{number}"}
    assert tell(client, "woocommerce", WOO | WOO_DONE | {"id": number, "status": "cancelled"})[0] == 200
    with hq.reading() as connection:
        left = select(func.sum(tables.order_line.c.quantity)).where(column.startswith("b-"))
        assert connection.scalar(left) == 0


def test_an_undeclared_webhook_is_not_there(client: FlaskClient) -> None:
    assert client.post("/orders/other", data="{}").status_code == 404


def test_webhooks_of_one_store_are_told_apart_by_a_prefix() -> None:
    two = '[[webhook]]\nname = "shop"\nsecret_file = "s"\n[[webhook]]\nname = "till"\nsecret_file = "t"\nprefix = "t-"'
    assert [one.prefix for one in parse(two).webhook] == ["", "t-"]


@pytest.mark.parametrize(
    "text",
    [
        '[[webhook]]\nname = "Shop"\nsecret_file = "s"',
        '[[webhook]]\nname = "shop"\nsecret_file = "s"\nshape = "magento"',
        '[[webhook]]\nname = "shop"\nsecret_file = ""',
        '[[webhook]]\nname = "shop"\nsecret_file = "s"\n[[webhook]]\nname = "till"\nsecret_file = "t"',
        '[[webhook]]\nname = "shop"\nsecret_file = "s"\nprefix = "no blanks"',
    ],
)
def test_a_wrong_setting_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match="webhook"):
        parse(text)
