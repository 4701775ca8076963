"""What may change while the box runs changes at once, in every part of the shop; the rest stays."""

from dataclasses import replace

from edge.shop.screens import Article
from tests.edge.shop.conftest import Bench


def test_what_is_adjusted_holds_at_once_and_the_rest_stays(bench: Bench) -> None:
    shop, settings = bench.shop, bench.shop.settings
    shop.show("wall", Article(sku="TENT"))
    fresh = replace(settings, idle_ms=5000, ring=True, currency="SEK", languages=("et",))
    with shop.hub.subscribe("wall") as screen:
        shop.adjust(fresh)
        assert screen.get(1) is not None, "an open screen shows it"
    assert shop.left_ms("wall") == 5000
    assert shop.settings.ring is True
    assert (shop.currency, shop.languages) == ("EUR", settings.languages)


def test_parts_of_the_shop_ask_the_settings_anew(bench: Bench) -> None:
    shop = bench.shop
    shop.adjust(replace(shop.settings, staff_idle_s=0.0, shelves=("Outdoor",)))
    assert shop.gathering._shelves() == ("Outdoor",)
    assert shop.staff._idle() == 0.0
