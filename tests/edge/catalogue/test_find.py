"""What somebody types leads to the article they mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.catalogue import Catalogue
from edge.catalogue.rank import Weights
from edge.catalogue.words import stems
from edge.domain.article import Product
from tests.edge.catalogue import shop


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with Catalogue.open(shop.write(tmp_path_factory.mktemp("shop") / "c.db")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "language", "product"),
    [
        ("trail boot", "en", "boot"),
        ("BOOTS", "en", "boot"),
        ("boot trail", "en", "boot"),
        ("fjallstig boots", "en", "boot"),
        ("wet paths", "en", "boot"),
        ("Wanderstiefeln", "de", "boot"),
        ("calcetin", "es", "sock"),
        ("calcetín lana", "es", "sock"),
        ("matkasaabas", "et", "boot"),
        ("jooksusokk", "et", "sock"),
        ("ten", "en", "tent"),
        ("wool runn", "en", "sock"),
        ("bot", "en", "boot"),
        ("triall boots", "en", "boot"),
        ("wandersteifel", "de", "boot"),
        ("4006381333931", "en", "boot"),
        ("4 006381 333931", "en", "boot"),
        ("5012345678900", "en", "boot"),
        ("TB-42-BRN", "en", "boot"),
        ("tb-42", "en", "boot"),
        ("tent", "fr", "tent"),
        ("purple trail boot with wings", "en", "boot"),
    ],
)
def test_the_first_hit_is_what_was_meant(catalogue: Catalogue, typed: str, language: str, product: str) -> None:
    hits = catalogue.find(typed, language)
    assert hits
    assert hits[0].id == product


def test_the_variant_that_was_typed_is_offered(catalogue: Catalogue) -> None:
    assert [catalogue.find(words)[0].sku for words in ("boot", "boot 42", "brown boot", "4006381333931")] == [
        "TB-41-BLK",
        "TB-42-BRN",
        "TB-42-BRN",
        "TB-42-BRN",
    ]


def test_hits_are_ranked_titled_and_paged(catalogue: Catalogue) -> None:
    hits = catalogue.find("fjällstig", "de")
    assert sorted((hit.id, hit.title) for hit in hits) == [("boot", "Wanderstiefel"), ("sock", "Wool running socks")]
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score >= hits[1].score
    assert catalogue.find("fjällstig", "de", limit=1, offset=1) == hits[1:]


@pytest.mark.parametrize(
    "typed", ["", " ", "qqzzxx", '"', "AND OR NOT", "*", "boot AND", "tent*", "a:b", "\x00", "\ud800"]
)
def test_no_words_are_too_odd_to_be_asked(catalogue: Catalogue, typed: str) -> None:
    assert len(catalogue.find(typed)) <= 3


def test_a_word_of_hundreds_of_letters_is_not_taken_apart_letter_by_letter(catalogue: Catalogue) -> None:
    stems("de").clear()
    catalogue.find("wander" * 60, "de")
    assert len(stems("de")) < 10


def test_scores_fall_from_hit_to_hit(catalogue: Catalogue) -> None:
    for typed in ("boot wool tent", "fjällstig wo", "te", "socks b", "TB-42 tent"):
        scores = [hit.score for hit in catalogue.find(typed)]
        assert scores == sorted(scores, reverse=True)


def test_facts_and_keywords_are_found(catalogue: Catalogue) -> None:
    assert catalogue.find("gummi rubber sole")[0].id == "boot"
    assert catalogue.find("bivouac")[0].id == "tent"


def test_words_written_together_and_apart_find_the_same(catalogue: Catalogue) -> None:
    assert catalogue.find("runningsocks")[0].id == "sock"
    assert catalogue.find("wander stiefel", "de")[0].id == "boot"


def test_the_end_of_a_compound_finds_it(catalogue: Catalogue) -> None:
    assert catalogue.find("stiefel", "de")[0].id == "boot"
    assert catalogue.find("saabas", "et")[0].id == "boot"


@pytest.mark.parametrize(
    ("typed", "language", "product"),
    [
        ("Wanderstiefel", "en", "boot"),
        ("stiefel", "en", "boot"),
        ("wanderstief", "en", "boot"),
        ("wandersteifel", "en", "boot"),
        ("calcetines de lana", "et", "sock"),
        ("fjällstig matkasaabas", "es", "boot"),
        ("trail boot", "de", "boot"),
    ],
)
def test_a_title_in_another_language_of_the_catalogue_is_found(
    catalogue: Catalogue, typed: str, language: str, product: str
) -> None:
    results = catalogue.search(typed, language)
    assert results.nearest == ""
    assert results.hits[0].id == product
    assert results.hits[0].title == catalogue.find(product, language)[0].title


def test_a_word_that_both_languages_know_is_read_in_the_screens(tmp_path: Path) -> None:
    titles = {"mode": {"en": "Mode dial", "de": "Wählrad"}, "fashion": {"en": "Fashion shirt", "de": "Mode Hemd"}}
    products = [Product(id=id_, brand="", category="", title=title) for id_, title in titles.items()]
    with Catalogue.open(shop.write(tmp_path / "c.db", products=products, variants=[])) as catalogue:
        assert [hit.id for hit in catalogue.find("mode", "en")] == ["mode"]
        assert [hit.id for hit in catalogue.find("mode", "de")] == ["fashion"]
        assert catalogue.find("mode hemd", "en")[0].id == "fashion"


PHONES = [
    ("cable", "Phone charger", "Mobile accessories"),
    ("sleeve", "Phone sleeve", ""),
    ("lamp", "Phone lamp", "Mobile accessories"),
    ("phone", "Phone 13 Pro dark blue", "Smartphones"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("phone", "phone"), ("phnoe", "phone"), ("phone sleeve", "sleeve"), ("charger phone", "cable")],
)
def test_the_thing_stands_before_what_goes_with_it_unless_that_was_asked_for(
    tmp_path: Path, typed: str, first: str
) -> None:
    products = [Product(id=id_, brand="", title={"en": title}, category=where) for id_, title, where in PHONES]
    path = shop.write(tmp_path / "c.db", products=products, variants=[], languages=("en",))
    with Catalogue.open(path) as catalogue:
        assert catalogue.find(typed)[0].id == first
    with Catalogue.open(path, weights=Weights(accessory=1.0)) as plain:
        assert plain.find("phone")[0].id != "phone"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=30), language=st.sampled_from(["en", "de", "es", "et", "xx"]))
def test_nothing_typed_makes_it_raise(catalogue: Catalogue, typed: str, language: str) -> None:
    assert [hit.rank for hit in catalogue.find(typed, language)] in ([], [1], [1, 2], [1, 2, 3])


def test_a_file_without_a_table_of_its_words_is_asked_for_them(tmp_path: Path, catalogue: Catalogue) -> None:
    path = shop.write(tmp_path / "old.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE word_en")
    with Catalogue.open(path) as old:
        for typed in ("triall boots", "wool runn", "smelter bivouak"):
            assert old.find(typed, "en") == catalogue.find(typed, "en") != []


def test_an_empty_catalogue_finds_nothing(tmp_path: Path) -> None:
    empty = {"products": (), "variants": (), "stock": (), "reviews": (), "stores": ()}
    with Catalogue.open(shop.write(tmp_path / "c.db", **empty)) as catalogue:
        assert catalogue.find("boot") == []
        assert catalogue.products() == []
