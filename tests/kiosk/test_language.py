"""Four languages, each complete."""

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from kiosk.language import CATALOGUES, NAMES
from tests.kiosk.aurora import LANGUAGES

KIOSK = Path(__file__).parents[2] / "kiosk"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def said() -> set[str | tuple[str, ...]]:
    """Every text in the sources."""
    found = extract_from_dir(KIOSK, METHODS, {"templates/**.html": {"trim_blocks": "true"}}, KEYWORDS)
    return {tuple(text) if isinstance(text, (tuple, list)) else text for _, _, text, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file)


def variables(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


def as_tuple(texts: object) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, (tuple, list)) else (str(texts),)


def missing(message: Message) -> bool:
    return message.fuzzy or not all(as_tuple(message.string))


@pytest.mark.parametrize("language", ["de", "es", "et"])
def test_no_text_is_missing(language: str) -> None:
    known = {tuple(m.id) if isinstance(m.id, (tuple, list)) else m.id: m for m in catalogue(language) if m.id}
    assert said() - known.keys() == set()
    assert [m.id for m in known.values() if missing(m)] == []


@pytest.mark.parametrize("language", ["de", "es", "et"])
def test_no_translation_is_left_over(language: str) -> None:
    known = {tuple(m.id) if isinstance(m.id, (tuple, list)) else m.id for m in catalogue(language) if m.id}
    assert known - said() == set()


@pytest.mark.parametrize("language", ["de", "es", "et"])
def test_translations_name_the_same_variables(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            asked = set().union(*(variables(text) for text in as_tuple(message.id)))
            for text in as_tuple(message.string):
                assert variables(text) == asked, text


def test_the_extraction_sees_templates_and_modules() -> None:
    texts = said()
    assert "Add to basket" in texts
    assert "Scan or touch to begin" in texts
    assert ("%(num)s article", "%(num)s articles") in texts


def test_every_language_has_a_name_of_its_own() -> None:
    assert set(NAMES) == set(LANGUAGES)
    assert all(set(name) <= set(string.ascii_letters + "ñ") for name in NAMES.values())


def test_plurals_follow_the_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("et"):
        assert ngettext("%(num)s article", "%(num)s articles", 1) == "1 toode"
        assert ngettext("%(num)s article", "%(num)s articles", 3) == "3 toodet"


def test_the_source_language_needs_no_catalogue(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert gettext("Add to basket") == "Add to basket"
