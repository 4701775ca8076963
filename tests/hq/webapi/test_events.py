"""What a web shop tells becomes of the person who allows it, of nobody else, once, and the same after a replay."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from hq import decisions, lapsing
from hq.answers.profile import open_basket
from hq.audience import explain, facts
from hq.config_coupons import Coupon
from hq.coupons import codes, issuing
from hq.insight.timeline import timeline
from hq.journeys.rules import DAY
from hq.service import Hq
from hq.store import tables
from hq.store.state import derived_hash
from hq.webapi.carts import basket_id
from tests.hq import showroom as shop
from tests.hq.webapi.conftest import Shop

THIRTY = {"currency": "EUR", "transaction_id": "W-1"}
OWN = {"currency": "EUR", "transaction_id": "W-2", "coupon": "WELCOME10", "points": "many", "tote_points": None}
"""A code and a word of the shop's own."""
SPRING = Coupon(name="spring", percent=10)


def rows(hq: Hq, table: Any) -> list[Any]:
    with hq.reading() as reading:
        return list(reading.execute(select(table)))


def bought(hq: Hq) -> set[str]:
    with hq.reading() as reading:
        return set(facts.purchases(reading, shop.PROFILE))


def test_what_lies_in_the_web_cart_and_what_was_sent_from_the_wall_are_one_basket(sarahs: Shop) -> None:
    assert sarahs.basket() == {"BOOT-42": 1}
    assert sarahs.tell(sarahs.event("add_to_cart", "COAT-M")) == {
        "accepted": 1,
        "repeated": 0,
        "ignored": 0,
        "visitor": True,
    }
    assert sarahs.basket() == {"COAT-M": 1, "BOOT-42": 1}
    assert set(sarahs.retargeted()) == {"COAT-M", "BOOT-42"}
    with sarahs.hq.reading() as reading:
        why = {one.sku: one.reason for one in explain(reading, sarahs.hq.catalogue(), shop.PROFILE)}
    assert why == {"COAT-M": "in-basket", "BOOT-42": "in-basket"}


def test_the_wall_that_recognises_them_has_both(sarahs: Shop) -> None:
    def at_the_wall() -> list[str]:
        with sarahs.hq.reading() as reading:
            return [line["sku"] for line in open_basket(reading, shop.PROFILE, since=shop.NOON - 1)]

    sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))
    assert at_the_wall() == ["COAT-M", "BOOT-42"]
    sarahs.tell(sarahs.event("view_cart"))
    assert at_the_wall() == ["BOOT-42"], "an empty cart hides no basket"


@pytest.mark.parametrize(
    ("names", "pieces"),
    [
        ((("Product Added", 2), ("product_removed", 1)), 1),
        ((("add_to_cart", 2), ("add_to_cart", 1)), 3),
        ((("product_added", 2), ("view_cart", 5)), 5),
        ((("add_to_cart", 2), ("remove_from_cart", 9)), 0),
        ((("add_to_cart", 98), ("add_to_cart", 98)), 99),
    ],
)
def test_the_cart_follows_the_names_of_segment_and_of_ga4(
    sarahs: Shop, names: tuple[tuple[str, int], ...], pieces: int
) -> None:
    for name, quantity in names:
        event = sarahs.event(name)
        event["properties"] = {"products": [{"product_id": "COAT-M", "quantity": str(quantity)}]}
        sarahs.tell(event)
    assert sarahs.basket().get("COAT-M", 0) == pieces


def test_a_cart_that_is_seen_empty_is_empty(sarahs: Shop) -> None:
    sarahs.tell(sarahs.event("add_to_cart", "COAT-M"), sarahs.event("cart_viewed"))
    assert sarahs.basket() == {"BOOT-42": 1}, "the wall's is another"


def test_an_event_counts_once_however_often_it_is_told(sarahs: Shop) -> None:
    event = sarahs.event("add_to_cart", "COAT-M")
    assert sarahs.tell(event, event)["accepted"] == 1
    before = len(list(sarahs.hq.journal.entries()))
    assert sarahs.tell(event) == {"accepted": 0, "repeated": 1, "ignored": 0, "visitor": True}
    assert sarahs.basket()["COAT-M"] == 1
    assert len(list(sarahs.hq.journal.entries())) == before


def test_a_page_takes_no_id_from_what_the_shops_server_signs(sarahs: Shop) -> None:
    event = {"id": "cart-000042", "name": "view_cart", "properties": {"items": [{"item_id": "POT-1"}]}}
    assert sarahs.post("/web/events", {"events": [event]}).status_code == 200
    told = sarahs.sign("/web/events", {"person": {"mail": shop.MAIL}, "events": [event]})
    assert told.json["accepted"] == 1  # type: ignore[index]


