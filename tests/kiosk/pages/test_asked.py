"""What HQ knows better, on the screen: painted without it first, then with it, or with a plain word that it is away."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from edge.domain.article import Variant
from tests.kiosk.asked import BOOT, KNOWN, SIZES, Hq, boot, card, until
from tests.kiosk.aurora import LANGUAGES, Aurora

AWAY = {
    "en": "Headquarters can’t be reached just now: these are the last counts.",
    "de": "Die Zentrale ist gerade nicht erreichbar: Das ist der letzte bekannte Bestand.",
    "es": "Ahora mismo no hay conexión con la central: estas son las últimas cifras.",
    "et": "Keskusega pole praegu ühendust: need on viimased teadaolevad kogused.",
}
WITHOUT = {
    "en": "We can’t look you up right now. Just go on without",
    "de": "Mach einfach ohne weiter",
    "es": "Sigue sin ella",
    "et": "Jätka ilma selleta",
}


@pytest.fixture
def hq(aurora: Aurora) -> Iterator[Hq]:
    yield (hq := Hq(aurora))
    hq.answers.set()
    aurora.shop.stop()


def page(client: FlaskClient, station: str = "tablet") -> str:
    return client.get(f"/s/{station}").text


def here(html: str) -> str:
    """The figure of "take it now"."""
    found = re.search(r'id="way-take".*?class="figure \w+">([^<]*)<', html, re.DOTALL)
    assert found
    return found[1]


def now() -> int:
    return int(time.time() * 1000)


def test_the_first_painting_waits_for_nobody_and_the_next_shows_hqs_count(
    aurora: Aurora, client: FlaskClient, hq: Hq
) -> None:
    boot(aurora)
    before = here(page(client))
    hq.counts("aurora-tallinn", 77, now())
    assert here(page(client)) == before != "77"
    hq.answers.set()
    until(lambda: here(page(client)) == "77")
    assert AWAY["en"] not in page(client)
    assert "1 minute ago" in page(client), "the age is that of the count"


def test_a_size_that_is_sold_out_since_is_said_on_its_button(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    """All of the product is asked for, not only the size shown."""
    boot(aurora)
    button = re.compile(r'class="size (\w+)" id="size-\d+" data-test="size-42"')
    other = next(variant.sku for variant in sisters(aurora) if variant.size == "42")
    assert button.findall(page(client)) != ["gone"]
    for count in aurora.shop.catalogue.stock(other):
        hq.counts(count.store, 0, now(), other)
    hq.answers.set()
    until(lambda: button.findall(page(client)) == ["gone"])


def sisters(aurora: Aurora) -> list[Variant]:
    variant = aurora.shop.catalogue.by_sku(BOOT)
    assert variant
    return [one for one in aurora.shop.catalogue.variants(variant.product_id) if one.colour == variant.colour]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_answer_the_counts_stay_with_their_age_and_a_plain_word(
    aurora: Aurora, client: FlaskClient, hq: Hq, language: str
) -> None:
    aurora.shop.set_language("tablet", language)
    boot(aurora)
    before = here(page(client))
    hq.told["stock"] = None
    assert AWAY[language] not in page(client)
    hq.answers.set()
    until(lambda: AWAY[language] in page(client))
    assert here(page(client)) == before


def test_a_line_that_is_down_is_said_at_once(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    hq.up = False
    boot(aurora)
    assert AWAY["en"] in page(client)


def test_the_staffs_table_is_of_this_moment_too(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    hq.counts("aurora-tallinn", 7777, now())
    hq.answers.set()
    boot(aurora, "staff")
    until(lambda: "7,777" in page(client, "staff"))


def test_a_card_is_looked_up_and_greeted_without_a_name(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    hq.told["profile"] = KNOWN | {"sizes": SIZES}
    card(aurora)
    assert "One moment, we are looking up your card." in page(client)
    hq.answers.set()
    until(lambda: "Willkommen zurück!" in page(client))
    shown = page(client)
    assert re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", shown) == [("Schuhe", "42"), ("Kleidung", "M")]


def test_a_wall_that_is_told_no_sizes_shows_none(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    card(aurora, "wall")
    hq.answers.set()
    until(lambda: "Willkommen zurück!" in page(client, "wall"))
    assert "usual-sizes" not in page(client, "wall")


@pytest.mark.parametrize("told", [{"known": False}, None])
def test_who_is_not_known_and_who_can_not_be_looked_up_go_on_without(
    aurora: Aurora, client: FlaskClient, hq: Hq, told: dict[str, Any] | None
) -> None:
    hq.told["profile"] = told
    hq.answers.set()
    card(aurora)
    until(lambda: "looking up" not in page(client))
    assert ("knows nothing more about you" in page(client)) == bool(told)
    assert (WITHOUT["en"] in page(client)) == (not told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_line_down_a_card_is_answered_at_once(
    aurora: Aurora, client: FlaskClient, hq: Hq, language: str
) -> None:
    hq.up = False
    aurora.shop.set_language("tablet", language)
    card(aurora)
    assert WITHOUT[language] in page(client)


def test_a_card_at_an_article_leads_back_to_it(aurora: Aurora, client: FlaskClient, hq: Hq) -> None:
    hq.up = False
    boot(aurora)
    card(aurora)
    assert f'data-test="back" name="sku" value="{BOOT}"' in page(client)
    assert client.get("/s/tablet/state.json").json["screen"] == "welcome"  # type: ignore[index]
