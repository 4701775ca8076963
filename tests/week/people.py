"""What goes on in the shop: shoppers at wall and tablet, staff at their own; at the readers and as touches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random

import requests

from edge.demo.articles import Article
from edge.demo.plan import COLLEAGUES, LANGUAGES
from edge.demo.walk.errors import StepFailed
from edge.demo.walk.journey import Journey
from edge.demo.walk.station import Station
from hardware.errors import ControlError

WORDS = ("boot", "tent", "wool", "lamp", "stiefel", "mochila", "saabas", "green", "cup", "xyzzy")
SENT, WENT, UNKNOWN, CARD, HELP, OWN_LANGUAGE, TAPPED = 0.25, 0.3, 0.1, 0.15, 0.04, 0.3, 0.1
"""Shares of visits: that send their basket, that leave without a word, …"""
ARTICLES = (1, 5)
"""Looked at in a visit."""


class People:
    """Deterministic: the same seed does the same."""

    def __init__(self, journey: Journey, seed: int) -> None:
        self._journey, self._random, self._visits = journey, Random(seed), 0
        self.broken = 0
        """Visits, and looks of staff, in which something was not answered in time."""
        for station in journey.stations.values():  # the web server counts how long a line is idle by the wall clock
            station._session.headers["Connection"] = "close"
        self._articles = [article for article in journey.articles.values() if article.gtin]

    def visit(self) -> None:
        """Somebody at the wall or the tablet, from the first scan until they are gone."""
        self._visits += 1
        with self._counted():
            self._visit()

    def serve(self) -> None:
        """A colleague signs in, looks at the queue, and signs out."""
        with self._counted():
            self._serve()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except (StepFailed, ControlError, requests.RequestException) as error:
            self.broken += 1
            sys.stderr.write(f"a visit went wrong: {str(error)[:200]!r}\n")

    def _visit(self) -> None:
        name = self._random.choice(("wall", "tablet"))
        station = self._journey.stations[name]
        self._scan(name)
        if self._chance(OWN_LANGUAGE):
            station.post("language", language=self._random.choice(LANGUAGES))
        if self._chance(UNKNOWN):
            self._journey.hands.unknown(name, self._articles[0])
            station.wait(lambda html: "data-sku=" not in html, "that it does not know the code")
        if self._chance(CARD):
            self._journey.hands.type(name, b"29%011d\r" % self._random.randrange(500))
        for _ in range(self._random.randint(*ARTICLES)):
            self._look(station)
        station.post("show/basket")
        if self._chance(HELP):
            station.post("help")
        if self._chance(SENT) and station.state()["basket"]:
            station.post("send", mail=f"shopper{self._visits % 400}@example.org", consent=self._consent())
        if not self._chance(WENT):
            station.post("done")

    def _serve(self) -> None:
        staff, mari = self._journey.stations["staff"], COLLEAGUES[0]
        self._journey.hands.badge("staff", self._articles[0])
        staff.wait(lambda html: mari.name in html, "who is to type a PIN")
        staff.post("pin", pin=mari.pin)
        staff.post("staff/queue")
        staff.post("sign-out")

    def reload(self) -> None:
        """Every screen's page anew, with its style and script, as after a browser's restart at night."""
        for name in self._journey.stations:
            page = f"{self._journey.plan.url('box')}/s/{name}"
            for address in (page, f"{self._journey.plan.url('box')}/static/kiosk.css"):
                requests.get(address, timeout=10).raise_for_status()

    def _scan(self, name: str) -> None:
        """Held up again where nothing came of it: a busy machine may not look while the tag is there."""
        article, station = self._random.choice(self._articles), self._journey.stations[name]
        act: Callable[[str, Article], str] = (
            self._journey.hands.tap if self._chance(TAPPED) else self._journey.hands.scan
        )
        for patience in (3.0, 10.0, 30.0):
            act(name, article)
            with suppress(StepFailed):
                station.wait(lambda html: f'data-sku="{article.sku}"' in html, article.sku, patience)
                return
        station.shows(article.sku)

    def _look(self, station: Station) -> None:
        article = self._random.choice(self._articles)
        station.post("search", query=self._random.choice((article.title, *WORDS)))
        station.post("show/article", sku=article.sku)
        if self._chance(0.6):
            station.post("basket/lines", sku=article.sku)

    def _consent(self) -> list[str]:
        return [purpose for purpose in ("marketing", "profiling") if self._chance(0.5)]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
