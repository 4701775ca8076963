from hashlib import sha256

from flask import Flask
from flask_babel import force_locale

from edge.domain.consent import PURPOSES, Purpose
from kiosk import consents
from tests.kiosk.aurora import LANGUAGES

SHOWN: tuple[Purpose, ...] = (*PURPOSES, "back-in-stock")
"""What a screen asks; the other purposes are answered on the page of preferences alone."""


def test_every_purpose_gets_a_yes_or_a_no_with_the_words_that_were_shown(app: Flask) -> None:
    with app.test_request_context(), force_locale("de"):
        marketing, profiling = consents.answers({"marketing"}, "de")
    assert (marketing.purpose, marketing.granted, profiling.purpose, profiling.granted) == (
        "marketing",
        True,
        "profiling",
        False,
    )
    assert marketing.words.startswith("Ja, schreibt mir")
    assert marketing.words_hash == sha256(marketing.words.encode()).hexdigest()
    assert (marketing.version, marketing.language) == (consents.VERSION, "de")


def test_the_words_differ_in_every_language_and_purpose(app: Flask) -> None:
    with app.test_request_context():
        texts = set()
        for language in LANGUAGES:
            with force_locale(language):
                texts |= {consents.words("marketing"), consents.words("profiling")}
    assert len(texts) == 2 * len(LANGUAGES)


def test_new_words_get_a_new_version(app: Flask) -> None:
    """When this fails, change VERSION together with the words, and put the new pair here."""
    with app.test_request_context():
        said = sha256()
        for language in LANGUAGES:
            with force_locale(language):
                said.update("".join(consents.words(purpose) for purpose in SHOWN).encode())
    assert (consents.VERSION, said.hexdigest()[:16]) == ("2026-12.1", "a9d52cc42d1f119c")
