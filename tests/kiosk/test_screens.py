"""Every screen of every station, as the server renders it."""

import re
from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient

from edge.domain.article import Stock, Store
from edge.shop import Article, BasketScreen, Browse, Screen, Send, Sent, Unknown
from edge.shop.screens import Attract
from edge.shop.stations import Alone
from hardware.health import ReaderHealth
from kiosk import consents
from kiosk.pages import article
from kiosk.pages.availability import Availability, Place
from tests.kiosk.aurora import LANGUAGES, STATIONS, Aurora, rows, stock

BOOT = "RANNIK-AMBER-42"
SCREENS: dict[str, Screen] = {
    "attract": Attract(),
    "article": Article(sku=BOOT, notice="added"),
    "browse": Browse(category="Shoes > Hiking"),
    "basket": BasketScreen(),
    "send": Send(),
    "sent": Sent(online=False),
    "unknown": Unknown(code="123", reason="empty-tag"),
}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</section></main><h1>owned",
    "{{ 7 * 7 }} ${7*7}",
    "&lt;b&gt; & co",
    "javascript:alert(1)",
    "\u202eevil\u0000\x1b[31m",
    "a\ndata: x\n\nevent: screen\ndata: owned",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("station", ["wall", "tablet", "staff"])
def test_every_screen_shows_in_every_language(
    aurora: Aurora, client: FlaskClient, station: str, name: str, language: str
) -> None:
    aurora.shop.add_line(station, BOOT, 2)
    aurora.shop.set_language(station, language)
    aurora.shop.show(station, SCREENS[name])
    page = client.get(f"/s/{station}").text
    assert f'<html lang="{language}" class="{station}"' in page
    assert f'data-screen="{name}"' in page
    assert client.get(f"/s/{station}/state.json").json == {
        "screen": name,
        "sku": BOOT if name == "article" else None,
        "visit": aurora.shop.visit(station).id,  # type: ignore[union-attr]
        "language": language,
        "basket": 2,
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("station", ["tablet", "staff"])
def test_hostile_names_are_shown_as_text(aurora: Aurora, client: FlaskClient, station: str, name: str) -> None:
    aurora.publish(titles={"rannik-boot": name})
    aurora.shop.add_line(station, BOOT)
    for screen in SCREENS.values():
        aurora.shop.show(station, screen)
        page = client.get(f"/s/{station}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<h1>owned" not in page
        assert len(re.findall("<section class=.screen", page)) == 1


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_codes_and_words_are_shown_as_text(aurora: Aurora, client: FlaskClient, code: str) -> None:
    aurora.shop.show("wall", Unknown(code=code, reason="unknown-code"))
    assert "<script>alert" not in client.get("/s/wall").text
    aurora.shop.show("wall", Browse(query=code, category=code))
    assert "<script>alert" not in client.get("/s/wall").text


def test_an_article_that_left_the_catalogue_is_said_to_be_gone(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.show("wall", Article(sku=BOOT))
    aurora.publish(without=("rannik-boot",))
    assert "no longer in the shop" in client.get("/s/wall").text


def test_a_box_whose_first_catalogue_has_not_come_shows_every_screen_all_the_same(
    aurora: Aurora, client: FlaskClient
) -> None:
    aurora.publish(without=tuple(product.id for product in aurora.shop.catalogue.products(limit=1000)))
    for screen in (Attract(), Browse(), Browse(query="boot"), BasketScreen(), Send(), SCREENS["unknown"]):
        aurora.shop.show("wall", screen)
        assert client.get("/s/wall").status_code == 200


def test_the_same_screen_has_the_same_digest_and_a_later_number(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.show("wall", BasketScreen())
    first, second = client.get("/s/wall").text, client.get("/s/wall").text
    assert found(first, "digest") == found(second, "digest")
    start, n = found(first, "order").split(".")
    again, later = found(second, "order").split(".")
    assert start == again
    assert int(later) > int(n)


def test_another_price_has_another_digest(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.show("wall", Article(sku=BOOT))
    before = client.get("/s/wall").text
    aurora.publish(cheaper=500)
    after = client.get("/s/wall").text
    assert found(before, "digest") != found(after, "digest")
    assert "€184.95" in after


def test_staff_read_in_plain_words_how_the_box_is(aurora: Aurora, client: FlaskClient) -> None:
    page = client.get("/s/staff").text
    assert "0 events at HQ, 2 waiting, oldest" in page  # the catalogue it turned to, the key it signs with
    assert "version 1.1" in page
    assert "down: the shop goes on" in page


def test_staff_read_a_readers_station_and_kind(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.outside = Readers()
    for page in (client.get("/s/staff").text, client.get("/s/staff/sync").text):
        assert re.findall(r'<strong>([^<]+) <span class="kind">([^<]+)<', page) == [
            ("Wall", "barcode scanner"),
            ("Shoe bench", "tag reader"),
        ]


def test_staff_see_a_reduced_price_as_reduced(aurora: Aurora, client: FlaskClient) -> None:
    reduced = next(row["sku"] for row in rows("articles.csv") if row["was"])
    for sku, said in ((reduced, "price reduced"), (BOOT, "price")):
        aurora.shop.show("staff", Article(sku=sku))
        assert f'<strong class="{said}"' in client.get("/s/staff").text


def test_each_station_is_named_once_with_what_it_is_for(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count("Wall") == 1
    assert "large screen for shoppers" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_version_of_the_consents_is_not_the_shoppers_business(
    aurora: Aurora, client: FlaskClient, language: str
) -> None:
    aurora.shop.set_language("wall", language)
    aurora.shop.add_line("wall", BOOT)
    aurora.shop.show("wall", Send())
    page = client.get("/s/wall").text
    assert consents.VERSION not in re.sub(r"<[^>]*>", "", page)


def test_counts_of_one_age_say_it_once_and_others_each_their_own(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.show("wall", Article(sku=BOOT))
    assert client.get("/s/wall").text.count("counted ") == 1
    here = stock_row(BOOT, "aurora-tallinn")
    aged = Availability(
        here=Place(store=Store(id="a", name="A"), quantity=1, as_of=here.as_of),
        nearby=(Place(store=Store(id="b", name="B"), quantity=1, as_of=0),),
        web=None,
    )
    with client.application.test_request_context():
        ways = client.application.jinja_env.get_template("parts/ways.html")
        shown = ways.render(
            available=aged, variant=aurora.shop.catalogue.by_sku(BOOT), station=STATIONS["wall"], icon=lambda name: ""
        )
    assert shown.count("counted ") == 2


def test_each_shop_to_collect_from_has_its_own_count_and_no_figure_looks_like_their_sum(
    aurora: Aurora, client: FlaskClient
) -> None:
    aurora.shop.show("wall", Article(sku=BOOT))
    collect = client.get("/s/wall").text.split('id="way-collect"')[1].split('id="way-ship"')[0]
    places = [stock_row(BOOT, store).quantity for store in ("aurora-tallinn", "aurora-parnu", "aurora-tartu")]
    assert [int(found) for found in re.findall(r'class="figure \w+">(\d+)<', collect)] == places


@pytest.mark.parametrize(("sizes", "columns"), [(1, 1), (5, 5), (6, 3), (7, 4), (8, 4), (9, 5), (11, 4), (12, 4)])
def test_rows_of_sizes_are_as_even_as_can_be(sizes: int, columns: int) -> None:
    assert article.columns(sizes) == columns


def test_staff_see_the_stock_of_every_store_for_every_size(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.show("staff", Article(sku=BOOT))
    page = client.get("/s/staff").text
    for place in ("Aurora Tallinn", "Aurora Tartu", "Aurora Pärnu", "Web"):
        assert place in page
    assert page.index("Aurora Tallinn") < page.index("Aurora Tartu")
    assert page.count("<tr") == 1 + len(aurora.shop.catalogue.variants("rannik-boot"))


class Readers(Alone):
    def readers(self, station: str | None = None) -> Sequence[ReaderHealth]:
        drivers = {"wall": "barcode_serial", "tablet": "nfc_pn532"}
        return [ReaderHealth(name="x", driver=drivers[station])] if station in drivers else []


def stock_row(sku: str, store: str) -> Stock:
    return next(stock(row) for row in rows("stock.csv") if (row["sku"], row["store"]) == (sku, store))


def found(page: str, name: str) -> str:
    match = re.search(f'data-{name}="([^"]*)"', page)
    assert match
    return match[1]
