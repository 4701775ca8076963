import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hq.links import Links
from hq.service import Hq
from hq.store import tables
from tests.hq import showroom as shop


@pytest.mark.parametrize("path", [f"/01/{shop.GTIN}", "/01/4012345678901", f"/01/{shop.GTIN}/10/LOT7/21/0042"])
def test_a_tags_address_opens_the_article(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    for said in ("Fjell trail boot", "€189.00", "Cut for wet stone", "Dry feet", "Aurora Tartu", "5 in stock"):
        assert said in page.text


def test_sizes_lead_to_their_own_pages_and_a_sold_out_one_says_so(client: FlaskClient) -> None:
    text = client.get(f"/01/{shop.GTIN}").text
    assert 'href="/01/04012345678895"' in text
    assert '43<span class="unseen"> sold out</span>' in text


def test_the_buy_button_leads_to_the_web_shop(client: FlaskClient) -> None:
    assert 'href="https://shop.aurora.example/boot-42"' in client.get(f"/01/{shop.GTIN}").text


@pytest.mark.parametrize("path", ["/01/00000000000000", "/01/abc", "/01/1", "/01/" + "9" * 200, "/01/%3Cscript%3E"])
def test_an_unknown_article_has_a_friendly_page(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "We do not know this article" in page.text
    assert "<script" not in page.text


def test_hostile_reviews_are_shown_as_text(client: FlaskClient) -> None:
    text = client.get(f"/01/{shop.GTIN}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_the_page_speaks_the_language_of_the_browser(client: FlaskClient) -> None:
    text = client.get(f"/01/{shop.GTIN}", headers={"Accept-Language": "et-EE,et;q=0.9,en;q=0.5"}).text
    assert "Matkasaabas Fjell" in text
    assert "Kust leida" in text


def test_a_review_in_another_language_is_marked(client: FlaskClient) -> None:
    text = client.get(f"/01/{shop.GTIN}?lang=et").text
    assert '<p lang="en">Three days of bog' in text
    assert '<span class="tongue">inglise</span>' in text
    assert 'class="tongue"' not in client.get(f"/01/{shop.GTIN}?lang=en").text


def test_four_and_a_half_stars_are_drawn_as_such(client: FlaskClient) -> None:
    assert '<svg width="90.0" height="20" class="part">' in client.get(f"/01/{shop.GTIN}").text


def test_only_a_browser_with_consent_leaves_a_visit(client: FlaskClient, showroom: Hq, links: Links) -> None:
    client.get(f"/01/{shop.GTIN}")
    shop.send_basket(showroom, consents=("profiling",))
    client.get(links.basket(shop.BASKET), base_url="https://localhost")
    client.get(f"/01/{shop.GTIN}", base_url="https://localhost")
    with showroom.reading() as reading:
        pages = list(reading.scalars(select(tables.web_visit.c.page).order_by(tables.web_visit.c.id)))
    assert pages == ["basket", f"article:{shop.GTIN}"]


def test_before_the_first_catalogue_nothing_is_known(client: FlaskClient, showroom: Hq) -> None:
    with showroom.engine.begin() as connection:
        connection.execute(tables.feed_version.delete())
    assert client.get(f"/01/{shop.GTIN}").status_code == 404
