"""Live stock: what HQ counts this moment, in the store that asks, near it and on the web."""

import pytest

from edge.domain.article import Stock, Store
from hq.answers.stock import MOST
from hq.importers.articles import Articles
from tests.hq.answers.conftest import Desk
from tests.hq.answers.known import count
from tests.hq.boxes import NOW, STORE


def counts(desk: Desk, *skus: str) -> dict[tuple[str, str], int]:
    told = desk.ask("stock", {"skus": list(skus)})
    assert told and told.error == ""
    return {(one["sku"], one["store"]): one["quantity"] for one in told.body["stock"]}


def test_stock_is_told_of_here_nearby_and_the_web(any_desk: Desk) -> None:
    assert counts(any_desk, "BOOT-42", "COAT-M") == {
        ("BOOT-42", "aurora-tallinn"): 2,
        ("BOOT-42", "aurora-tartu"): 5,
        ("BOOT-42", "aurora-parnu"): 0,
        ("BOOT-42", "web"): 11,
        ("COAT-M", "aurora-tallinn"): 0,
        ("COAT-M", "aurora-tartu"): 3,
        ("COAT-M", "aurora-parnu"): 1,
        ("COAT-M", "web"): 4,
    }


def test_an_import_is_told_at_once_with_the_time_of_its_count(desk: Desk) -> None:
    assert counts(desk, "BOOT-42")["BOOT-42", STORE] == 2
    count(desk.hq, "BOOT-42", 1, as_of=NOW + 5)
    told = desk.ask("stock", {"skus": ["BOOT-42"]})
    assert told and {"sku": "BOOT-42", "store": STORE, "quantity": 1, "as_of": NOW + 5} in told.body["stock"]


def test_what_nobody_counts_and_nobody_sells_is_not_told(desk: Desk) -> None:
    assert counts(desk, "NO-SUCH", "BOOT-42@aurora-tallinn") == {}


def test_a_count_is_told_without_its_source(desk: Desk) -> None:
    """HQ knows where a count comes from; the box is told four fields."""
    desk.ask("stock", {"skus": ["BOOT-42"]})
    assert b"feed" not in desk.wire
    with desk.hq.reading() as connection:
        held = Articles(connection).get(Stock, f"BOOT-42@{STORE}")
    assert held and held.source == "feed"


def test_of_a_long_chain_only_the_nearest_stores_are_told(desk: Desk) -> None:
    with desk.hq.engine.begin() as connection:
        articles = Articles(connection)
        for n in range(30):
            far = Store(id=f"far-{n}", name="Far", latitude=40.0 - n, longitude=0.0)
            articles.put(far.id, "", far)
            articles.put(f"BOOT-42@{far.id}", "BOOT-42", Stock(sku="BOOT-42", store=far.id, quantity=1, as_of=NOW))
        articles.flush()
    told = [store for _, store in counts(desk, "BOOT-42")]
    assert len(told) == 10
    assert {"aurora-tallinn", "aurora-tartu", "aurora-parnu", "web", "far-0"} <= set(told)


@pytest.mark.parametrize("sku", ["", "BOOT\x00", "x" * 65, 7, None])
def test_what_is_no_article_number_is_refused(any_desk: Desk, sku: object) -> None:
    told = any_desk.ask("stock", {"skus": [sku]})
    assert told and told.body == {} and told.error


def test_more_articles_than_a_product_has_are_refused(desk: Desk) -> None:
    told = desk.ask("stock", {"skus": [f"sku-{n}" for n in range(MOST + 1)]})
    assert told and told.body == {} and told.error
    assert len(desk.refused) == 1
