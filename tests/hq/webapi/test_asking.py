"""Who is let in, who is told what, and what is shown: never what the rules of audiences forbid."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from hq import browsers, decisions
from hq.config_file import parse
from hq.errors import ConfigError
from hq.linking.person import standing
from hq.links import Links, passing
from hq.orders import import_orders
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from hq.webapi import limits
from tests.hq import showroom as shop
from tests.hq.answers.known import SARAH, consent, meet
from tests.hq.webapi.conftest import KEY, ORIGIN, SECRET, Shop, config, signature

VIEW = {"id": "event-view", "name": "view_item", "properties": {"item_id": "COAT-M"}}


def problem(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.data)["error"]


def test_another_origin_a_wrong_key_and_a_wrong_secret_are_refused(sarahs: Shop) -> None:
    body = {"events": [VIEW]}
    assert problem(sarahs.post("/web/events", body, origin="https://evil.example"))[0] == 403
    assert problem(sarahs.client.post("/web/events", json={"key": KEY, **body}))[0] == 403
    wrong = sarahs.client.post("/web/events", json={"key": "x" * 16, **body}, headers={"Origin": ORIGIN})
    assert problem(wrong)[0] == 401
    assert problem(sarahs.sign("/web/events", body, secret="another"))[0] == 401
    octets = json.dumps({"key": KEY, "events": []}).encode()
    forged = json.dumps({"key": KEY, **body}).encode()
    assert (
        sarahs.client.post("/web/events", data=forged, headers={"X-Tote-Signature": signature(octets)}).status_code
        == 401
    )


def test_only_the_shops_own_pages_may_read_the_answers(sarahs: Shop) -> None:
    told = sarahs.post("/web/events", {"events": [VIEW]})
    assert told.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in told.headers
    assert "Set-Cookie" not in told.headers
    foreign = sarahs.post("/web/events", {"events": [VIEW]}, origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in foreign.headers
    before = sarahs.client.options("/web/events", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"})
    assert before.status_code == 200
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert before.headers["Access-Control-Allow-Headers"] == "Content-Type"
    other = sarahs.client.options("/web/events", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"nonsense", 400),
        (b"[" * 5000, 400),
        (b'{"key": "k"}', 400),
        (json.dumps({"key": KEY, "events": [{"id": "short", "name": "purchase"}]}).encode(), 400),
        (json.dumps({"key": KEY, "events": [VIEW] * 51}).encode(), 400),
        (b" " * 70_000, 413),
    ],
)
def test_what_can_not_be_read_is_refused(sarahs: Shop, body: bytes, status: int) -> None:
    assert problem(sarahs.client.post("/web/events", data=body, headers={"Origin": ORIGIN}))[0] == status


def test_too_many_calls_are_asked_to_wait(tmp_path: Path) -> None:
    hq = shop.showroom(tmp_path / "hq", config=config(tmp_path, most_per_second=1))
    webshop = Shop(hq, create_app(hq).test_client())
    answers = [webshop.post("/web/events", {"events": [VIEW]}) for _ in range(7)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "1"
    hq.close()


def test_made_up_browsers_of_one_address_leave_the_others_their_share(tmp_path: Path) -> None:
    hq = shop.showroom(tmp_path / "hq", config=config(tmp_path, most_per_second=20))
    client = create_app(hq).test_client()

    def ask(visitor: str, address: str) -> int:
        path = f"/retarget?key={KEY}&visitor={visitor}"
        return client.get(path, headers={"Origin": ORIGIN}, environ_overrides={"REMOTE_ADDR": address}).status_code

    statuses = [ask(f"made-up-{n}", "198.51.100.7") for n in range(50)]
    assert statuses[0] == 200 and statuses.count(429) > 10
    assert ask("", "203.0.113.9") == 200
    hq.close()


def test_a_bucket_fills_again_and_forgets_nobody_too_early() -> None:
    now = [0.0]
    bucket = limits.Limits(lambda: now[0])
    assert [bucket.take("a", 1, 2) for _ in range(3)] == [True, True, False]
    assert bucket.take("b", 1, 2)
    now[0] = 1.0
    assert [bucket.take("a", 1, 2) for _ in range(2)] == [True, False]


# ---- who a browser is ----


def test_a_browser_that_comes_from_the_basket_is_known_in_the_web_shop(sarahs: Shop, hq: Hq) -> None:
    gone = sarahs.client.get(f"{Links(base='', key=hq.keys.link).basket(shop.BASKET)}/buy")
    assert gone.status_code == 303
    address, _, passed = gone.headers["Location"].rpartition("&tote_pass=")
    assert address == f"https://shop.aurora.example/cart/BOOT-42:1?basket={shop.BASKET}"
    fresh = json.loads(sarahs.post("/web/visitor", {"passed": passed}).data)["visitor"]
    assert fresh and fresh != sarahs.visitor
    sarahs.visitor = fresh
    assert sarahs.basket() == {"BOOT-42": 1}


def test_a_pass_holds_for_minutes_and_can_not_be_made_up(sarahs: Shop, hq: Hq) -> None:
    text = passing(hq.keys.link, shop.BASKET, hq.clock())
    hq.clock.now += 301_000  # type: ignore[attr-defined]
    for wrong in (text, text[:-1] + "A", "", "x", "é"):
        assert json.loads(sarahs.post("/web/visitor", {"passed": wrong}).data) == {"visitor": ""}


def test_without_consent_nobody_takes_a_pass_along_nor_is_known_by_one(webshop: Shop, hq: Hq) -> None:
    shop.send_basket(hq, skus={"BOOT-42": 1}, consents=("marketing",))
    link = Links(base="", key=hq.keys.link).basket(shop.BASKET)
    assert "tote_pass" not in webshop.client.get(f"{link}/buy").headers["Location"]
    passed = passing(hq.keys.link, shop.BASKET, hq.clock())
    assert json.loads(webshop.post("/web/visitor", {"passed": passed}).data) == {"visitor": ""}


def test_the_shops_server_says_who_signed_in_and_a_browser_does_not(sarahs: Shop, hq: Hq) -> None:
    body = {"person": {"mail": shop.MAIL}}
    assert json.loads(sarahs.post("/web/visitor", body).data) == {"visitor": ""}
    drawn = json.loads(sarahs.sign("/web/visitor", body).data)["visitor"]
    with hq.reading() as reading:
        assert browsers.owner(reading, hq.keys, drawn) == shop.PROFILE
    assert json.loads(sarahs.sign("/web/visitor", {"person": {"mail": "no address"}}).data) == {"visitor": ""}


def test_the_server_asks_for_a_customer_by_a_signed_address(sarahs: Shop, hq: Hq) -> None:
    with hq.engine.begin() as connection:
        row = {"kind": "customer", "digest": hq.keys.digest_of("customer", "aurora:7"), "profile": shop.PROFILE}
        connection.execute(tables.identity.insert().values(row | {"value": b"", "created": shop.NOON}))
    path = f"/retarget?key={KEY}&customer=aurora%3A7"
    assert sarahs.client.get(path, headers={"Origin": ORIGIN}).json == {"items": []}
    signed = sarahs.client.get(path, headers={"X-Tote-Signature": signature(path.encode(), SECRET)})
    assert [one["article"]["sku"] for one in signed.json["items"]] == ["BOOT-42"]


# ---- what is shown ----


def test_what_may_be_shown_comes_with_its_price_and_why(sarahs: Shop) -> None:
    (shown,) = sarahs.get("/retarget", language="de")["items"]
    assert shown["article"] == {
        "sku": "BOOT-42",
        "product_id": "boot",
        "name": "Wanderstiefel Fjell",
        "variant": "42 · Moss",
        "price": 18900,
        "currency": "EUR",
        "picture": "https://bag.aurora.example/brand/mark-600.png",
        "link": "https://shop.aurora.example/boot-42",
    }
    assert "not bought" in shown["why"]


def test_what_is_bought_anywhere_is_shown_no_more(sarahs: Shop, hq: Hq, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "order_id,at,store,sku,quantity,price,currency,mail\n"
        f"R-1,2026-11-02T12:00:00Z,aurora-tartu,BOOT-41,1,189.00,EUR,{shop.MAIL}\n"
    )
    assert sarahs.retargeted() == ["BOOT-42"]
    import_orders(hq, orders)
    assert sarahs.retargeted() == [], "another size is the same wish"


def test_what_is_sold_out_in_that_size_is_not_shown(webshop: Shop, hq: Hq) -> None:
    shop.send_basket(hq, skus={"BOOT-43": 1, "COAT-M": 1}, consents=("marketing", "profiling"))
    webshop.known()
    assert webshop.retargeted() == ["COAT-M"]


@pytest.mark.parametrize("without", ["marketing", "profiling"])
def test_without_either_consent_nothing_is_shown(sarahs: Shop, hq: Hq, without: str) -> None:
    assert sarahs.retargeted() == ["BOOT-42"]
    decisions.withdraw(hq, shop.PROFILE, how="staff", purposes=(without,))  # type: ignore[arg-type]
    assert sarahs.retargeted() == []


def test_the_unsubscribed_and_the_control_group_are_shown_nothing(sarahs: Shop, hq: Hq) -> None:
    with hq.engine.begin() as connection:
        connection.execute(update(tables.profile).values(control=True))
    assert sarahs.retargeted() == []
    with hq.engine.begin() as connection:
        connection.execute(update(tables.profile).values(control=False))
    decisions.unsubscribe(hq, shop.PROFILE, how="mail-link")
    assert sarahs.retargeted() == []


# ---- settings ----


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('write_key = "short"', "openssl"),
        ('write_key = "0123456789abcdef"\norigins = ["https://shop.example/"]', "origins"),
        ('write_key = "0123456789abcdef"\norigins = ["*"]', "origins"),
        ('write_key = "0123456789abcdef"\nmost_per_second = 0', "most_per_second"),
    ],
)
def test_settings_that_make_no_sense_are_refused(line: str, word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        parse(f'[[webshop]]\nname = "a"\n{line}\n')


def test_a_browser_is_shown_nothing_of_whom_an_order_made_one_with_its_owner(sarahs: Shop, hq: Hq) -> None:
    """A stranger types Sarah's address with their own customer number: then her basket is none of their browser's. What
    either of them bought is left out for both."""
    with hq.engine.begin() as connection:
        meet(connection, hq, mail="mallory@example.com")
        consent(connection, "profiling", True)
        consent(connection, "marketing", True)
    order = {
        "store": "web",
        "sku": "PACK-1",
        "quantity": 1,
        "price": 1,
        "currency": "EUR",
        "basket": None,
        "card": None,
    }
    customer = hq.keys.digest_of("customer", "shopify:666")
    for number, mail in enumerate(("mallory@example.com", shop.MAIL)):
        names = {"buyer": hq.keys.digest_of("mail", mail), "customer": customer}
        decisions.orders_imported(hq, [order | names | {"order_id": f"W-{number}", "at": hq.clock()}])
    with hq.reading() as connection:
        assert standing(connection, SARAH) == standing(connection, shop.PROFILE)
    assert (sarahs.basket(), sarahs.retargeted()) == ({"BOOT-42": 1}, ["BOOT-42"])
    sarahs.visitor = browsers.draw(hq, SARAH)
    assert sarahs.visitor
    assert (sarahs.basket(), sarahs.retargeted()) == ({}, [])
