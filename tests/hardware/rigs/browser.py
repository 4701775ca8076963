"""A page that posts to the screens on loopback. Chromium with the real page's script is in tests/kiosk/browser."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge.catalogue import Shelf
from edge.shop import Shop, Station
from edge.shop.settings import ShopSettings
from edge.shop.stations import Alone
from edge.store import Database, EventLog
from hardware.remote import remote
from hardware.scan import ReaderEvent
from hardware.simulated.page import Page
from kiosk import create_app
from kiosk.server import serve
from sync.codec import new_seal_pair
from tests.hardware.rigs.base import Recorder, Rig, gtin


class PageRig(Rig):
    driver, queues = "browser", True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._database, self._shelf = Database(folder / "store.db"), Shelf(folder / "catalogue")
        self._server = serve(create_app(self._shop(folder), streams=1), port=port)
        self._server.start()
        self.address = f"http://127.0.0.1:{self._server.port}/s/tablet"
        self._page = Page(self.address, "reader", beat=0.2)

    @property
    def options(self) -> dict[str, object]:
        return {"silence": 1.0}

    @contextmanager
    def supervised(self, name: str = "reader") -> Iterator[tuple[Any, Recorder]]:
        recorder = Recorder()
        self.outside.reader = reader = remote(name, self.driver, self.options, recorder)
        self._page = Page(self.address, name, beat=0.2)
        reader.start()
        try:
            self._page.open()
            recorder.wait_for("up")
            yield reader, recorder
        finally:
            reader.stop()

    def show(self, number: int) -> bytes:
        data = gtin(number).encode()
        self._page.scan(data, "ean13")
        return data

    def unplug(self) -> None:
        self._page.close()

    def replug(self) -> None:
        self._page.open()

    def hang(self) -> None:
        self._page.frozen.set()

    def recover(self) -> None:
        self._page.frozen.clear()

    def corrupt(self) -> None:
        for body in ([], {"data": "%%%"}, {"text": 5}, {"text": "x" * 9000}, {"kind": "scan", "symbology": "ean13"}):
            assert self._page.post("scan", body).status_code in (400, 413)

    def close(self) -> None:
        self._page.close()
        self._server.stop()
        self._shelf.current().close()
        self._database.close()

    def _shop(self, folder: Path) -> Shop:
        """A shop of one tablet and no articles."""
        settings = ShopSettings(
            store_id="a-store",
            stations={"tablet": Station(id="tablet", kind="tablet", name="Tablet")},
            languages=("en",),
            currency="EUR",
            seal_key=new_seal_pair()[1],
            pictures=folder,
        )
        log, ids = EventLog(self._database), itertools.count(1)
        shop = Shop(settings, self._database, log, self._shelf, now=lambda: 0, new_id=lambda: f"{next(ids):032x}")
        shop.outside = self.outside = Outside()
        return shop


class Outside(Alone):
    """The one reader that the rig has."""

    reader: Any = None

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        if self.reader is None:
            return False
        self.reader.hear(event, source)
        return True
