from typing import Any

from edge.shop import Article
from kiosk.pages import article, browse, card
from tests.kiosk.aurora import STATIONS, Aurora


def page(aurora: Aurora, sku: str) -> dict[str, Any]:
    return article.page(aurora.shop, STATIONS["wall"], Article(sku=sku))


def test_sizes_come_in_their_own_order_once_each_in_the_colour_shown(aurora: Aurora) -> None:
    sizes = page(aurora, "RANNIK-AMBER-42")["sizes"]
    assert [size.name for size in sizes] == ["39", "40", "41", "42", "43", "44", "45"]
    assert [size.name for size in sizes if size.chosen] == ["42"]
    assert all("AMBER" in size.sku for size in sizes)


def test_sold_out_sizes_are_there_and_lead_somewhere(aurora: Aurora) -> None:
    levels = {size.name: size.level for size in page(aurora, "RANNIK-AMBER-42")["sizes"]}
    assert levels["42"] == "here"
    assert levels["40"] == "elsewhere"
    assert levels["44"] == "gone"


def test_colours_keep_the_size_where_they_can(aurora: Aurora) -> None:
    colours = page(aurora, "RANNIK-AMBER-42")["colours"]
    assert colours[0].chosen
    assert all(colour.sku.endswith("-42") for colour in colours)
    assert all(colour.code.startswith("#") for colour in colours)


def test_reviews_in_the_shoppers_language_come_first_and_all_are_counted(aurora: Aurora) -> None:
    aurora.shop.set_language("wall", "de")
    shown = page(aurora, "RANNIK-AMBER-42")
    assert shown["reviews"][0].language == "de"
    assert sum(given for _, given in shown["stars"]) == shown["reviewed"]


def test_a_text_that_is_not_translated_falls_back_to_the_first_language() -> None:
    assert card.text({"en": "Boot"}, "et") == "Boot"
    assert card.text({}, "et") == ""


def test_the_shelves_of_the_chosen_category_follow_it(aurora: Aurora) -> None:
    categories = aurora.shop.catalogue.categories("en")
    paths = [category.path for category in browse.shelves(categories, "Shoes > Hiking")]
    at = paths.index("Shoes")
    assert paths[at + 1].startswith("Shoes > ")
    assert "Home > Light" not in paths
    assert all(" > " not in category.path for category in browse.shelves(categories, ""))
