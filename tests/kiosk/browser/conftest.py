"""A fresh profile for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

BUNDLE = Path(__file__).parents[3] / "kiosk" / "static" / "kiosk.js"


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    if not BUNDLE.exists():
        pytest.fail("kiosk/static/kiosk.js is missing: run scripts/build-assets")
    return browser


@pytest.fixture
def page(browser: Browser, box: str) -> Iterator[Page]:
    """A tablet's page, that fails the test on any error of its script or breach of its policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=box)
    context.set_default_timeout(8000)
    page, said = context.new_page(), list[str]()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert said == []