def test_of_nobody_known_only_what_nobody_did_is_kept(webshop: Shop) -> None:
    shop.send_basket(webshop.hq, consents=("marketing",))
    webshop.known()
    told = webshop.tell(webshop.event("view_item", "COAT-M"), webshop.event("add_to_cart", "BOOT-42"))
    assert told == {"accepted": 2, "repeated": 0, "ignored": 0, "visitor": False}
    assert rows(webshop.hq, tables.web_event) == []
    assert [(row.kind, row.sku) for row in rows(webshop.hq, tables.web_report)] == [
        ("viewed", "COAT-M"),
        ("added", "BOOT-42"),
    ]
    assert webshop.get("/web/basket") == {"lines": []}
    assert webshop.get("/retarget") == {"items": []}
    assert [entry.kind for entry in webshop.hq.journal.entries()] == []


def test_names_and_articles_that_hq_does_not_know_are_passed_over(sarahs: Shop) -> None:
    odd = sarahs.event("add_to_cart", "NO-SUCH")
    assert sarahs.tell(odd, sarahs.event("coupon_entered", "COAT-M"))["ignored"] == 2
    negative = sarahs.event("add_to_cart")
    negative["properties"] = {"item_id": "COAT-M", "quantity": -3}
    assert sarahs.tell(negative)["ignored"] == 1
    assert rows(sarahs.hq, tables.web_event) == []


def test_an_article_is_also_known_by_its_gtin(sarahs: Shop) -> None:
    event = sarahs.event("add_to_cart")
    event["properties"] = {"item_id": "variant-7", "product_id": int(shop.GTIN)}
    sarahs.tell(event)
    assert rows(sarahs.hq, tables.web_event)[0].sku == "BOOT-42"


def test_the_price_is_hqs_and_not_what_a_browser_says(sarahs: Shop) -> None:
    event = sarahs.event("add_to_cart")
    event["properties"] = {"item_id": "COAT-M", "price": 0.01, "currency": "EUR"}
    sarahs.tell(event)
    assert rows(sarahs.hq, tables.web_event)[0].price == 14900


# ---- purchases ----


def test_a_browsers_word_of_a_purchase_marks_nothing_as_bought(sarahs: Shop) -> None:
    sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))
    sarahs.tell(sarahs.event("purchase", "BOOT-42", "COAT-M", **THIRTY))
    assert bought(sarahs.hq) == set()
    assert rows(sarahs.hq, tables.order_line) == []
    assert sarahs.basket() == {"BOOT-42": 1}, "the cart that it emptied is its own"
    assert sarahs.retargeted() == ["BOOT-42"]


def test_signed_by_the_shops_server_it_is_an_order(sarahs: Shop) -> None:
    sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))
    event = sarahs.event("order_completed", "BOOT-42", "COAT-M", **THIRTY)
    body = {"person": {"mail": "Sarah@Example.com", "customer": "aurora:7"}, "events": [event]}
    for _ in range(2):
        assert sarahs.sign("/web/events", body).status_code == 200
    assert bought(sarahs.hq) == {"BOOT-42", "COAT-M"}
    assert {(row.order_id, row.store, row.price) for row in rows(sarahs.hq, tables.order_line)} == {
        ("W-1", "web", 18900),
        ("W-1", "web", 14900),
    }
    assert sarahs.basket() == {}
    assert sarahs.retargeted() == []


def test_a_signed_order_says_which_code_it_bore_and_which_points_it_was_paid_with(sarahs: Shop) -> None:
    code = issuing.issue(replace(sarahs.hq, config=replace(sarahs.hq.config, coupon=(SPRING,))), "spring", 1)[0].code
    paid = THIRTY | {"coupon": code.lower(), "tote_points": 40}
    for event in (sarahs.event("purchase", "COAT-M", **paid), sarahs.event("purchase", "POT-1", **OWN)):
        assert sarahs.sign("/web/events", {"person": {"mail": shop.MAIL}, "events": [event]}).status_code == 200
    found = {row.sku: (row.coupon, row.points) for row in rows(sarahs.hq, tables.order_line)}
    assert found == {"COAT-M": (codes.named(sarahs.hq.keys, code), 40), "POT-1": (None, 0)}


def test_an_order_that_makes_no_sense_is_refused_whole(sarahs: Shop) -> None:
    event = sarahs.event("purchase", "BOOT-42", currency="EUR")
    answer = sarahs.sign("/web/events", {"person": {"mail": shop.MAIL}, "events": [event]})
    assert answer.status_code == 422
    assert "order_id is missing" in json.loads(answer.data)["error"]
    assert rows(sarahs.hq, tables.order_line) == rows(sarahs.hq, tables.web_event) == []


def test_what_nobody_did_is_forgotten_after_sixty_days(sarahs: Shop) -> None:
    hq, clock = sarahs.hq, shop.SetClock()
    sarahs.tell(sarahs.event("product_viewed", "COAT-M"))
    sarahs.visitor = ""
    sarahs.tell(sarahs.event("product_viewed", "BOOT-42"))
    hq = replace(hq, clock=clock)
    clock.now = shop.NOON + 60 * DAY
    lapsing.sweep(hq)
    assert [row.sku for row in rows(hq, tables.web_report)] == ["BOOT-42"]
    clock.now += 2 * DAY
    lapsing.sweep(hq)
    assert rows(hq, tables.web_report) == []
    assert [row.sku for row in rows(hq, tables.web_event)] == ["COAT-M"], "hers stays"


