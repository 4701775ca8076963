from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from edge.domain.money import Money
from kiosk import wording


@pytest.mark.parametrize(
    ("language", "currency", "shown"),
    [
        ("en", "EUR", "€1,299.50"),
        ("de", "EUR", "1.299,50 €"),
        ("es", "EUR", "1.299,50 €"),
        ("et", "EUR", "1 299,50 €"),
        ("en", "JPY", "¥129,950"),
        ("en", "PLN", "PLN 1,299.50"),
        ("de", "PLN", "1.299,50 PLN"),
        ("en", "CHF", "CHF 1,299.50"),
        ("es", "USD", "1.299,50 US$"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(app: Flask, language: str, currency: str, shown: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert wording.money(Money(amount=129950, currency=currency)).replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=5), "1 minute ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(minutes=59, seconds=40), "1 hour ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=21), "3 weeks ago"),
        (timedelta(minutes=-3), "1 minute ago"),
    ],
)
def test_ages_are_said_roughly_and_never_lie_in_the_future(app: Flask, ago: timedelta, shown: str) -> None:
    counted = (datetime.now(UTC) - ago).timestamp() * 1000
    with app.test_request_context(), force_locale("en"):
        assert wording.age(int(counted)) == shown


def test_colours_and_categories_are_named_as_the_shop_names_them(app: Flask) -> None:
    with app.test_request_context(), force_locale("de"):
        assert wording.named("Amber") == "Bernstein"
        assert wording.named("Never heard of") == "Never heard of"


@pytest.mark.parametrize(
    ("title", "brand", "letter"),
    [
        ("Saar chair", "Aurora", "S"),
        ("HP Compaq 8710w", "HP", "C"),
        ("HP", "HP", "H"),
        ("„öö“", "", "Ö"),
        ("ßtraße", "", "S"),
        ("!?", "", "·"),
        ("", "", "·"),
    ],
)
def test_an_article_without_a_picture_is_marked_by_the_first_letter_of_its_own_name(
    title: str, brand: str, letter: str
) -> None:
    assert wording.initial(title, brand) == letter
    assert wording.tint(letter) in range(wording.TINTS)
