from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.domain.article import Store
from edge.domain.place import by_nearness
from hq.live.article import best_of, by_sku
from hq.live.availability import notes
from hq.live.basket import LiveBasket, live_basket
from hq.service import Hq
from hq.store import tables
from hq.words import words
from tests.hq import showroom as shop


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    hq = shop.showroom(tmp_path / "hq")
    yield hq
    hq.close()


def basket_of(hq: Hq, language: str = "") -> LiveBasket:
    with hq.reading() as reading:
        basket = live_basket(reading, hq.catalogue(), shop.BASKET, language)
    assert basket
    return basket


def order(hq: Hq, sku: str, quantity: int, *, at: int = shop.NOON + 1, order: str = "o1") -> None:
    row = {"order_id": order, "sku": sku, "quantity": quantity, "price": 1, "currency": "EUR", "store": "web", "at": at}
    with hq.engine.begin() as connection:
        connection.execute(tables.order_line.insert().values(row | {"profile": shop.PROFILE}))


def said(hq: Hq, sku: str, store: str = "aurora-tallinn") -> list[str]:
    catalogue = hq.catalogue()
    assert catalogue
    article, own = by_sku(catalogue, sku, "en", store), catalogue.store(store)
    assert article
    assert own
    return [f"{note.tone}: {note.text}" for note in notes(article, own, words("en"))]


def test_a_basket_shows_names_in_the_readers_language_and_falls_back_to_the_first(hq: Hq) -> None:
    shop.send_basket(hq)
    assert [line.name for line in basket_of(hq, "de").lines] == ["Wanderstiefel Fjell", "Regenmantel Udu", "Teapot Aur"]


@pytest.mark.parametrize("language", ["fr", "", "xx-klingon", "../../etc"])
def test_a_language_nobody_speaks_here_becomes_the_first(hq: Hq, language: str) -> None:
    shop.send_basket(hq)
    assert basket_of(hq, language).language == "en"


def test_an_unknown_basket_is_none(hq: Hq) -> None:
    with hq.reading() as reading:
        assert live_basket(reading, hq.catalogue(), "0" * 32) is None


def test_an_article_that_left_the_catalogue_keeps_its_name_and_counts_no_more(hq: Hq) -> None:
    shop.send_basket(hq)
    shop.publish(hq, [variant for variant in shop.VARIANTS if variant.sku != "COAT-M"], [], n=2)
    coat = basket_of(hq).lines[1]
    assert (coat.name, coat.article, coat.open) == ("Rain coat Udu", None, False)
    assert basket_of(hq).totals == (shop.eur(31800),)


def test_without_any_catalogue_a_basket_is_still_shown(hq: Hq) -> None:
    shop.send_basket(hq)
    with hq.reading() as reading:
        basket = live_basket(reading, None, shop.BASKET)
    assert basket
    assert basket.store.name == "aurora-tallinn"
    assert [line.name for line in basket.lines] == ["Fjell trail boot", "Rain coat Udu", "Teapot Aur"]


def test_what_is_bought_counts_no_more_until_it_is_returned(hq: Hq) -> None:
    shop.send_basket(hq)
    order(hq, "COAT-M", 1)
    assert [line.bought for line in basket_of(hq).lines] == [False, True, False]
    order(hq, "COAT-M", -1, order="r1")
    assert not any(line.bought for line in basket_of(hq).lines)


def test_what_was_bought_before_the_basket_was_sent_is_wanted_again(hq: Hq) -> None:
    shop.send_basket(hq)
    order(hq, "COAT-M", 1, at=shop.NOON - 86_400_000)
    assert not any(line.bought for line in basket_of(hq).lines)


def test_goes_with_gives_each_article_its_say_and_names_nothing_that_is_in_the_basket(hq: Hq) -> None:
    shop.send_basket(hq, skus={"BOOT-42": 1, "COAT-M": 1})
    assert [article.product.id for article in basket_of(hq).goes_with] == ["scarf", "pack", "pot"]


def test_what_goes_with_it_is_an_article_that_can_be_had(hq: Hq) -> None:
    catalogue = hq.catalogue()
    assert catalogue
    best = best_of(catalogue, "boot", "en", near="aurora-tartu")
    assert best
    assert best.sku == "BOOT-41"


def test_few_pieces_are_counted_and_many_are_not(hq: Hq) -> None:
    assert said(hq, "BOOT-42") == ["few: Only 2 left in Aurora Tallinn"]
    assert said(hq, "BOOT-41") == ["here: In stock in Aurora Tallinn"]


def test_a_size_that_is_sold_out_here_says_who_has_it_the_nearest_first(hq: Hq) -> None:
    assert said(hq, "COAT-M") == [
        "gone: Sold out in Aurora Tallinn",
        "here: In stock in Aurora Pärnu, Aurora Tartu",
        "here: In the web shop",
    ]


def test_sold_out_everywhere_web_only_and_never_here_are_told_apart(hq: Hq) -> None:
    assert said(hq, "BOOT-43") == ["gone: Sold out everywhere"]
    assert said(hq, "POT-1") == ["here: Web shop only"]
    assert said(hq, "CHAIR-1") == ["web: Not in Aurora Tallinn", "here: In stock in Aurora Tartu"]


def test_a_stock_that_nobody_counts_is_not_called_sold_out(hq: Hq) -> None:
    shop.publish(hq, list(shop.VARIANTS), [], n=2)
    assert said(hq, "BOOT-42") == ["web: Stock not known"]


def test_a_link_that_is_no_web_address_is_no_link(hq: Hq) -> None:
    catalogue = hq.catalogue()
    assert catalogue
    pack = by_sku(catalogue, "PACK-1", "en")
    assert pack
    assert pack.variant.link.startswith("javascript:")
    assert pack.link == ""


def test_stores_of_unknown_place_come_last() -> None:
    nowhere = Store(id="nowhere", name="A nowhere")
    found = by_nearness([nowhere, *shop.STORES], "aurora-tartu")
    assert [store.id for store in found] == ["aurora-tartu", "aurora-parnu", "aurora-tallinn", "nowhere"]