def test_a_browser_names_nobody(sarahs: Shop) -> None:
    body = {"person": {"mail": shop.MAIL}, "events": [sarahs.event("add_to_cart", "COAT-M")]}
    assert sarahs.post("/web/events", body).status_code == 200
    assert rows(sarahs.hq, tables.web_event) == []


# ---- what it all is rebuilt from ----


def live(hq: Hq) -> str:
    with hq.reading() as reading:
        return derived_hash(reading)


def sarah_shops(webshop: Shop) -> None:
    """With a purchase, a change on the basket's page, and the same told twice."""
    clock = webshop.hq.clock
    for name, sku in (("add_to_cart", "COAT-M"), ("add_to_cart", "POT-1"), ("view_item", "SCARF-1")):
        webshop.tell(webshop.event(name, sku))
        clock.now += 1000  # type: ignore[attr-defined]
    order = webshop.event("purchase", "COAT-M", **THIRTY)
    webshop.sign("/web/events", {"visitor": webshop.visitor, "events": [order]})
    clock.now += 1000  # type: ignore[attr-defined]
    webshop.tell(webshop.event("add_to_cart", "PACK-1", "POT-1"))


def test_the_journal_told_again_makes_the_same(sarahs: Shop) -> None:
    sarah_shops(sarahs)
    before = live(sarahs.hq)
    with sarahs.hq.engine.begin() as connection:
        basket = basket_id(shop.PROFILE)
        for table, column in ((tables.basket_line, "basket"), (tables.basket, "id")):
            connection.execute(delete(table).where(table.c[column] == basket))
        for table in (tables.web_event, tables.order_line, tables.decision):
            connection.execute(delete(table))
    assert live(sarahs.hq) != before
    decisions.catch_up(sarahs.hq.journal, sarahs.hq.engine)
    assert live(sarahs.hq) == before
    assert sarahs.basket() == {"PACK-1": 1, "POT-1": 2, "BOOT-42": 1}


def test_in_another_order_it_makes_the_same_cart(sarahs: Shop) -> None:
    sarah_shops(sarahs)
    before = live(sarahs.hq)
    entries = [entry for entry in sarahs.hq.journal.entries() if entry.kind == "web-told"]
    with sarahs.hq.engine.begin() as connection:
        for table in (tables.web_event, tables.basket_line):
            connection.execute(delete(table).where(table.c.sku != "BOOT-42"))
        connection.execute(delete(tables.decision).where(tables.decision.c.kind == "web-told"))
        for entry in reversed(entries):
            decisions.apply(connection, entry)
    assert live(sarahs.hq) == before


def test_what_was_told_of_somebody_whom_a_restored_hq_hears_of_later_is_theirs_then(sarahs: Shop) -> None:
    sarah_shops(sarahs)
    with sarahs.hq.engine.begin() as connection:
        kept = connection.execute(select(tables.web_event).order_by(tables.web_event.c.id)).all()
        connection.execute(delete(tables.web_event))
        decisions.stand(connection, shop.PROFILE)
        again = connection.execute(select(tables.web_event).order_by(tables.web_event.c.id)).all()
    assert again == kept


def test_the_erased_leave_nothing_of_it(sarahs: Shop) -> None:
    sarah_shops(sarahs)
    decisions.erase(sarahs.hq, shop.PROFILE)
    assert (
        rows(sarahs.hq, tables.web_event) == rows(sarahs.hq, tables.basket) == rows(sarahs.hq, tables.basket_line) == []
    )
    with sarahs.hq.reading() as reading:
        told = select(func.count()).where(tables.decision.c.kind == "web-told", tables.decision.c.body != "{}")
        assert reading.scalar(told) == 0
    assert sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))["visitor"] is False
    assert sarahs.basket() == {}


def test_who_takes_the_consent_back_is_nobody_at_once(sarahs: Shop) -> None:
    decisions.withdraw(sarahs.hq, shop.PROFILE, how="staff", purposes=("profiling",))
    assert sarahs.tell(sarahs.event("add_to_cart", "COAT-M"))["visitor"] is False
    assert sarahs.basket() == {} and sarahs.retargeted() == []
    assert rows(sarahs.hq, tables.web_event) == []


def test_it_stands_in_the_persons_timeline(sarahs: Shop) -> None:
    sarahs.tell(sarahs.event("view_item", "COAT-M"))
    with sarahs.hq.reading() as reading:
        said = [(one.what, one.detail, one.where) for one in timeline(reading, shop.PROFILE)]
    assert ("Looked at", "Rain coat Udu, M · Fog", "web shop aurora") in said
