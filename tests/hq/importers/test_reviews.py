"""Reviews of every form: matched, brought to five stars, harmless, and held back where somebody should look."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from edge.domain.article import HELD, REFUSED, SHOWN, Review
from hq.feeds.sources import values
from hq.importers import import_file
from hq.importers.cells import BadCell
from hq.importers.review_taking import stars
from hq.reviews.rules import MOST_MARKS, UNSEEN, reasons, tamed
from tests.hq.importers.test_importing import Take, connection, remarks, take  # noqa: F401

SHARED = Path(__file__).parents[4] / "shared" / "data" / "catalogues"
SKUS = "sku,product_id,price,title_en,gtin\nTB-42,boot,5,Boot,4006381333931\nTB-43,boot,5,,\n"


@pytest.fixture(autouse=True)
def stocked(connection: Connection, take: Take) -> Iterator[None]:  # noqa: F811
    take(SKUS)
    yield


def told(connection: Connection) -> list[Review]:  # noqa: F811
    with connection.begin():
        return sorted(values(connection, Review), key=lambda review: (review.date, review.author))


GOOGLE = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning"><version>2.3</version>
<publisher><name>Aurora</name></publisher><reviews>
<review><review_id>1</review_id><reviewer><name>Mari</name></reviewer>
<review_timestamp>2026-09-14T12:00:00Z</review_timestamp><title>Dry feet</title>
<content>Three days of bog.</content><ratings><overall min="1" max="5">5</overall></ratings>
<products><product><product_ids><gtins><gtin>4006381333931</gtin></gtins><skus><sku>none</sku></skus></product_ids>
<product_url>https://shop.example/boot</product_url></product></products></review>
<review><review_id>2</review_id><reviewer><name is_anonymous="true">Anonymous</name></reviewer>
<review_timestamp>2026-09-15T12:00:00Z</review_timestamp><content>Fine.</content><is_spam>true</is_spam>
<ratings><overall min="0" max="10">7</overall></ratings>
<products><product><product_ids><skus><sku>TB-43</sku></skus></product_ids></product></products></review>
<review><reviewer><name>Jo</name></reviewer><ratings><overall min="1" max="5">9</overall></ratings></review>
</reviews></feed>"""
SCHEMA = """{"@context": "https://schema.org", "@graph": [
{"@type": "Review", "itemReviewed": {"@type": "Product", "gtin13": "4006381333931"}, "author": {"name": "Mari"},
 "reviewRating": {"@type": "Rating", "ratingValue": 5, "bestRating": 5}, "name": "Dry feet", "inLanguage": "en-GB",
 "reviewBody": "Three days of bog.", "datePublished": "2026-09-14"},
{"@type": "Review", "itemReviewed": {"@type": "Product", "sku": "TB-43"}, "author": "Jo",
 "reviewRating": {"ratingValue": "7", "bestRating": "10", "worstRating": "0"}, "reviewBody": "Fine.",
 "datePublished": "2026-09-15"}]}"""
PAGE = f'<!doctype html><html><script type="application/ld+json">{SCHEMA}</script></html>'


def test_googles_feed_is_taken_by_gtin_and_sku_and_its_scale(connection: Connection, take: Take) -> None:  # noqa: F811
    report = take(GOOGLE, "reviews.xml")
    assert (report.format, report.accepted, report.rejected) == ("google-reviews-xml", 2, 1)
    assert remarks(report) == [(3, "rating")]
    first, second = told(connection)
    assert first == Review(
        product_id="boot", rating=5, title="Dry feet", text="Three days of bog.", language="en", author="Mari",
        date="2026-09-14",
    )  # fmt: skip
    assert (second.product_id, second.rating, second.author, second.state) == ("boot", 4, "", REFUSED)


@pytest.mark.parametrize("text", [SCHEMA, PAGE], ids=["alone", "in a page"])
def test_schema_org_reviews_are_taken_alone_and_in_a_page(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
    text: str,
) -> None:
    report = take(text, "reviews")
    assert (report.format, report.accepted, report.rejected) == ("schema-org-reviews", 2, 0)
    first, second = told(connection)
    assert (first.product_id, first.author, first.rating, first.language) == ("boot", "Mari", 5, "en")
    assert (second.product_id, second.author, second.rating) == ("boot", "Jo", 4)


def test_own_json_and_csv_say_how_helpful_a_review_is_and_what_was_decided(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
) -> None:
    take("sku,rating,text,date,helpful,unhelpful,state\nTB-42,4,Fine,2026-01-01,7,2,pending\n")
    take('[{"gtin": 4006381333931, "rating": 8, "best": 10, "text": "Well", "date": "2026-01-02", "state": "spam"}]')
    assert take('{"reviews": [{"product_id": "boot", "rating": 3}]}').format == "tote-reviews-json"
    _, first, second = told(connection)
    assert (first.helpful, first.unhelpful, first.state, first.product_id) == (7, 2, HELD, "boot")
    assert (second.rating, second.state) == (4, REFUSED)


@pytest.mark.parametrize(
    ("rating", "best", "worst", "found"),
    [
        ("5", "", "", 5), ("4.5", "", "", 5), ("4,4", "", "", 4), ("1", "", "", 1), ("", "", "", 0),
        ("10", "10", "1", 5), ("1", "10", "1", 1), ("8/10", "", "", 4), ("0/10", "", "", 1), ("3 of 5", "", "", 3),
        ("80%", "", "", 4), ("100%", "", "", 5), ("0%", "", "", 1), ("50", "100", "0", 3),
    ],
)  # fmt: skip
def test_ratings_of_other_scales_become_stars(rating: str, best: str, worst: str, found: int) -> None:
    assert stars(rating, best, worst) == found


