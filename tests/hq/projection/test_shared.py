"""Shared baskets on both databases: what the log brings is merged once, whatever its order and however it is cut."""

import pytest
from sqlalchemy import select

from hq import decisions, sharing
from hq.choices import Choice
from hq.ledger import ledger_of
from hq.projection.shared import basket_id, state_of
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import STORE, box_of
from tests.hq.shopper import Shopper

Lines = dict[str, int]


def held(hq: Hq, shopper: Shopper) -> Lines:
    row = tables.shared_basket.c
    with hq.reading() as reading:
        found = reading.execute(select(tables.shared_basket).where(row.id == basket_id(STORE, shopper.basket.id))).one()
    return {line.item.sku: line.quantity for line in state_of(found).basket.lines}


def shopped(hq: Hq) -> tuple[Shopper, str]:
    """A basket with its code, and what came after the code: nothing of it is at HQ but the key."""
    shopper = Shopper(box_of(hq))
    shopper.announce()
    shopper.line_up(hq)
    shopper.add("BOOT-42", 2)
    shopper.add("COAT-M")
    code = shopper.shown().rpartition("/")[2]
    shopper.add("BOOT-42")
    shopper.remove("COAT-M")
    shopper.add("POT-1")
    return shopper, code


@pytest.mark.parametrize("together", [True, False])
def test_opened_first_and_merged_later(any_hq: Hq, together: bool) -> None:
    shopper, code = shopped(any_hq)
    sharing.open_code(any_hq, code, "en")
    assert held(any_hq, shopper) == {"BOOT-42": 2, "COAT-M": 1}
    for n in range(2, len(shopper.box.envelopes) + 1) if not together else ():
        ingest(ledger_of(any_hq), STORE, shopper.box.payload(n, n))
    shopper.line_up(any_hq)
    assert held(any_hq, shopper) == {"BOOT-42": 3, "POT-1": 1}
    sharing.open_code(any_hq, code, "en")
    assert held(any_hq, shopper) == {"BOOT-42": 3, "POT-1": 1}


def test_a_line_chosen_on_the_phone_is_not_followed_any_more(any_hq: Hq) -> None:
    shopper, code = shopped(any_hq)
    basket = sharing.open_code(any_hq, code, "en")
    decisions.change_basket(any_hq, basket, Choice(sku="COAT-M", quantity=4))
    decisions.change_basket(any_hq, basket, Choice(sku="COAT-M", quantity=3))
    shopper.line_up(any_hq)
    assert held(any_hq, shopper) == {"BOOT-42": 3, "COAT-M": 1, "POT-1": 1}
    with any_hq.reading() as reading:
        (choice,) = reading.execute(select(tables.shared_choice.c.sku, tables.shared_choice.c.quantity))
    assert tuple(choice) == ("COAT-M", 3)


def test_baskets_that_nobody_shared_are_not_kept_here(any_hq: Hq) -> None:
    shopper = Shopper(box_of(any_hq))
    shopper.add("BOOT-42")
    shopper.change("BOOT-42", 3)
    shopper.line_up(any_hq)
    with any_hq.reading() as reading:
        assert reading.execute(select(tables.shared_basket)).all() == []


def test_a_code_of_the_log_itself_begins_the_basket_with_the_whole_articles(any_hq: Hq) -> None:
    shopper, _ = shopped(any_hq)
    shopper.line_up(any_hq)
    with any_hq.reading() as reading:
        row = reading.execute(select(tables.shared_basket)).one()
    assert (row.language, row.opened, row.event) == ("et", None, shopper.box.envelopes[-1].id)
    assert state_of(row).basket.lines[0].item.name == "Trail boot"
