"""Sales at platforms that keep the real ones' rules: each once, of people who agreed."""

from collections.abc import Callable

import pytest

from hq import decisions, marks
from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS
from hq.sending import sends
from hq.sending.adapters import Sale, SoldLine
from hq.sending.platforms import SALES
from hq.sending.platforms.segment import Segment
from hq.sending.posting import Line
from hq.sending.sends import DONE, send
from hq.service import Hq
from tests.hq import showroom as shop
from tests.hq.sending.conftest import PACE, basket, bought, profile
from tests.hq.sending.platform import TOKEN, Platform

To = Callable[[str], Destination]
ALL = pytest.mark.parametrize("platform", ["meta-conversions", "ga4", "segment"])
MAIL = "in@example.com"


@ALL
def test_a_sale_in_the_web_and_one_in_a_store_are_told_once(hq: Hq, to: To, there: Platform, platform: str) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, "W-1")
    bought(hq, MAIL, "R-1", store="aurora-tallinn")
    sent = send(hq, to(platform), pace=PACE)
    assert (sent.state, sent.sales, there.wrong, len(there.sales)) == (DONE, 2, [], 2)
    assert send(hq, to(platform), pace=PACE).sales == 0
    assert len(there.sales) == 2


@ALL
def test_a_request_whose_answer_was_lost_counts_once(hq: Hq, to: To, there: Platform, platform: str) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, "W-1")
    first = send(hq, to(platform), pace=PACE)
    ids = set(there.sales)
    with hq.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM told_sale")  # as if killed before the commit
    assert first.sales == send(hq, to(platform), pace=PACE).sales == 1
    assert set(there.sales) == ids


@ALL
def test_nobody_who_does_not_agree_is_told_of(
    hq: Hq, to: To, there: Platform, clock: shop.SetClock, platform: str
) -> None:
    for who in ("no@example.com", "back@example.com", "gone@example.com", "out@example.com"):
        basket(hq, who, granted=who != "no@example.com")
        bought(hq, who, f"W-{who[:2]}")
    bought(hq, "stranger@example.com", "W-9")
    clock.now += 1000
    decisions.withdraw(hq, profile(hq, "back@example.com"), how="basket-page")
    decisions.erase(hq, profile(hq, "gone@example.com"))
    decisions.unsubscribe(hq, profile(hq, "out@example.com"), how="mail-link")
    assert send(hq, to(platform), pace=PACE).sales == 0
    assert there.requests == []


@ALL
def test_who_withdraws_or_is_erased_after_a_request_is_not_in_the_next(
    hq: Hq, to: To, there: Platform, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(SALES[platform], "most", 1)
    people = ("first@example.com", "back@example.com", "gone@example.com")
    for hours, who in enumerate(people):
        basket(hq, who)
        bought(hq, who, who, hours_ago=9 - hours)
    steps = sends._steps(hq, to(platform), Line(platform, pace=PACE))
    assert next(steps) == ("sales", 1)
    decisions.withdraw(hq, profile(hq, "back@example.com"), how="basket-page")
    decisions.erase(hq, profile(hq, "gone@example.com"))
    assert list(steps) == []
    assert len(there.sales) == 1


@ALL
def test_who_withdraws_while_a_platform_is_waited_for_is_not_told_of(
    hq: Hq, to: To, there: Platform, platform: str
) -> None:
    for who in (MAIL, "back@example.com"):
        basket(hq, who)
        bought(hq, who, who)
    there.misbehave = [(503, {})]
    there.meanwhile = lambda: decisions.withdraw(hq, profile(hq, "back@example.com"), how="basket-page")
    sent = send(hq, to(platform), pace=PACE)
    assert (sent.state, sent.sales, len(there.sales)) == (DONE, 1, 1)


def test_meta_knows_where_it_was_and_who_by_hashes(hq: Hq, to: To, there: Platform) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, "W-1")
    bought(hq, MAIL, "R-1", store="aurora-tallinn")
    send(hq, to("meta-conversions"), pace=PACE)
    events = {event["custom_data"]["order_id"]: event for event in there.sales.values()}
    assert {number: event["action_source"] for number, event in events.items()} == {
        "W-1": "website",
        "R-1": "physical_store",
    }
    meta = PLATFORMS["meta"]
    assert events["W-1"]["user_data"]["em"] == [meta.hashed(meta.mail(MAIL))]
    assert events["W-1"]["custom_data"]["value"] == 198.0
    assert events["W-1"]["custom_data"]["contents"] == [{"id": "PACK-1", "quantity": 2, "item_price": 99.0}]


