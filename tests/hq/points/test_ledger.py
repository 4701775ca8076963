"""Points: earned by the piece, taken back by the piece, whoever the person becomes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from edge.domain.events import BasketPurchased
from hq import decisions
from hq.config import Config
from hq.config_coupons import Points
from hq.config_file import parse
from hq.coupons.issuing import issue, void
from hq.errors import ConfigError
from hq.linking import ruling
from hq.orders.importing import take_in
from hq.orders.shapes import rows
from hq.points.ledger import balance, entries, overdrawn
from hq.points.rates import points, rates_of
from hq.report import Report
from hq.service import Hq
from hq.store import tables
from tests.hq.answers.conftest import Desk
from tests.hq.answers.known import CARD, SARAH, buy, consent, furnish, meet
from tests.hq.boxes import NOW, STORE, line
from tests.hq.coupons.campaigns import CAMPAIGNS, open_with, till

EURO = (Points(every="1.00 EUR"),)
TOM = "70" * 16


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    hq = open_with(open_it, points=EURO)
    with hq.engine.begin() as connection:
        meet(connection, hq, mail="sarah@example.com", card=CARD)
    return hq


def have(hq: Hq, profile: str = SARAH) -> int:
    with hq.reading() as connection:
        return balance(connection, rates_of(hq.config), profile)


def bought(hq: Hq, sku: str = "BOOT-42", n: int = 1, **more: object) -> None:
    with hq.engine.begin() as connection:
        buy(connection, hq, sku, n=n, **more)  # type: ignore[arg-type]


def test_a_piece_earns_by_its_price_and_takes_as_much_when_it_comes_back(hq: Hq) -> None:
    bought(hq, n=2)
    with hq.reading() as connection:
        (entry,) = entries(connection, rates_of(hq.config), SARAH)
    assert have(hq) == entry.points > 0 and entry.points % 2 == 0
    bought(hq, "COAT-M", n=-1)
    assert have(hq) < entry.points


def test_more_brought_back_than_bought_is_no_debt(hq: Hq) -> None:
    bought(hq, n=-3)
    assert have(hq) == 0


def test_what_staff_marked_and_the_till_told_too_counts_once(hq: Hq) -> None:
    box = till(hq)
    basket = "b" * 32
    box.box.append(BasketPurchased(staff="m1", station="staff", basket=basket, lines=(line("BOOT-42", price=5000),)))
    box.line_up()
    with hq.engine.begin() as connection:
        from sqlalchemy import update

        from hq.store import tables

        connection.execute(update(tables.order_line).values(profile=SARAH))
        row = {"store": box.box.store, "order_id": "T-1", "sku": "BOOT-42", "quantity": 1, "price": 5000}
        connection.execute(tables.order_line.insert().values(**row, currency="EUR", profile=SARAH, at=NOW))
    assert have(hq) == 50
    with hq.reading() as connection:
        assert [entry.order for entry in entries(connection, rates_of(hq.config), SARAH)] == ["T-1"]


def test_people_who_become_one_have_the_sum_and_split_again_each_their_own(hq: Hq) -> None:
    with hq.engine.begin() as connection:
        meet(connection, hq, TOM, mail="tom@example.com")
    bought(hq)
    bought(hq, "COAT-M", profile=TOM)
    sarahs, toms = have(hq), have(hq, TOM)
    ruling.merge(hq, SARAH, TOM, reason="one desk", by="anna")
    assert have(hq) == have(hq, TOM) == sarahs + toms
    ruling.split(hq, TOM, reason="two people", by="anna")
    assert (have(hq), have(hq, TOM)) == (sarahs, toms)


def told(
    hq: Hq, number: str, points: int, *, quantity: int = 1, mail: str = "sarah@example.com", **more: str
) -> Report:
    """An order of two articles, by the web shop."""
    furnish(hq)
    lines = [{"sku": sku, "quantity": quantity, "price": "10.00"} for sku in ("SCARF-1", "PACK-1")]
    order = {"order_id": number, "at": "2026-09-01T10:00:00Z", "currency": "EUR", "mail": mail, "points": points}
    return take_in(hq, rows("tote", order | {"lines": lines} | more, "web"))


def test_what_an_order_was_paid_with_counts_once_however_often_it_is_told(hq: Hq) -> None:
    bought(hq)
    before = have(hq)
    for _ in range(2):
        assert told(hq, "W-1", 50).problems == []
    assert have(hq) == before - 50 + 20
    with hq.reading() as connection:
        found = entries(connection, rates_of(hq.config), SARAH)
    assert [(one.order, one.points) for one in found if not one.sku] == [("W-1", -50)]
    told(hq, "W-1-back", 50, quantity=-1, of="W-1")
    assert have(hq) == before


def test_more_spent_than_there_is_leaves_none_and_is_told(hq: Hq) -> None:
    report = told(hq, "W-1", 50)
    assert report.rejected == 0 and report.warned == 1
    assert [(one.field, one.reason) for one in report.problems] == [
        ("points", "30 more points were spent than there were")
    ]
    assert have(hq) == 0
    with hq.reading() as connection:
        assert overdrawn(entries(connection, rates_of(hq.config), SARAH)) == 30
    report = told(hq, "W-2", 5, mail="nobody@example.com")
    assert [one.reason for one in report.problems] == ["points were spent, and HQ does not know whose"]


def test_who_knows_the_id_of_her_basket_spends_none_of_her_points_but_their_own(hq: Hq) -> None:
    bought(hq)
    with hq.engine.begin() as connection:
        meet(connection, hq, TOM, mail="tom@example.com")
        row = {"id": "b5" * 16, "profile": SARAH, "store": STORE, "station": "wall", "event": "e5" * 16, "sent": NOW}
        more = {"language": "en", "shop_id": "", "log_id": "", "n": 0, "told": NOW}
        connection.execute(tables.basket.insert().values(row | more))
    before = have(hq)
    report = told(hq, "W-1", 50, mail="tom@example.com", basket="b5" * 16)
    assert [one.reason for one in report.problems] == ["50 more points were spent than there were"]
    assert have(hq) >= before, "the order is of her basket, and earned her some"
    with hq.reading() as connection:
        assert [one.points for one in entries(connection, rates_of(hq.config), TOM)] == [-50]
    report = told(hq, "W-2", 50, mail="", basket="b5" * 16)
    assert [one.reason for one in report.problems] == ["points were spent, and HQ does not know whose"]
    assert have(hq) >= before


@pytest.mark.parametrize("shape", ["shopify", "woocommerce"])
def test_a_web_shop_notes_the_points_with_the_order(shape: str) -> None:
    key, notes = {"shopify": ("name", "note_attributes"), "woocommerce": ("key", "meta_data")}[shape]
    order = {"line_items": [{"sku": "A", "quantity": 1, "price": "5.00"}], "status": "processing"}
    (cells,) = rows(shape, order | {notes: [{key: "tote_points", "value": 120}]}, "web")
    assert cells["points"] == "120"


def test_a_number_of_points_below_none_is_refused(hq: Hq) -> None:
    report = told(hq, "W-1", -5)
    assert {one.field for one in report.problems} == {"points"} and report.accepted == 0


def test_who_is_erased_has_none(hq: Hq) -> None:
    bought(hq)
    decisions.erase(hq, SARAH)
    assert have(hq) == 0


def test_a_new_rate_changes_nothing_that_was_earned_before_it() -> None:
    config = Config(points=(Points(every="1.00 EUR"), Points(every="2.00 EUR", since="2026-01-02")))
    rates = rates_of(config)
    turn = 1_767_312_000_000
    assert [points(rates, 1999, "EUR", at) for at in (turn - 1, turn)] == [19, 9]
    assert points(rates, 1999, "SEK", turn) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('every = "x"', "points.every must be an amount"),
        ('every = ""', "points.every must be an amount"),
        ('every = "1 EUR"\nsince = "soon"', "points.since must be a day"),
        ('every = "1 EUR"\n[[points]]\nevery = "2 EUR"', "begin on the same day"),
    ],
)
def test_a_rate_that_makes_no_sense_stops_the_start(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(f"[[points]]\n{text}\n")
    assert words in str(error.value)


def test_a_recognised_shopper_is_told_points_and_the_codes_that_are_theirs(hq: Hq) -> None:
    furnish(hq)
    with hq.engine.begin() as connection:
        consent(connection, "profiling", True)
    bought(hq)
    spent, kept = (made.code for _ in range(2) for made in issue(hq, "week", 1, profile=SARAH))
    void(hq, [spent])
    answer = Desk(hq).ask("profile", {"screen": "tablet", "card": CARD})
    assert answer and answer.body["points"] == have(hq)
    (offer,) = answer.body["offers"]
    assert offer["until"] == NOW + 7 * 86_400_000
    assert offer["text"]["en"].startswith("€15.00 off from €50.00") and kept[:4] in offer["text"]["de"]
    nothing = replace(hq, config=replace(hq.config, points=(), coupon=CAMPAIGNS[:1]))
    answer = Desk(nothing).ask("profile", {"screen": "tablet", "card": CARD})
    assert answer and "points" not in answer.body and "offers" not in answer.body
    wall = Desk(hq).ask("profile", {"screen": "wall", "card": CARD})
    assert wall and "points" not in wall.body and "offers" not in wall.body
