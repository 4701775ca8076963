"""The articles of the demo shop are whole and agree with each other."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from edge.codes import resolve
from tests.demo_shop.tables import LANGUAGES, SHOP, rows, styles

ARTICLES = rows("articles.csv")
ROOT = Path(__file__).parents[2]


def test_there_are_sixty_products_in_about_two_hundred_and_fifty_variants() -> None:
    assert len(styles()) == 60
    assert 240 <= len(ARTICLES) <= 280


def test_the_written_files_are_what_the_source_says() -> None:
    check = subprocess.run([sys.executable, ROOT / "scripts/compose_shop.py", "--check"], check=False)
    assert check.returncode == 0, "run scripts/compose_shop.py"


@pytest.mark.parametrize("field", ["sku", "gtin"])
def test_no_two_variants_share(field: str) -> None:
    assert len({row[field] for row in ARTICLES}) == len(ARTICLES)


def test_every_gtin_is_valid_and_bears_the_example_prefix() -> None:
    for row in ARTICLES:
        assert row["gtin"].startswith("9506000")
        assert len(row["gtin"]) == 13
        assert resolve(row["gtin"]).gtin == f"0{row['gtin']}"


def test_every_product_has_title_and_story_in_every_language() -> None:
    for product, row in styles().items():
        for language in LANGUAGES:
            assert row[f"title_{language}"].strip(), (product, language)
            assert 2 <= len(row[f"story_{language}"].split("\n\n")) <= 3, (product, language)


def test_titles_are_unique_in_every_language() -> None:
    for language in LANGUAGES:
        assert len({row[f"title_{language}"] for row in styles().values()}) == len(styles())


def test_a_reduced_price_is_lower_than_it_was() -> None:
    reduced = [row for row in ARTICLES if row["was"]]
    assert all(Decimal(row["price"]) < Decimal(row["was"]) for row in reduced)
    assert len({row["product_id"] for row in reduced}) >= 8


def test_goes_with_names_other_products_that_exist() -> None:
    for product, row in styles().items():
        pairs = row["goes_with"].split(";")
        assert product not in pairs
        assert set(pairs) <= set(styles()), product


def test_about_eight_products_are_for_the_web_only() -> None:
    assert len({row["product_id"] for row in ARTICLES if row["web_only"] == "yes"}) == 8


def test_colours_and_categories_have_a_name_in_every_language() -> None:
    named = {(row["kind"], row["en"]) for row in rows("words.csv") if all(row[language] for language in LANGUAGES)}
    assert {("colour", row["colour"]) for row in ARTICLES} <= named
    parts = {part for row in styles().values() for part in row["category"].split(" > ")}
    assert {("category", part) for part in parts} <= named


def test_every_picture_is_there_once_assets_are_built() -> None:
    if not (SHOP / "pictures").is_dir():
        pytest.skip("pictures are not built: scripts/build-assets")
    missing = {row["picture"] for row in ARTICLES if not (SHOP / row["picture"]).is_file()}
    assert not missing
