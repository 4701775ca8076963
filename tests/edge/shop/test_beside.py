"""What is offered beside an article can be had by whoever stands here."""

import pytest

from edge.domain.article import WEB, Product, Stock
from edge.shop.beside import offered


def product(id_: str) -> Product:
    return Product(id=id_, brand="", category="", title={"en": id_})


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"here": 1}, True),
        ({WEB: 1, "here": 0}, True),
        ({"here": 0, "elsewhere": 9}, False),
        ({"elsewhere": 9}, False),
        ({"here": 0}, False),
        ({}, True),
    ],
)
def test_it_is_offered_where_this_store_or_the_web_has_it(counts: dict[str, int], shown: bool) -> None:
    stock = [Stock(sku="A", store=store, quantity=quantity, as_of=0) for store, quantity in counts.items()]
    assert bool(offered([product("a")], lambda _: stock, "here", 4)) is shown


def test_what_is_sold_out_gives_its_place_to_the_next() -> None:
    stock = {id_: [Stock(sku=id_, store="here", quantity=n % 2, as_of=0)] for n, id_ in enumerate("abcdef")}
    found = offered(map(product, "abcdef"), stock.__getitem__, "here", 2)
    assert [one.id for one in found] == ["b", "d"]
