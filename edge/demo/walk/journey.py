"""What the steps of the walk share: the stations, hands at the readers, HQ, the inbox, and what was chosen so far."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from edge.demo import programs
from edge.demo.acts import Hands
from edge.demo.articles import Article, load
from edge.demo.plan import SHOP, STATIONS, Plan
from edge.demo.shelf.line import Line
from edge.demo.walk.errors import StepFailed
from edge.demo.walk.station import Station

MAIL = "mari.maasikas@example.org"
SIZE = "42"


@dataclass
class Journey:
    """One shopper's way through the shop."""

    plan: Plan
    articles: dict[str, Article] = field(default_factory=lambda: load(SHOP / "articles.csv"))
    mail: dict[str, Any] = field(default_factory=dict)
    """The mail that arrived, as `/messages.json` tells it."""

    def __post_init__(self) -> None:
        self.hands = Hands(self.plan.readers, self.plan.camera)
        self.line = Line(self.plan.line, self.plan.ports["broker"])
        self.stations = {name: Station(self.plan.url("box"), name) for name in STATIONS}
        self.browser = requests.Session()
        """The shopper's own, at home."""

    def __enter__(self) -> "Journey":
        for station in self.stations.values():
            station.open()
        return self

    def __exit__(self, *_: object) -> None:
        for station in self.stations.values():
            station.close()

    # ---- what is chosen from the shelf -----------------------------------------------------------------------------

    @property
    def boot(self) -> Article:
        """A shoe in size 42 …"""
        return self.pick(lambda a: a.size == SIZE and self.sister(a) is not None)

    def sister(self, article: Article) -> Article | None:
        """… and the same in another size: what the scanner reads."""
        same = (a for a in self.articles.values() if (a.product, a.colour) == (article.product, article.colour))
        return next((a for a in same if a.size != article.size and a.gtin), None)

    @property
    def tagged(self) -> Article:
        return self.others(1)

    @property
    def photographed(self) -> Article:
        return self.others(2)

    @property
    def from_web(self) -> Article:
        return next(a for a in self.articles.values() if a.web_only)

    def others(self, number: int) -> Article:
        """The n-th product beside the boot, its first article."""
        firsts = {a.product: a for a in reversed(self.articles.values()) if a.gtin and not a.web_only}
        products = [
            product for product in dict.fromkeys(a.product for a in self.articles.values()) if product in firsts
        ]
        products.remove(self.boot.product)
        return firsts[products[number]]

    def pick(self, fits: Any) -> Article:
        found = next((a for a in self.articles.values() if a.gtin and not a.web_only and fits(a)), None)
        if found is None:
            raise StepFailed("the demo shop has no article that this step needs")
        return found

    # ---- HQ and the inbox ------------------------------------------------------------------------------------------

    def hq(self, *arguments: str | Path) -> list[dict[str, Any]]:
        """`tote-hq ARGUMENTS --json`; what it printed, a value per line."""
        return programs.hq(self.plan.hq, *map(str, arguments))

    def mails(self) -> list[dict[str, Any]]:
        """What arrived for the shopper, oldest first."""
        told = requests.get(f"{self.plan.url('inbox')}/messages.json", timeout=5).json()
        return [mail for mail in told if mail["to"] == [MAIL]]

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = requests.get(f"{self.plan.url('box')}/status.json", timeout=5).json()
        return status