@pytest.mark.parametrize("rating", ["0", "6", "-1", "good", "nan", "inf", "1e999", "11/10", "120%"])
def test_a_rating_beyond_its_scale_is_refused(rating: str) -> None:
    with pytest.raises(BadCell):
        stars(rating)


def test_a_review_without_a_rating_is_shown_for_its_words_and_counts_for_no_mean(
    connection: Connection,  # noqa: F811
    take: Take,  # noqa: F811
) -> None:
    report = take("product_id,rating,text,date\nboot,,Only words,2026-01-01\nboot,,,2026-01-02\n")
    assert (report.accepted, report.warned, report.rejected) == (1, 1, 1)
    (review,) = told(connection)
    assert (review.rating, review.state) == (0, SHOWN)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("See https://cheap.example/boots", ["a link"]),
        ("cheaper at bootshop.com", ["a link"]),
        ("write me: mari.k@example.org", ["a mail address"]),
        ("mari (at) example (dot) org", ["a mail address"]),
        ("call 512-555-0143", ["a telephone number"]),
        ("+372 5123 4567 is me", ["a telephone number"]),
        ("WORST BOOTS I EVER BOUGHT", ["shouting"]),
        ("Size 42, 1200 g, bought 2026-11-02 for 129.95, EAN 4006381333931", []),
        ("OK. Good", []),
        ("Great for 5.30 am runs.Really", []),
        ("今日は寒いですが足は暖かいです。とても良い靴です。", []),
    ],
)
def test_what_somebody_should_look_at_is_told(text: str, why: list[str]) -> None:
    assert reasons("", text) == why


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>Fine <b>boots</b><img src=x onerror=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;Fine boots",
        "Fine\u200b bo\u200dots",
        "Fi\u202ene\u202c boots",
        "Fine bo" + "o" + "\u0351\u0352\u0353\u0354\u0355\u0356\u0357" * 40 + "ts",
    ],
    ids=["mark-up", "mark-up in disguise", "unseen", "turned round", "piled up"],
)
def test_hostile_text_is_harmless(connection: Connection, take: Take, text: str) -> None:  # noqa: F811
    cell = text.replace('"', '""')
    take(f'product_id,rating,text\nboot,5,"{cell}"\n')
    (review,) = told(connection)
    assert "<" not in review.text and "alert" not in review.text
    assert not UNSEEN.search(review.text)
    assert len(review.text) <= len("Fine booots") + MOST_MARKS


@given(st.text(max_size=200))
def test_taming_leaves_nothing_unseen_and_tames_once_for_all(text: str) -> None:
    once = tamed(text)
    assert not UNSEEN.search(once)
    assert tamed(once) == once
    assert not re.search(f"[\u0300-\u036f]{{{MOST_MARKS + 1}}}", once)


def test_the_text_sets_are_taken_though_not_utf_8_and_nobody_makes_up_stars(connection: Connection) -> None:  # noqa: F811
    folder = SHARED / "nltk_product_reviews"
    if not folder.exists():
        pytest.skip(f"{folder} is not on this machine")
    reports = [import_file(connection, path) for path in sorted(folder.glob("*.zip"))]
    assert {report.format for report in reports} == {"annotated-reviews-text"}
    assert [(report.rows, report.rejected) for report in reports] == [(313, 0), (325, 0)]
    assert reports[1].passed_over == ["product_reviews_2/README.txt", "product_reviews_2/ipod.txt"]
    found = told(connection)
    assert {review.rating for review in found} == {0}
    assert "Canon G3" in Counter(review.product_id for review in found)
    assert not any("##" in review.text or re.match(r"\w+\[[+-]", review.text) for review in found)


PRODUCT = """{"@context": "https://schema.org", "@type": "Product", "sku": "HAT", "name": "Hat",
"offers": {"price": "9.90", "priceCurrency": "EUR"}, "review": [
{"@type": "Review", "reviewRating": {"ratingValue": 4}, "author": {"name": "Mari"}, "reviewBody": "Warm"},
{"@type": "Review", "reviewRating": {"ratingValue": 9}, "reviewBody": "More than warm"}]}"""


def test_reviews_inside_a_product_come_with_it_and_a_bad_one_is_named(connection: Connection, take: Take) -> None:  # noqa: F811
    report = take(PRODUCT, "page.json")
    assert (report.format, report.accepted, report.warned, report.rejected) == ("schema-org-jsonld", 1, 1, 0)
    assert [problem.field for problem in report.problems] == ["review rating"]
    (review,) = told(connection)
    assert (review.product_id, review.text, review.rating) == ("HAT", "Warm", 4)


def test_reviews_inside_a_shops_dump_come_with_its_products_without_the_addresses(connection: Connection) -> None:  # noqa: F811
    path = SHARED / "dummyjson" / "products.json"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    report = import_file(connection, path)
    assert (report.rows, report.accepted, report.rejected) == (194, 194, 0)
    found = told(connection)
    assert len(found) == 582
    assert all(1 <= review.rating <= 5 and "@" not in review.author for review in found)
