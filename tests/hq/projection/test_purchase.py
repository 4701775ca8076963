"""What staff marks as bought is excluded at once, in part or whole, whoever tells of it first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from edge.catalogue import Catalogue
from edge.domain.basket import Line
from edge.domain.events import BasketPurchased
from hq.ledger import ledger_of
from hq.orders import import_orders
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.audience.test_explain import MAIL, catalogue, hq, order, rules
from tests.hq.boxes import NOW, STORE, Box, basket_sent, box_of, line, yes

__all__ = ["catalogue", "hq"]
BASKET = "ab" * 16


def send(hq: Hq, *skus: str) -> Box:
    box = box_of(hq)
    lines = [line(sku, product_id=sku.partition("-")[0]) for sku in skus]
    box.append(basket_sent(*lines, consents=(yes(),), basket=BASKET), mail=MAIL)
    ingest(ledger_of(hq), STORE, box.payload())
    return box


def buy(hq: Hq, box: Box, *lines: Line, basket: str = BASKET) -> None:
    box.append(BasketPurchased(staff="0badcafe", station="staff", basket=basket, lines=lines))
    ingest(ledger_of(hq), STORE, box.payload())


def quarantined(hq: Hq) -> list[str]:
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.quarantine.c.reason)))


def test_a_part_of_a_basket_is_excluded_and_the_rest_stays(hq: Hq, catalogue: Catalogue) -> None:
    box = send(hq, "boot-42", "boot-42-moss")
    assert rules(hq, catalogue) == {"boot-42": "in-basket", "boot-42-moss": "in-basket"}
    buy(hq, box, line("boot-42", product_id="boot"))
    assert rules(hq, catalogue) == {"boot-42": "bought", "boot-42-moss": "in-basket"}
    buy(hq, box, line("boot-42-moss", product_id="boot"))
    assert rules(hq, catalogue) == {"boot-42": "bought", "boot-42-moss": "bought"}


def test_a_substitute_in_another_size_excludes_what_it_replaced(hq: Hq, catalogue: Catalogue) -> None:
    box = send(hq, "boot-42")
    buy(hq, box, line("boot-43", product_id="boot"))
    assert rules(hq, catalogue) == {"boot-42": "bought"}


def test_an_event_that_comes_again_is_one_purchase(hq: Hq, catalogue: Catalogue) -> None:
    box = send(hq, "boot-42")
    buy(hq, box, line("boot-42", product_id="boot"))
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as connection:
        assert connection.scalar(select(func.sum(tables.order_line.c.quantity))) == 1


@pytest.mark.parametrize("first", ["till", "staff"])
def test_the_tills_word_replaces_the_mark_so_that_a_return_counts(
    hq: Hq, catalogue: Catalogue, tmp_path: Path, first: str
) -> None:
    box = send(hq, "boot-42")
    acts = [
        lambda: buy(hq, box, line("boot-42", product_id="boot")),
        lambda: import_orders(hq, order(tmp_path, row("T-1", 1, 1))),
    ]
    for act in acts if first == "staff" else reversed(acts):
        act()
    assert rules(hq, catalogue) == {"boot-42": "bought"}
    import_orders(hq, order(tmp_path, row("T-2", -1, 3)))
    assert rules(hq, catalogue) == {"boot-42": "returned"}


def row(number: str, quantity: int, hours: int) -> str:
    at = datetime.fromtimestamp(NOW / 1000 + hours * 3600, UTC).isoformat()
    return f"{number},{at},{STORE},boot-42,{quantity},129.95,EUR,{MAIL},,"


def test_a_mark_of_a_basket_nobody_was_sent_is_nobodys(hq: Hq, catalogue: Catalogue) -> None:
    box = send(hq, "boot-42")
    buy(hq, box, line("boot-42", product_id="boot"), basket="cd" * 16)
    assert rules(hq, catalogue) == {"boot-42": "in-basket"}
    assert quarantined(hq) == []


@pytest.mark.parametrize("basket", ["", "x" * 32, "../../etc"])
def test_a_basket_that_is_none_is_set_aside(hq: Hq, catalogue: Catalogue, basket: str) -> None:
    box = send(hq, "boot-42")
    buy(hq, box, line("boot-42", product_id="boot"), basket=basket)
    assert "32 hex digits" in quarantined(hq)[0]


def test_no_lines_are_no_purchase(hq: Hq, catalogue: Catalogue) -> None:
    box = send(hq, "boot-42")
    buy(hq, box)
    assert "0 lines" in quarantined(hq)[0]
