from hypothesis import given
from hypothesis import strategies as st

from edge.catalogue.words import fold, folded, split, stem, stemmed


def test_words_are_compared_without_case_accents_and_punctuation() -> None:
    assert folded("Jalanõud, FUẞBALL & naïve–Größe 42½") == "jalanoud fussball naive grosse 421 2"


def test_each_language_is_stemmed_by_its_own_rules() -> None:
    assert stemmed("running shoes", "en") == stemmed("run shoe", "en")
    assert stemmed("Schuhe", "de") == stemmed("Schuh", "de")
    assert stemmed("calcetines", "es") == stemmed("calcetín", "es")
    assert stemmed("saapad", "et") == stemmed("saapa", "et")


def test_a_language_without_rules_is_only_folded() -> None:
    assert stemmed("Ščětki", "xx") == "scetki"


@given(text=st.text())
def test_words_are_letters_and_digits_only(text: str) -> None:
    for word in split(text):
        assert all(char.isalnum() for char in word)
        assert '"' not in stem(word, "en") + fold(word)


def test_a_number_and_its_unit_are_one_word() -> None:
    assert split("8 GB, 8gb and 8-GB") == ["8gb", "8gb", "and", "8gb"]
    assert split("3 in 1") == ["3", "in", "1"]
