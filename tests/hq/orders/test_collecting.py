"""Web orders to collect stand in their store's queue as a directive, are confirmed back, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from edge.domain.basket import Line
from edge.domain.directives import KINDS, Directive, GatherBasket, LetBasketGo
from edge.domain.events import BasketPurchased, ReservationAnswered
from hq import decisions, directives
from hq.ledger import ledger_of
from hq.orders import import_orders
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.answers.known import furnish
from tests.hq.boxes import box_of
from tests.hq.orders.test_webhook import SHOPIFY, TOTE, WOO, client, hq, tell  # noqa: F401  (fixtures)

TARTU = "aurora-tartu"
LATER = "2026-11-04T08:00:00"
NOTED: dict[str, dict[str, Any]] = {
    "tote": TOTE | {"store": "web", "collect": TARTU},
    "shopify": SHOPIFY | {"note_attributes": [{"name": "tote_collect", "value": TARTU}]},
    "woocommerce": WOO | {"meta_data": [{"key": "tote_collect", "value": TARTU}]},
}
UNDONE = {
    "tote": NOTED["tote"]
    | {"order_id": "T-1-back", "of": "T-1", "lines": [{"sku": "BOOT-42", "quantity": -1, "price": "189.00"}]},
    "shopify": NOTED["shopify"] | {"cancelled_at": LATER + "Z"},
    "woocommerce": NOTED["woocommerce"] | {"status": "cancelled", "date_modified_gmt": LATER},
}


@pytest.fixture(autouse=True)
def furnished(hq: Hq) -> None:  # noqa: F811
    """Its stores and articles are in its own table too."""
    furnish(hq)


def waits(hq: Hq, store: str = TARTU) -> list[Directive]:  # noqa: F811
    with hq.reading() as connection:
        found = directives.beyond(connection, store, (0, 0), 9)
    return [msgspec.json.decode(one.body, type=KINDS[one.kind]) for one in found]


def gather(hq: Hq) -> GatherBasket:  # noqa: F811
    (one,) = waits(hq)
    assert isinstance(one, GatherBasket)
    return one


@pytest.mark.parametrize("shape", NOTED)
def test_an_order_names_its_store_which_gathers_it_and_hands_it_over_once(
    hq: Hq,  # noqa: F811
    client: FlaskClient,  # noqa: F811
    shape: str,
) -> None:
    for _ in range(2):
        assert tell(client, shape, NOTED[shape])[0] == 200
    asked = gather(hq)
    assert (asked.source, asked.until) == ("web", 0)
    assert asked.number == str(NOTED[shape].get("order_id") or NOTED[shape]["id"])
    assert [(one.item.sku, one.item.price, one.quantity, one.fulfilment) for one in asked.lines] == [
        ("BOOT-42", 18900, 1, "collect")
    ]
    assert asked.lines[0].item.name == "Fjell trail boot"
    box = box_of(hq, TARTU)
    box.append(BasketPurchased(staff="m", station="till", basket=asked.basket, lines=asked.lines))
    box.append(ReservationAnswered(reservation=asked.basket, staff="m", station="till", answer="collected"))
    ingest(ledger_of(hq), TARTU, box.payload())
    with hq.reading() as connection:
        assert len(connection.execute(select(tables.order_line)).all()) == 1, "what was paid on the web is sold once"
        assert connection.scalar(select(tables.reservation.c.state)) == "collected"
    assert waits(hq) == []


@pytest.mark.parametrize("shape", NOTED)
def test_an_order_that_is_taken_back_is_let_go_of(
    hq: Hq,  # noqa: F811
    client: FlaskClient,  # noqa: F811
    shape: str,
) -> None:
    tell(client, shape, NOTED[shape])
    basket = gather(hq).basket
    assert tell(client, shape, UNDONE[shape])[0] == 200
    assert waits(hq) == [LetBasketGo(basket=basket)]


def test_a_store_that_nobody_knows_is_a_warning_and_the_order_stays(
    hq: Hq,  # noqa: F811
    client: FlaskClient,  # noqa: F811
) -> None:
    status, told = tell(client, "tote", TOTE | {"store": "web", "collect": "aurora-mars"})
    assert (status, told["accepted"]) == (200, 1)
    assert [problem["field"] for problem in told["problems"]] == ["collect"]
    assert waits(hq, "aurora-mars") == []


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    head = "order_id,at,store,sku,quantity,price,currency,collect"
    rows = [f"F-1,2026-11-03T10:00:00+02:00,web,{sku},{n},10.00,EUR,{TARTU}" for sku, n in (("BOOT-42", 2), ("X-9", 1))]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    yield path


def test_orders_of_a_file_are_gathered_whole_though_they_come_in_parts(
    hq: Hq,  # noqa: F811
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hq.orders.importing.CHUNK", 1)
    import_orders(hq, file)
    assert sorted((one.item.sku, one.item.name, one.quantity) for one in gather(hq).lines) == [
        ("BOOT-42", "Fjell trail boot", 2),
        ("X-9", "X-9", 1),
    ]


def test_the_journal_makes_the_same_directive_again_after_a_restore(
    hq: Hq,  # noqa: F811
    client: FlaskClient,  # noqa: F811
) -> None:
    tell(client, "tote", NOTED["tote"])
    before = named(hq)
    with hq.engine.begin() as connection:
        for table in (tables.directive, tables.reservation, tables.order_line, tables.decision):
            connection.execute(table.delete())
    decisions.catch_up(hq.journal, hq.engine)
    assert named(hq) == before
    assert isinstance(gather(hq).lines[0], Line)


def named(hq: Hq) -> list[str]:  # noqa: F811
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.directive.c.id)))
