"""Each reason why a code leads nowhere has words of its own, and they say what helps."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from edge.shop import Unknown
from kiosk.pages import unknown
from kiosk.posted import REASONS
from tests.kiosk.aurora import LANGUAGES, Aurora

SAID = {
    "unknown-code": "Search for it by name",
    "not-an-article": "something else than an article",
    "not-a-code": "looks damaged",
    "bad-check-digit": "One digit of this code is not right",
    "badge-here": "Staff signs in at a staff screen",
    "hand-over-done": "has been used, or is too old",
    "screen-in-use": "Somebody’s basket is open on this screen",
    "sign-in-first": "Only staff may take it over",
    "storage-full": "box is full",
    "coupon-mistyped": "One of these sixteen letters",
    "coupon-unknown": "We don’t know this code (yet)",
    "coupon-used": "was used already",
    "coupon-early": "not valid yet",
    "coupon-over": "not valid any more",
    "coupon-elsewhere": "another of our shops",
    "tag-empty": "tag is empty",
    "tag-foreign": "not from our shop",
    "tag-forged": "says it is one of ours, and is not",
    "tag-copied": "may be a copy",
    "tag-damaged": "tag is damaged",
    "tag-torn": "went away too soon",
    "tags-many": "one tag at a time",
    "barcode-torn": "Only a part of the barcode",
    "barcode-long": "one barcode at a time",
    "barcode-dropped": "too busy to take it all",
    "picture-unreadable": "picture could not be read",
}
ONE_TAG = {"en": "one tag at a time", "de": "nur ein Etikett", "es": "solo una etiqueta", "et": "üht silti korraga"}


def documented() -> set[str]:
    """The reasons that the shop and the readers say they give."""
    words = re.findall(r"\b(?:tags?|barcode|picture)-[a-z]+", str(Unknown.__doc__))
    of_codes = re.findall(r"unknown-code|not-an?-[a-z]+|bad-check-digit", Unknown.__doc__ or "")
    of_visits = re.findall(r"badge-here|hand-over-done|screen-in-use|sign-in-first|storage-full", Unknown.__doc__ or "")
    of_coupons = re.findall(r"coupon-[a-z]+", Unknown.__doc__ or "")
    return {*words, *REASONS, *of_codes, *of_visits, *of_coupons}


def test_every_reason_of_the_shop_and_its_readers_is_known_here(app: Flask) -> None:
    with app.test_request_context():
        assert documented() <= unknown.words().keys()
        assert unknown.words().keys() == SAID.keys()


@pytest.mark.parametrize("reason", SAID)
def test_every_reason_has_its_own_right_words(aurora: Aurora, client: FlaskClient, reason: str) -> None:
    aurora.shop.show("wall", Unknown(code="", reason=reason))
    page = client.get("/s/wall").text
    assert [other for other, words in SAID.items() if words in page] == [reason]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_reasons_share_their_words(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        said = unknown.words()
        assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_tags_at_once_are_asked_for_one_at_a_time(aurora: Aurora, client: FlaskClient, language: str) -> None:
    aurora.shop.set_language("wall", language)
    aurora.shop.show("wall", Unknown(code="", reason="tags-many"))
    assert ONE_TAG[language] in client.get("/s/wall").text
