"""The showcase moves until somebody comes, and costs no layout."""

from playwright.sync_api import Page, expect

from tests.kiosk.aurora import Aurora


def shown(page: Page) -> tuple[str | None, str | None]:
    slide, tongue = page.locator(".slide.on"), page.locator(".headlines .on")
    return slide.get_attribute("value"), tongue.get_attribute("lang")


def test_pictures_and_languages_take_turns_until_a_hand_comes(aurora: Aurora, page: Page) -> None:
    page.clock.install()
    page.goto("/s/wall")
    seen = []
    for _ in range(4):
        seen.append(shown(page))
        page.clock.run_for(3_500)
    assert [tongue for _, tongue in seen] == ["en", "de", "es", "et"]
    assert len({slide for slide, _ in seen}) == 2
    page.mouse.move(5, 5)
    page.mouse.down()  # on the picture, and not let go
    before = shown(page)
    page.clock.run_for(30_000)
    assert shown(page) == before


def test_reduced_motion_shows_one_picture(aurora: Aurora, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto("/s/wall")
    before = shown(page)
    page.clock.run_for(60_000)
    assert shown(page) == before


def test_a_scan_and_a_touch_end_it(aurora: Aurora, page: Page) -> None:
    page.goto("/s/wall")
    page.locator(".slide.on").click()
    expect(page.locator(".screen")).to_have_attribute("data-screen", "article")


def test_only_opacity_and_transform_move(page: Page) -> None:
    page.goto("/s/wall")
    moved = page.evaluate(
        """() => [...document.querySelectorAll('.slide, .slide img, .headlines > .headline')]
          .flatMap((part) => getComputedStyle(part).transitionProperty.split(', '))"""
    )
    assert set(moved) <= {"opacity", "transform", "visibility"}
