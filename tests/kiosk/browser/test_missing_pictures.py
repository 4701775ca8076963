"""A picture that the box does not hold: a stand-in, and the picture itself as soon as it has come."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from edge.shop import Article
from edge.shop.stations import Alone
from tests.kiosk.aurora import Aurora


class Fetching(Alone):
    """Notes what a screen wants."""

    def __init__(self) -> None:
        self.wanted = set[tuple[str, bool]]()

    def want_picture(self, name: str, *, small: bool) -> None:
        self.wanted.add((name, small))


@pytest.fixture
def dropped(aurora: Aurora) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """A picture that is gone from the disk: its name, the SKU it shows, and what brings it back."""
    catalogue = aurora.shop.catalogue
    products = catalogue.products()
    variant = next(v for product in products for v in catalogue.variants(product.id) if v.picture)
    files = [aurora.pictures / variant.picture, aurora.pictures / "small" / variant.picture]
    held = {file: file.read_bytes() for file in files if file.exists()}

    def back() -> None:
        for file, content in held.items():
            file.write_bytes(content)

    for file in held:
        file.unlink()
    yield variant.picture, variant.sku, back
    back()


def test_a_dropped_picture_has_a_stand_in_and_is_shown_when_it_came(
    aurora: Aurora, page: Page, dropped: tuple[str, str, Callable[[], None]]
) -> None:
    name, sku, back = dropped
    aurora.shop.outside = outside = Fetching()
    aurora.shop.show("tablet", Article(sku=sku))
    page.goto("/s/tablet")
    stand_in = page.locator("img.missing").first
    expect(stand_in).to_have_attribute("src", "/mark.svg")
    assert {wanted for wanted, _ in outside.wanted} == {name}
    back()
    picture = page.locator(f"img[src*='{name}?again=']").first
    expect(picture).to_be_visible(timeout=15_000)
    expect(page.locator("img.missing")).to_have_count(0)
    assert picture.evaluate("image => image.naturalWidth") > 0
