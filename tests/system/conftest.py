"""One demo for the tests of a session, and devices to look at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from edge.demo.walk.journey import Journey
from tests.system.running import Running, processes_of, start


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("demo")
    running = start("--dir", folder)
    yield running
    status, said, errors = running.stop()
    assert (status, said, errors) == (0, "", "")
    assert processes_of(folder) == []


Devices = Callable[[], BrowserContext]


@pytest.fixture
def devices(browser: Browser) -> Iterator[Devices]:
    """Makes browsers without history, one for each device: a page behind another one is throttled to a frame a second.

    Nothing may go wrong on their pages unseen.
    """
    made: list[BrowserContext] = []
    problems: list[str] = []

    def device() -> BrowserContext:
        context = browser.new_context(locale="en-GB", viewport={"width": 1080, "height": 1920})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        made.append(context)
        return context

    yield device
    for context in made:
        context.close()
    assert problems == []


@pytest.fixture
def journey(demo: Running) -> Iterator[Journey]:
    """Hands at the readers, HQ's program, the inbox; every station's visit ended before and after."""
    journey = Journey(demo.plan)
    for station in journey.stations.values():
        station.post("done")
    yield journey
    for station in journey.stations.values():
        station.post("done")


@pytest.fixture
def wall(devices: Devices, demo: Running, journey: Journey) -> Page:
    return open_station(devices(), demo, "wall")


@pytest.fixture
def tablet(devices: Devices, demo: Running, journey: Journey) -> Page:
    return open_station(devices(), demo, "tablet")


@pytest.fixture
def staff(devices: Devices, demo: Running, journey: Journey) -> Page:
    return open_station(devices(), demo, "staff")


@pytest.fixture
def phone(devices: Devices) -> Page:
    """The shopper's own."""
    return devices().new_page()


def open_station(context: BrowserContext, demo: Running, station: str) -> Page:
    """The station's page, its stream open: it can be reached by a scan from now on."""
    page = context.new_page()
    with page.expect_response(lambda answer: answer.url.endswith(f"/s/{station}/stream")):
        page.goto(f"{demo.addresses['box']}/s/{station}")
    page.wait_for_selector("[data-screen]")
    return page
