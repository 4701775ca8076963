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
from edge.demo.walk.station import Station

MAIL = "mari.maasikas@example.org"


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

    @property
    def boot(self) -> Article:
        return self.articles["RANNIK-AMBER-42"]

    @property
    def scanned(self) -> Article:
        """The boot as it stands on the shelf, in another size."""
        return self.articles["RANNIK-AMBER-41"]

    @property
    def backpack(self) -> Article:
        """Has a tag."""
        return self.articles["RANDUR-LINGONBERRY"]

    @property
    def canoe(self) -> Article:
        """Only the web shop has it."""
        return self.articles["EMAJOGI-CLAY"]

    @property
    def teapot(self) -> Article:
        """Is held before the tablet's camera."""
        return self.articles["AUR-LINGONBERRY"]

    @property
    def basket(self) -> tuple[Article, ...]:
        return (self.boot, self.backpack, self.canoe)

    # ---- HQ and the inbox ------------------------------------------------------------------------------------------

    def hq(self, *arguments: str | Path) -> list[dict[str, Any]]:
        """`tote-hq ARGUMENTS --json`; what it printed, a value per line."""
        return programs.hq(self.plan.hq, *map(str, arguments))

    def mails(self, to: str = MAIL) -> list[dict[str, Any]]:
        """What arrived for the shopper, oldest first."""
        told = requests.get(f"{self.plan.url('inbox')}/messages.json", timeout=5).json()
        return [mail for mail in told if mail["to"] == [to]]

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = requests.get(f"{self.plan.url('box')}/status.json", timeout=5).json()
        return status
