"""Whole boxes of one HQ over one broker, in this process: several stores, without a program for each."""

from pathlib import Path

from edge.box import Box
from edge.config_file import parse
from hq.running import Running
from tests.hq.showroom import GTIN
from tests.hq.waiting import until

SETTINGS = """
dir = "{dir}"
store = "{store}"
languages = ["en", "et"]
[screen]
port = 0
[hq]
broker = "127.0.0.1:{port}"
url = "{hq.url}"
seal_key = "{seal}"
verify_key = "{verify}"
[[station]]
id = "wall"
kind = "wall"
[[station]]
id = "tablet"
kind = "tablet"
[[station]]
id = "staff"
kind = "staff"
"""


class Boxes:
    """Starts boxes of this HQ, each in a folder of its own."""

    def __init__(self, folder: Path, broker: int, running: Running) -> None:
        self._folder, self._broker, self._running = folder, broker, running
        self._started: list[Box] = []

    def start(self, store: str, name: str = "") -> Box:
        """It has the catalogue, and its line is up."""
        keys = self._running.hq.keys
        settings = SETTINGS.format(
            dir=self._folder / (name or store),
            store=store,
            port=self._broker,
            hq=self._running,
            seal=keys.seal_public.hex(),
            verify=keys.verify.hex(),
        )
        box = Box(parse(settings))
        box.start()
        self._started.append(box)
        until(lambda: box.shop.catalogue.by_gtin(GTIN) and box.line_up())
        return box

    def stop(self, box: Box) -> None:
        self._started.remove(box)
        box.stop()

    def close(self) -> None:
        for box in list(self._started):
            self.stop(box)
