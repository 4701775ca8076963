"""How tests are shared out over processes; and Debian's Chromium, once in each: Playwright can't be started twice."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

pytest_plugins = ("tests.databases",)
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
    """A file stays together, for its fixtures' sake; but of the suite of drivers each driver goes alone, and of what
    breaks things each way."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        rig = parameters and (parameters.params.get("rig") or parameters.params.get("rigs"))
        alone = item.name if item.path.parent.name == "torture" else rig.__name__ if rig else ""
        item.add_marker(pytest.mark.xdist_group(f"{item.path}{alone}"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
