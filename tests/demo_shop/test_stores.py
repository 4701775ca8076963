"""Stores, counts, reviews and orders of the demo shop fit its articles."""

import re
from collections import defaultdict
from datetime import UTC, date, datetime

from tests.demo_shop.tables import LANGUAGES, rows, styles

SKUS = {row["sku"]: row for row in rows("articles.csv")}
STORES = {row["id"] for row in rows("stores.csv")}
COUNTS: dict[str, dict[str, int]] = defaultdict(dict)
for row in rows("stock.csv"):
    COUNTS[row["sku"]][row["store"]] = int(row["quantity"])


def test_three_stores_have_ids_that_topics_can_bear_and_places_on_the_map() -> None:
    assert len(STORES) == 3
    assert all(re.fullmatch(r"[a-z0-9-]{1,32}", store) for store in STORES)
    assert all(57 < float(row["latitude"]) < 60 and 21 < float(row["longitude"]) < 29 for row in rows("stores.csv"))


def test_counts_name_known_articles_and_stores_and_one_time() -> None:
    assert set(COUNTS) == set(SKUS)
    assert {store for counts in COUNTS.values() for store in counts} == STORES | {"web"}
    assert all(count >= 0 for counts in COUNTS.values() for count in counts.values())
    times = {datetime.fromisoformat(row["as_of"]) for row in rows("stock.csv")}
    assert times == {datetime(2026, 11, 2, 7, 30, tzinfo=UTC)}


def test_web_only_articles_lie_in_no_store() -> None:
    for sku, row in SKUS.items():
        if row["web_only"] == "yes":
            assert set(COUNTS[sku]) == {"web"}


def test_the_hero_boot_is_here_in_42_and_sold_out_in_44() -> None:
    assert COUNTS["RANNIK-AMBER-42"]["aurora-tallinn"] > 0
    assert set(COUNTS["RANNIK-AMBER-44"].values()) == {0}


def test_some_sizes_are_gone_here_and_found_in_another_store() -> None:
    elsewhere = [
        sku
        for sku, counts in COUNTS.items()
        if counts.get("aurora-tallinn") == 0 and (counts["aurora-tartu"] or counts["aurora-parnu"])
    ]
    assert len(elsewhere) >= 10
    assert "RANNIK-PINE-42" in elsewhere


def test_every_product_is_reviewed_and_every_language_reviews() -> None:
    reviews = rows("reviews.csv")
    assert len(reviews) >= 150
    assert {row["product_id"] for row in reviews} == set(styles())
    assert {row["language"] for row in reviews} == set(LANGUAGES)
    assert all(row["rating"] in "12345" and row["text"] and row["author"] for row in reviews)
    assert all(date.fromisoformat(row["date"]) for row in reviews)


def test_the_example_orders_name_known_articles_and_stores() -> None:
    for row in rows("orders-example.csv"):
        assert row["sku"] in SKUS
        assert row["store"] in STORES | {"web"}
        assert row["price"] == SKUS[row["sku"]]["price"]
        assert row["mail"] == "" or row["mail"].endswith("@example.com")
