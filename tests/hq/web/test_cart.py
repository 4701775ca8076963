"""The carts of Shopify, WooCommerce and others, filled by their addresses."""

from dataclasses import replace

from hq.live.basket import LiveLine, live_basket
from hq.service import Hq
from hq.web.cart import cart, with_pass
from tests.hq import showroom as shop

SHOPIFY = "https://shop.example/cart/{ids}?attributes[tote_basket]={basket}"
WOO = "https://shop.example/checkout-link/?products={ids}"


def lines(hq: Hq, *pages: str) -> list[LiveLine]:
    """Those of a basket, the articles' pages in the web shop at `pages`."""
    shop.send_basket(hq)
    with hq.reading() as reading:
        basket = live_basket(reading, hq.catalogue(), shop.BASKET)
    assert basket
    found = []
    for line, page in zip(basket.lines, pages, strict=True):
        assert line.article
        article = replace(line.article, variant=replace(line.article.variant, link=page))
        found.append(replace(line, article=article))
    return found


def test_shops_are_told_their_own_numbers(showroom: Hq) -> None:
    page = "https://shop.example/p?"
    found = lines(showroom, f"{page}variant=41", f"{page}attribute_pa=m&variation_id=42", f"{page}add-to-cart=43")
    assert cart(SHOPIFY, found, "b1") == "https://shop.example/cart/41:1,42:1,43:2?attributes[tote_basket]=b1"
    assert cart(WOO, found, "b1") == "https://shop.example/checkout-link/?products=41:1,42:1,43:2"


def test_rather_no_cart_than_one_that_lacks_something(showroom: Hq) -> None:
    found = lines(showroom, "https://shop.example/p?variant=41", "https://shop.example/p", "")
    assert cart(SHOPIFY, found, "b1") == ""
    assert cart("https://shop.example/{skus}", found, "b1") == "https://shop.example/BOOT-42:1,COAT-M:1,POT-1:2"


def test_a_number_can_not_break_out_of_its_place(showroom: Hq) -> None:
    page = "https://shop.example/p?variant="
    found = lines(showroom, f"{page}1%2F..%2F%3Fx%3D", f"{page}2", f"{page}3")
    assert cart(WOO, found, "b").endswith("products=1%2F..%2F%3Fx%3D:1,2:1,3:2")


def test_a_pass_goes_behind_whatever_the_address_has() -> None:
    assert with_pass("https://shop.example/cart", "p") == "https://shop.example/cart?tote_pass=p"
    assert with_pass("https://shop.example/cart?a=1#top", "p") == "https://shop.example/cart?a=1&tote_pass=p#top"
