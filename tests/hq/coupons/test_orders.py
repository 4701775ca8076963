"""Orders that bear a code: used, or used again, whose they are, and good again when all is taken back."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from edge.domain import coupon
from hq import decisions, identity, people
from hq.coupons import redeeming
from hq.coupons.codes import named
from hq.coupons.issuing import issue
from hq.orders import import_orders
from hq.orders.shapes import rows
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import derived_sums
from tests.hq.boxes import NOW
from tests.hq.coupons.campaigns import TALLINN, TARTU, open_with, till

NAMES = ("order_id", "at", "store", "sku", "quantity", "price", "currency", "mail", "basket", "coupon", "of")


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    return open_with(open_it)


@pytest.fixture
def code(hq: Hq) -> str:
    return issue(hq, "spring", 1)[0].code


def order(hq: Hq, number: str = "R-1", **cells: str) -> None:
    base = {"order_id": number, "at": "2026-09-20T10:00:00Z", "store": TALLINN, "sku": "BOOT-42", "quantity": "1"}
    line = base | {"price": "100.00", "currency": "EUR"} | cells
    path = hq.dir / "orders.csv"
    path.write_text("\n".join([",".join(NAMES), ",".join(line.get(name, "") for name in NAMES)]) + "\n")
    report = import_orders(hq, path)
    path.unlink()
    assert report.rejected == 0, report.problems


def uses(hq: Hq) -> list[tuple[str, str, bool]]:
    row = tables.coupon_use.c
    with hq.reading() as connection:
        found = connection.execute(select(row.store, row.outcome, row.released).order_by(row.store, row.by_order))
        return [tuple(one) for one in found]


def test_an_order_uses_the_code_it_bears_once_however_often_it_is_told(hq: Hq, code: str) -> None:
    for _ in range(2):
        order(hq, coupon=coupon.spelled(code))
    assert uses(hq) == [(TALLINN, "first", False)]
    box = till(hq)
    box.hear()
    assert box.state(code) == "used"


def test_a_till_that_tells_of_the_same_purchase_uses_it_no_second_time(hq: Hq, code: str) -> None:
    box = till(hq)
    basket = "b" * 32
    use = box.redeem(code, basket)
    box.line_up()
    order(hq, coupon=code, basket=basket)
    assert uses(hq) == [(TALLINN, "first", False), (TALLINN, "first", False)]
    assert box.words() == {use: ("counts", "")}


def test_the_web_after_a_store_is_told_to_the_store(hq: Hq, code: str) -> None:
    box = till(hq)
    use = box.redeem(code)
    box.line_up()
    order(hq, store="web", coupon=code)
    assert uses(hq) == [(TALLINN, "first", False), ("web", "again", False)]
    assert box.words() == {use: ("rival", "web")}


def test_of_two_orders_in_one_file_the_first_uses_the_code(hq: Hq, code: str) -> None:
    row = "2026-09-20T10:00:00Z,{},BOOT-42,1,100.00,EUR,{}"
    path = hq.dir / "orders.csv"
    lines = [f"{number},{row.format(store, code)}" for number, store in (("A-1", TALLINN), ("B-1", TARTU))]
    path.write_text("\n".join(["order_id,at,store,sku,quantity,price,currency,coupon", *lines]) + "\n")
    import_orders(hq, path)
    assert uses(hq) == [(TALLINN, "first", False), (TARTU, "again", False)]


def test_of_two_who_tell_of_one_code_at_once_one_is_first(any_hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    hq = open_with(lambda config: replace(any_hq, config=config))
    (made,) = issue(hq, "spring", 1)
    both = threading.Barrier(2)

    def met(connection: Connection, lines: Any) -> None:
        both.wait(30)
        real(connection, lines)

    real = redeeming.lock
    monkeypatch.setattr(redeeming, "lock", met if hq.engine.dialect.name == "postgresql" else real)
    name = named(hq.keys, made.code)
    base = {"sku": "BOOT-42", "quantity": 1, "price": 100, "currency": "EUR", "basket": None, "at": NOW, "coupon": name}
    rows_ = [base | {"store": store, "order_id": store, "buyer": None, "card": None} for store in (TALLINN, TARTU)]
    told = [threading.Thread(target=decisions.orders_imported, args=(hq, [row])) for row in rows_]
    for one in told:
        one.start()
    for one in told:
        one.join()
    assert sorted(outcome for _, outcome, _ in uses(hq)) == ["again", "first"]


def test_what_is_taken_back_whole_frees_the_code_and_a_part_does_not(hq: Hq, code: str) -> None:
    order(hq, coupon=code, quantity="2")
    order(hq, "R-1-a", of="R-1", quantity="-1")
    assert uses(hq) == [(TALLINN, "first", False)]
    order(hq, "R-1-b", of="R-1", quantity="-1")
    assert uses(hq) == [(TALLINN, "first", True)]
    box = till(hq, TARTU)
    box.hear()
    assert box.state(code) == "open"


def test_a_shops_own_code_is_none_of_ours(hq: Hq) -> None:
    order(hq, coupon="WELCOME10")
    assert uses(hq) == []


def person(hq: Hq, mail: str) -> str:
    profile = "5a" * 16
    with hq.engine.begin() as connection:
        connection.execute(tables.profile.insert().values(id=profile, created=NOW, language="en", control=False))
        key = people.new_key(connection, profile)
        digest = identity.digest(hq.keys, "mail", mail)
        row = {"kind": "mail", "digest": digest, "profile": profile, "created": NOW}
        connection.execute(tables.identity.insert().values(row | {"value": people.encrypt(key, mail)}))
    return profile


def test_an_order_that_names_nobody_else_is_that_of_whom_the_code_was_issued_to(hq: Hq) -> None:
    profile = person(hq, "sarah@example.com")
    (made,) = issue(hq, "spring", 1, profile=profile)
    order(hq, coupon=made.code)
    order(hq, "R-2", coupon=made.code, mail="tom@example.com")
    with hq.reading() as connection:
        held = {row.order_id: row.profile for row in connection.execute(select(tables.order_line))}
    assert held == {"R-1": profile, "R-2": profile}  # nobody knows Tom; rather one advertisement too few
    decisions.erase(hq, profile)
    with hq.reading() as connection:
        assert {row.profile for row in connection.execute(select(tables.order_line))} == {None}
        assert connection.scalar(select(tables.coupon.c.profile)) is None
    assert named(hq.keys, made.code)


def test_a_rebuilt_hq_says_the_same_of_orders_and_stores(hq: Hq, code: str, tmp_path: Path) -> None:
    box = till(hq)
    box.redeem(code, "b" * 32)
    order(hq, store="web", coupon=code)
    box.line_up()
    order(hq, "R-9", store="web", of="R-1", quantity="-1")
    folder = tmp_path / "again"
    folder.mkdir(mode=0o700)
    shutil.copytree(hq.dir / "keys", folder / "keys")
    shutil.copy(hq.dir / "journal.jsonl", folder / "journal.jsonl")
    again = open_hq(folder, hq.config, clock=hq.clock)
    from hq import stores

    with again.engine.begin() as connection:
        for store in (TALLINN, TARTU):
            stores.register(connection, store)
    box.line_up(again)
    parts: list[dict[str, Any]] = []
    for each in (hq, again):
        with each.reading() as connection:
            parts.append({name: str(total) for name, total in derived_sums(connection).items()})
    again.close()
    assert parts[0] == parts[1]


CODE = coupon.code(77)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("tote", {"coupon": CODE, "lines": [{"sku": "A", "quantity": 1, "price": "5.00"}]}),
        (
            "shopify",
            {
                "discount_codes": [{"code": "WELCOME10"}, {"code": CODE}],
                "line_items": [{"sku": "A", "quantity": 1, "price": "5.00"}],
            },
        ),
        (
            "woocommerce",
            {
                "status": "processing",
                "coupon_lines": [{"code": CODE.lower()}],
                "line_items": [{"sku": "A", "quantity": 1, "price": "5.00"}],
            },
        ),
    ],
)
def test_each_shops_own_form_brings_the_code(shape: str, told: dict[str, Any]) -> None:
    (cells,) = rows(shape, told, "web")
    assert coupon.read(cells["coupon"]) == CODE
