import pytest
from flask import Flask
from flask_babel import force_locale

from edge.catalogue import Category
from edge.catalogue.facets import Facets, Value
from edge.shop import Browse
from kiosk.pages.headings import Heading, headings

FOUND = Facets(categories=[Value("C1", 2)])


def shelf(app: Flask, screen: Browse, categories: int) -> Heading:
    shop = [Category(f"C{n}", n) for n in range(categories)]
    with app.test_request_context(), force_locale("en"):
        return next(one for one in headings(FOUND, screen, "EUR", shop) if one.name == "category")


@pytest.mark.parametrize(("categories", "listed"), [(5, 0), (10, 0), (11, 11), (60, 60)])
def test_more_categories_than_a_row_shows_are_a_heading_too(app: Flask, categories: int, listed: int) -> None:
    assert len(shelf(app, Browse(), categories).options) == listed


def test_what_is_sought_is_counted_among_what_was_found(app: Flask) -> None:
    for screen in (Browse(query="boot"), Browse(brands=("Aurora",))):
        found = shelf(app, screen, 60)
        assert [(option.label, option.count) for option in found.options] == [("C1", 2)]
        assert not found.exact
