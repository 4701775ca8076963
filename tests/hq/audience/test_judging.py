"""Whole audiences in the database, on SQLite and PostgreSQL: what they hold, and that they agree with the rules."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select

from edge.domain.article import Stock
from edge.domain.consent import Purpose
from hq import decisions, stock
from hq.audience import goods, judging
from hq.audience.explaining import explain_in
from hq.config import Config
from hq.config_coupons import Coupon
from hq.config_marketing import SHIPPED, Audiences
from hq.coupons.codes import named
from hq.coupons.issuing import issue
from hq.feeds.stock import publish_stock
from hq.identity import digest, find
from hq.journeys.rules import HOUR
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, box_of, line, yes
from tests.hq.conftest import Clock

NAMED = {one.name: one for one in SHIPPED}
BASKETS = Audiences(name="baskets")


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    """With the catalogue of the showroom."""
    any_hq.feeds.mkdir(exist_ok=True)
    counts = [
        Stock(sku=sku, store=store, quantity=n, as_of=NOW) for sku, at in shop.COUNTS.items() for store, n in at.items()
    ]
    shop.publish(any_hq, list(shop.VARIANTS), counts)
    goods.follow(any_hq)
    return any_hq


def send(hq: Hq, mail: str, *skus: str, granted: bool = True) -> None:
    box: Box = box_of(hq)
    box.append(basket_sent(*(line(sku) for sku in skus), consents=(yes(granted=granted),)), mail=mail)
    ingest(ledger_of(hq), STORE, box.payload())


def order(hq: Hq, mail: str, sku: str, quantity: int = 1, *, days_ago: float = 0, coupon: str | None = None) -> None:
    number = f"{sku}.{quantity}.{days_ago}.{mail}"
    row = {"store": "web", "order_id": number, "sku": sku, "quantity": quantity, "price": 100, "currency": "EUR"}
    when = hq.clock() - round(days_ago * DAY)
    buyer = digest(hq.keys, "mail", mail)
    more = {"basket": None, "at": when, "buyer": buyer, "card": None, "coupon": coupon}
    decisions.orders_imported(hq, [row | more])


def counted(hq: Hq, audience: Audiences) -> judging.Counts:
    with hq.reading() as connection:
        return judging.count(connection, audience, hq.config, hq.clock())


def agrees(hq: Hq, *audiences: Audiences) -> None:
    now, catalogue = hq.clock(), hq.catalogue()
    with hq.reading() as connection:
        for audience in audiences:
            rows = judging.judged(connection, audience, hq.config, now)
            said = [
                (person, one.sku, "" if one.included else one.reason)
                for person in sorted(connection.scalars(select(tables.profile.c.id)))
                for one in explain_in(connection, catalogue, audience, hq.config, person, now)
            ]
            assert [(row.person, row.sku, row.reason) for row in rows] == said, audience.name


def test_everybody_is_counted_once_with_the_first_reason(hq: Hq) -> None:
    send(hq, "in@example.com", "BOOT-42", "BOOT-43", "GHOST")  # one there, one sold out, one unknown
    send(hq, "no@example.com", "BOOT-42", granted=False)
    send(hq, "bought@example.com", "BOOT-42")
    order(hq, "bought@example.com", "BOOT-41", days_ago=3)  # the same in another size
    send(hq, "back@example.com", "PACK-1")
    order(hq, "back@example.com", "PACK-1", days_ago=2)
    order(hq, "back@example.com", "PACK-1", -1)
    send(hq, "gone@example.com", "BOOT-43")
    counts = counted(hq, BASKETS)
    assert (counts.people, counts.articles) == (1, 1)
    assert counts.people_out == {"no-consent": 1, "bought": 1, "returned": 1, "sold-out": 1}
    assert counts.articles_out == {"no-consent": 1, "bought": 1, "returned": 1, "unknown-article": 1, "sold-out": 2}
    agrees(hq, BASKETS, *SHIPPED)


def test_an_order_with_her_code_and_anothers_address_is_a_purchase_of_both(hq: Hq) -> None:
    for mail in ("sarah@example.com", "tom@example.com"):
        send(hq, mail, "BOOT-42")
    with hq.reading() as connection:
        sarah = find(connection, hq.keys, "mail", "sarah@example.com")
    room = replace(hq, config=Config(coupon=(Coupon(name="spring", percent=10),)))
    (made,) = issue(room, "spring", 1, profile=sarah or "")
    order(hq, "tom@example.com", "BOOT-42", coupon=named(hq.keys, made.code))
    assert counted(hq, BASKETS).people_out == {"bought": 2}
    agrees(hq, BASKETS, *SHIPPED)


def test_a_yes_typed_at_a_screen_undoes_no_withdrawal(hq: Hq, clock: Clock) -> None:
    """In whatever order answers come: by her own link no, at a screen yes; then by her own link yes, at a screen no."""
    send(hq, "in@example.com", "BOOT-42")
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", "in@example.com") or ""
    people_in = []
    for answer in ("no", "ticked", "yes", "left empty", "ticked", "no to adverts", "ticked"):
        clock.now += 1000
        if answer in ("ticked", "left empty"):
            send(hq, "in@example.com", "BOOT-42", granted=answer == "ticked")
        elif answer == "yes":
            decisions.grant(hq, profile, yes(), how="basket-page")
        else:
            part: Purpose = "marketing" if answer == "no" else "adverts"
            decisions.withdraw(hq, profile, how="preferences", purposes=(part,))
        people_in.append(counted(hq, BASKETS).people)
        agrees(hq, BASKETS)
    assert people_in == [0, 0, 1, 0, 1, 0, 0]


def test_what_a_box_with_a_fast_clock_tells_late_undoes_no_withdrawal(hq: Hq, clock: Clock) -> None:
    """Its line was down; its clock, two hours ahead when she ticked, was put right before the line was up."""
    send(hq, "in@example.com", "BOOT-42")
    box = box_of(hq)
    box.clock = clock.now + 2 * HOUR
    box.append(basket_sent(line("COAT-M"), consents=(yes(),)), mail="in@example.com")
    clock.now += HOUR
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", "in@example.com") or ""
    decisions.withdraw(hq, profile, how="mail-link", purposes=("marketing",))
    clock.now = box.clock = clock.now + 2 * HOUR
    ingest(ledger_of(hq), STORE, box.payload())
    assert counted(hq, BASKETS).people_out == {"no-consent": 1}
    agrees(hq, BASKETS)


def test_a_basket_is_abandoned_after_an_hour_and_for_a_month(hq: Hq, clock: Clock) -> None:
    send(hq, "in@example.com", "BOOT-42")
    found = []
    for hours in (0, 0.9, 1, 30 * 24, 30 * 24 + 1):
        clock.now = NOW + round(hours * 3_600_000)
        found.append(counted(hq, NAMED["abandoned-basket"]).people)
    assert found == [0, 0, 1, 1, 0]


def test_an_audience_may_be_of_some_categories_alone(hq: Hq) -> None:
    send(hq, "in@example.com", "BOOT-42", "PACK-1")
    for categories, articles in {("Shoes",): 1, ("Shoes > Boots", "Outdoor"): 2, ("Shoe",): 0, ("Home",): 0}.items():
        assert counted(hq, Audiences(name="a", categories=categories)).articles == articles


def test_what_goes_with_a_purchase_is_not_what_was_bought_before(hq: Hq) -> None:
    send(hq, "in@example.com", "BOOT-42")
    order(hq, "in@example.com", "BOOT-42", days_ago=9)
    order(hq, "in@example.com", "SCARF-1", days_ago=2)
    with hq.reading() as connection:
        rows = judging.judged(connection, NAMED["goes-with"], hq.config, hq.clock())
    assert {row.sku: row.reason for row in rows} == {"POT-1": "", "CHAIR-1": "", "SCARF-1": "bought"}
    agrees(hq, NAMED["goes-with"])


def test_lapsed_are_those_who_bought_and_then_long_did_not(hq: Hq) -> None:
    for mail, days in {"old@example.com": (400,), "new@example.com": (400, 20), "no@example.com": (400,)}.items():
        send(hq, mail, "POT-1", granted=mail != "no@example.com")
        for ago in days:
            order(hq, mail, "BOOT-42", days_ago=ago)
    counts = counted(hq, NAMED["lapsed"])
    assert (counts.people, counts.people_out, counts.articles) == (1, {"no-consent": 1}, 0)
    agrees(hq, NAMED["lapsed"])


def test_bought_this_and_not_that(hq: Hq) -> None:
    for mail, skus in {"one@example.com": ("BOOT-42",), "two@example.com": ("BOOT-42", "SCARF-1")}.items():
        send(hq, mail, "POT-1")
        for sku in skus:
            order(hq, mail, sku, days_ago=5)
    boots = Audiences(name="a", of="buyers", categories=("Shoes",), not_bought=("Clothing > Scarves",))
    assert counted(hq, boots).people == 1
    order(hq, "two@example.com", "SCARF-1", -1)  # sent back: not bought after all
    assert counted(hq, boots).people == 2
    agrees(hq, boots)


def test_what_sells_out_leaves_the_audience_and_comes_back(hq: Hq) -> None:
    send(hq, "in@example.com", "PACK-1")
    assert counted(hq, BASKETS).people == 1
    for n, pieces in ((2, 0), (3, 4)):
        counts = [Stock(sku="PACK-1", store="aurora-tallinn", quantity=pieces, as_of=NOW + n)]
        shop.publish(hq, list(shop.VARIANTS), counts, n=n)
        goods.follow(hq)
        assert counted(hq, BASKETS).people == bool(pieces)


def test_stock_that_is_told_without_a_new_catalogue_counts_at_once(hq: Hq) -> None:
    send(hq, "in@example.com", "PACK-1")
    with hq.engine.begin() as connection:
        stock.take(connection, Stock(sku="PACK-1", store="aurora-tallinn", quantity=0, as_of=NOW + DAY))
    with hq.engine.connect() as connection:
        publish_stock(connection, hq.keys.signing, now=NOW)
    goods.follow(hq)
    assert counted(hq, BASKETS).people_out == {"sold-out": 1}
    agrees(hq, BASKETS)


def test_an_article_that_leaves_the_catalogue_is_unknown(hq: Hq) -> None:
    send(hq, "in@example.com", "PACK-1")
    shop.publish(hq, [one for one in shop.VARIANTS if one.sku != "PACK-1"], [], n=2)
    goods.follow(hq)
    assert counted(hq, BASKETS).people_out == {"unknown-article": 1}


def test_one_person_is_explained_without_reading_what_is_everybodys(hq: Hq) -> None:
    """On SQLite, which says how it looks things up: no table of people or orders from one end to the other."""
    if hq.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL decides by what the tables hold")
    send(hq, "in@example.com", "BOOT-42")
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        asked.append((statement, parameters))

    with hq.reading() as connection:
        person = connection.scalars(select(tables.profile.c.id)).one()
        event.listen(hq.engine, "before_cursor_execute", note)
        assert explain_in(connection, hq.catalogue(), BASKETS, hq.config, person, hq.clock())
        event.remove(hq.engine, "before_cursor_execute", note)
        plans = [
            row[3]
            for statement, parameters in asked
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    big = ("coupon", "identity", "order_line", "basket", "basket_line", "consent", "profile", "mail", "member")
    assert len(plans) > 20
    assert [plan for plan in plans if plan.startswith(tuple(f"SCAN {table}" for table in big))] == []
    assert [plan for plan in plans if plan.endswith("identity_1 (kind=?)")] == []
