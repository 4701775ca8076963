"""Starts the demo's parts, keeps an eye on them, and stops them, those that need others first."""

import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from edge.demo import parts, programs
from edge.demo.errors import DemoError
from edge.demo.plan import COLLEAGUES, SHOP, Plan, box_config, hq_config
from edge.demo.process import Part
from edge.staff import Roster

FEEDS = ("stores.csv", "articles.csv", "stock.csv", "reviews.csv")


class Demo:
    """All of Tote on loopback. Use it in a `with`: leaving stops everything, whatever happened inside."""

    def __init__(self, plan: Plan, *, broker: str = "") -> None:
        """`broker` is one of `edge.demo.broker.KINDS`, "" for the best that is installed."""
        self.plan = plan
        for folder in (plan.dir, plan.logs, plan.camera, plan.config.parent, plan.hq):
            folder.mkdir(parents=True, exist_ok=True)
        plan.line.write_text("up")
        (plan.hq / "hq.toml").write_text(hq_config(plan), encoding="utf-8")
        self.broker = parts.wire(plan, broker)
        self.readers, self.inbox, self.hq = parts.readers(plan), parts.inbox(plan), parts.hq(plan)
        self.box, self.shelf = parts.box(plan), parts.shelf(plan)

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order they start."""
        return (self.broker, self.readers, self.inbox, self.hq, self.shelf, self.box)

    @property
    def leaving(self) -> tuple[tuple[Part, ...], ...]:
        """In the order they stop: the box before its readers and HQ, HQ before the broker. A mail that HQ is just
        sending waits for its next start."""
        return ((self.box, self.shelf), (self.hq, self.readers, self.inbox), (self.broker,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for together in self.leaving:
            for part in together:
                part.ask_to_stop()
            for part in together:
                part.stop()

    def start(self) -> None:
        """Returns when everything is ready and the box has its catalogue. Raises `DemoError`."""
        if not (SHOP / "pictures").is_dir():
            raise DemoError("the demo shop's pictures are not built: run scripts/setup, which needs Node")
        for part in (self.broker, self.readers, self.inbox, self.hq):
            part.start()
        keys = self.hq.wait()
        text = box_config(self.plan, seal_key=keys["seal_key"], verify_key=keys["verify_key"])
        self.plan.config.write_text(text, encoding="utf-8")
        self._hire()
        for part in (self.broker, self.readers):
            part.wait()
        self.shelf.start()
        self._fill()  # before the box speaks: HQ refuses a store that it does not know
        self.box.start()
        for part in self.parts:
            part.wait()
        self._catalogue_arrived()

    def _fill(self) -> None:
        """Gives HQ the demo shop, once in the life of the folder."""
        filled = self.plan.dir / "feed"
        if not filled.exists():
            programs.hq(self.plan.hq, "import", *map(str, feed(self.plan.dir / "feed.new")))
            (self.plan.dir / "feed.new").rename(filled)

    def _hire(self) -> None:
        roster = Roster(self.plan.staff)
        for one in COLLEAGUES:
            if roster.bearer(one.badge) is None:
                roster.add(one.name, one.badge, one.pin)

    def _catalogue_arrived(self, patience: float = 30) -> None:
        deadline = time.monotonic() + patience
        while not self.status().get("catalogue", {}).get("n"):
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(f"the box got no catalogue within {patience:.0f} s. {self.box.tail()}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raise `PartFailed` if a part died."""
        for part in self.parts:
            part.check()

    def tend(self) -> None:
        """Pull or mend the line to HQ as `plan.line` wants it: that is stopping or starting the broker."""
        wanted = self.plan.line.read_text()
        if wanted == "down" and self.broker.pid:
            self.broker.stop()
        elif wanted == "up" and not self.broker.pid:
            self.broker.start()
            self.broker.wait()

    def status(self) -> dict[str, Any]:
        """The box's own word, {} while it gives none."""
        with suppress(requests.RequestException, ValueError):
            told: dict[str, Any] = requests.get(f"{self.plan.url('box')}/status.json", timeout=1).json()
            return told
        return {}


def feed(folder: Path) -> list[Path]:
    """The demo shop's files, its stock counted just now. Pictures are copied: an import follows no link elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in FEEDS:
        text = (SHOP / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("2026-11-02T07:30:00Z", now) if name == "stock.csv" else text)
    shutil.copytree(SHOP / "pictures", folder / "pictures", dirs_exist_ok=True)
    return [folder / name for name in FEEDS]
