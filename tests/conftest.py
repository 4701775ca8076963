"""How tests are shared out over processes; and Debian's Chromium, once in each: Playwright can't be started twice."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays together, for its fixtures' sake; but of the suite of drivers each driver goes alone."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        rig = parameters and (parameters.params.get("rig") or parameters.params.get("rigs"))
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{rig.__name__ if rig else ''}"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