@pytest.mark.parametrize(
    ("platform", "store", "days", "sales"),
    [
        ("meta-conversions", "web", 6.9, 1),
        ("meta-conversions", "web", 7.1, 0),
        ("meta-conversions", "aurora-tallinn", 61, 1),
        ("meta-conversions", "aurora-tallinn", 62.5, 0),
        ("ga4", "web", 2.9, 1),
        ("ga4", "web", 3.1, 0),
        ("segment", "web", 900, 1),
    ],
)
def test_what_a_platform_would_find_too_old_is_not_told(
    hq: Hq, to: To, there: Platform, platform: str, store: str, days: float, sales: int
) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, "W-1", store=store, hours_ago=days * 24)
    assert send(hq, to(platform), pace=PACE).sales == sales
    assert there.wrong == []


def test_what_staff_marked_waits_for_the_tills_word_and_counts_once(
    hq: Hq, to: To, there: Platform, clock: shop.SetClock
) -> None:
    basket(hq, MAIL)
    mark = marks.order_id("e" * 32)
    bought(hq, MAIL, mark, store="aurora-tallinn", hours_ago=0)
    assert send(hq, to("segment"), pace=PACE).sales == 0
    bought(hq, MAIL, "R-1", store="aurora-tallinn", hours_ago=0)
    clock.now += marks.ONE_SALE + 1
    assert send(hq, to("segment"), pace=PACE).sales == 1
    assert [event["properties"]["order_id"] for event in there.sales.values()] == ["R-1"]


def test_a_till_that_tells_late_of_a_mark_that_was_sent_is_not_told_again(
    hq: Hq, to: To, there: Platform, clock: shop.SetClock
) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, marks.order_id("e" * 32), store="aurora-tallinn", hours_ago=0)
    clock.now += marks.ONE_SALE + 1
    assert send(hq, to("segment"), pace=PACE).sales == 1
    bought(hq, MAIL, "R-1", store="aurora-tallinn", hours_ago=12)
    assert send(hq, to("segment"), pace=PACE).sales == 0
    assert len(there.sales) == 1


def test_segment_gets_batches_of_half_a_megabyte(hq: Hq, to: To, there: Platform) -> None:
    one = SoldLine(sku="S" * 60, product_id="p", name="N" * 20_000, category="c", quantity=1, price=1.0)
    sales = [
        Sale(
            id=f"{n}",
            order_id=f"{n}",
            store="web",
            at=shop.NOON,
            currency="EUR",
            value=1.0,
            lines=(one,),
            keys=(),
            person="a" * 64,
        )
        for n in range(60)
    ]
    segment, told = Segment(to("segment"), Line("segment", pace=PACE)), 0
    while told < len(sales):
        told += segment.tell(sales[told:], shop.NOON)
    assert (len(there.sales), len(there.requests), there.wrong) == (60, 3, [])


def test_the_secret_of_ga4_stands_in_no_error(hq: Hq, to: To, there: Platform) -> None:
    basket(hq, MAIL)
    bought(hq, MAIL, "W-1")
    there.misbehave = [(500, {})] * 9
    failed = send(hq, to("ga4"), pace=PACE)
    assert failed.error == "ga4 answers 500" and TOKEN not in failed.error
