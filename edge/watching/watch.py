"""The one thing that box, shop and screens are given of all this: it counts, follows and answers for the box."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from prometheus_client import generate_latest

from edge.httpd import Refusals
from edge.shop.screens import Screen
from edge.watching.measures import Measures
from edge.watching.traces import Traces
from edge.watching.vitals import Vital, Vitals
from hardware.scan import Scan
from sync.codec import Receipt


class Watch:
    """`edge.shop.watching.Watching` for the shop, `kiosk.parts.Watch` for the screens."""

    def __init__(self, *, readers: Collection[str], vitals: Mapping[str, Vital], token_file: str = "") -> None:
        """`readers` are those of the settings. `token_file` as in them."""
        self.measures, self.traces, self.token_file = Measures(readers), Traces(), token_file
        self.refused: Callable[[str, str], None] = Refusals(self.measures.refused).note
        self.stuck: Callable[[], list[str]] = Vitals(vitals).stuck

    def following(self, station: str, scan: Scan) -> AbstractContextManager[None]:
        return self.traces.following(station, scan)

    def scanned(self, scan: Scan, screen: Screen, seconds: float) -> None:
        self.measures.scanned(scan, screen, seconds)
        self.traces.answered(screen, seconds)

    def found(self, seconds: float) -> None:
        self.measures.found(seconds)

    def painted(self, seconds: float) -> None:
        self.measures.painted(seconds)

    def receipted(self, receipt: Receipt) -> None:
        self.measures.receipted(receipt, time.time())
        self.traces.receipted(receipt)

    def turned(self, feed: str) -> None:
        self.measures.turned(feed, time.time())

    def shown_since(self, pointer: Path) -> None:
        """The file that names the catalogue in use: it was written when the box turned to it."""
        if pointer.exists():
            self.measures.turned("catalogue", pointer.stat().st_mtime)

    def figures(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self.measures.registry)
