"""A whole box, built from its settings with plain constructor calls; started in order, stopped in reverse."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from edge.catalogue import Shelf
from edge.codes import warm
from edge.config import Config, ConfigError, ReaderConfig
from edge.config_tags import secure_tags
from edge.feeds import CatalogueFeed, PictureFetcher, Told
from edge.pictures import Pictures
from edge.secure import floor_of, line_trust, web
from edge.shop import Shop, Station
from edge.shop.hearing import hear_reader
from edge.shop.reading import is_somebodys
from edge.shop.settings import ShopSettings
from edge.shop.sharing import Sharing
from edge.signing import card_secret, signing_key
from edge.store import EventLog, StorageError, machine_id, open_store
from hardware.drivers import WRITERS
from hardware.errors import DeviceLost
from hardware.health import ReaderHealth
from hardware.hotplug import Hotplug
from hardware.remote import REMOTE, RemoteReader, remote
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor, supervise
from kiosk import create_app
from kiosk.server import Server, serve
from sync.codec import new_id
from sync.outbox import Outbox
from sync.service import BoxSync, box_line, real_clocks

if TYPE_CHECKING:
    from edge.tls import Keeper
    from hardware.tags.writing import Written

log = logging.getLogger(__name__)

TAG = 8.0
"""Seconds that looking for a tag and writing it may take."""
SWEEP = 2.0
"""Seconds between looks for visits that nobody touches any more."""


class Part(Protocol):
    """Something that runs."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Box:
    """`start` returns when the screens can be opened; `stop` ends everything within about three seconds."""

    def __init__(self, config: Config, *, failed: Callable[[StorageError], None] | None = None) -> None:
        """`failed` is told, on another thread, when the disk fails: the process has to end then, and to start anew."""
        folder = Path(config.dir)
        now, wall_ms, random = real_clocks()
        self._database = open_store(folder / "store.db", failed or _nobody_ends_it)
        event_log = EventLog(self._database, machine_id(), now=wall_ms)
        shelf = Shelf(folder / "catalogue", store=config.store)
        floor = floor_of(folder)
        self.shop = Shop(
            _settings(config, folder),
            self._database,
            event_log,
            shelf,
            now=wall_ms,
            new_id=lambda: new_id(wall_ms()),
        )
        at_hq: dict[str, Any] = {
            "hq_url": config.hq.url,
            "verify_key": bytes.fromhex(config.hq.verify_key),
            "web": web(config, floor),
        }
        self._pictures = PictureFetcher(
            Pictures(folder / "pictures"),
            shelf.folder,
            lambda: shelf.current().wanted_pictures(),
            budget=config.pictures_mb << 20,
            **at_hq,
        )
        told = Told(turned=self._turned, stocked=self.shop.stock_told, refused=self.shop.version_refused)
        self._feed = CatalogueFeed(shelf, told=told, store=config.store, **at_hq)
        outbox = Outbox(event_log, config.store, now=now, wall_ms=wall_ms, random=random)
        self._line = line = box_line(config.hq.brokers, config.store, line_trust(config, floor))
        self._sync = BoxSync(
            outbox,
            line,
            config.store,
            on_feed=self._heard_of,
            on_line=self._line_turned,
            on_receipt=lambda receipt: floor.heard(receipt.at),
        )
        self._readers = {reader.name: (reader, self._supervisor(reader)) for reader in config.reader}
        self._hotplug = Hotplug(self._nudge)
        theme = Path(config.screen.theme) if config.screen.theme else None
        self._host = config.screen.host
        self._https = self._secured(config, floor) if config.https else None
        hosts, tls = (self._https.hosts, self._https.context) if self._https else ((), None)
        app = create_app(self.shop, theme=theme, hosts=(*config.screen.hosts, *hosts))
        self._server: Server = serve(app, config.screen.host, config.screen.port, tls=tls)
        self._sweeper = Sweeper(self.shop)
        self.shop.outside = self

    @property
    def url(self) -> str:
        return f"{'https' if self._https else 'http'}://{self._host}:{self._server.port}"

    def start(self) -> None:
        warm()
        self.shop.announce_key()
        for part in self._parts():
            part.start()
        self._pictures.look()

    def stop(self) -> None:
        for _, supervisor in self._readers.values():
            supervisor.quit()
        for part in reversed(self._parts()):
            part.stop()
        self.shop.stop()
        self._database.close()

    # ---- what the shop may ask of the world outside (edge.shop.Outside) ---------------------------------------------

    def line_up(self) -> bool:
        return self._sync.line_up

    def refused(self) -> str:
        return self._feed.problem

    def trouble(self) -> str:
        if self._line.trouble:
            return self._line.trouble
        state = self._sync.state  # a fork is none: the log goes on, and its history says so
        return f"HQ refuses this box's events: {state.refused}" if state.refused else self._sync.trouble

    def wake(self) -> None:
        self._sync.wake()

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        return self._sync.ask(kind, body)

    def readers(self, station: str | None = None) -> Sequence[ReaderHealth]:
        known = self._readers.values()
        return [supervisor.health for reader, supervisor in known if station in (None, reader.station)]

    def want_picture(self, name: str, *, small: bool) -> None:
        self._pictures.want(name, small=small)

    def hear(self, station: str, event: ReaderEvent, source: str) -> bool:
        reader, heard = self._readers.get(event.reader, (None, None))
        if reader is None or reader.station != station or not isinstance(heard, RemoteReader):
            return False
        heard.hear(event, source)
        return True

    def writers(self, station: str) -> Sequence[str]:
        known = self._readers.items()
        return [name for name, (reader, _) in known if reader.station == station and reader.driver in WRITERS]

    def write_tag(
        self, reader: str, message: bytes, *, lock: bool, before: bytes, wanted: Callable[[], bool]
    ) -> "Written | None":
        from hardware.tags.writing import write_another  # nfcpy, which a box without such a reader never loads

        _, supervisor = self._readers[reader]
        assert isinstance(supervisor, Supervisor), f"{reader} writes no tags"
        rules = self.shop.settings.code_rules

        def work(driver: Any) -> "Written | None":
            return write_another(
                driver,
                message,
                before=before,
                lock=lock,
                spared=lambda uid: is_somebodys(rules, uid),
                wanted=wanted,
            )

        try:
            return supervisor.submit(work, timeout=TAG).result(2 * TAG)
        except TimeoutError as error:
            raise DeviceLost(f"{reader} did not answer within {2 * TAG:g} s") from error

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _parts(self) -> list[Part]:
        supervisors = (supervisor for _, supervisor in self._readers.values())
        parts: list[Part] = [self._server, self._pictures, self._feed, self._sync, self._sweeper, self._hotplug]
        return [*parts, *([self._https] if self._https else []), *supervisors]

    def _secured(self, config: Config, floor: Callable[[], float]) -> "Keeper":
        from edge.tls import keeper_for  # `cryptography`, which a box on its own never loads

        return keeper_for(config, ask=self._sync.ask, now=lambda: max(time.time(), floor()))

    def _nudge(self) -> None:
        for _, supervisor in self._readers.values():
            supervisor.nudge()

    def _heard_of(self, feed: str, payload: bytes) -> None:
        self._feed.head(payload, feed)

    def _turned(self) -> None:
        self.shop.catalogue_turned()
        self._pictures.look()

    def _line_turned(self, up: bool) -> None:
        log.info("the line to HQ is %s", "up" if up else "down")
        if up and self._https:
            self._https.wake()

    def _supervisor(self, reader: ReaderConfig) -> Supervisor | RemoteReader:
        def emit(event: ReaderEvent) -> None:
            if reader.counts:
                self.shop.stocktaking.hear(event)
            else:
                hear_reader(self.shop, reader.station, event)

        attend = remote if reader.driver in REMOTE else supervise
        return attend(reader.name, reader.driver, reader.options, emit)


class Sweeper:
    """Ends idle visits on the server, whatever the browser does, and tells what the readers count."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stopping.wait(SWEEP):
            try:
                self._shop.sweep()
                self._shop.stocktaking.count()
            except Exception:  # a full disk, say: the next look may succeed
                log.exception("idle visits could not be ended, or counts not told")


def _nobody_ends_it(error: StorageError) -> None:
    log.critical("nothing is recorded any more until this process starts anew: %s", error)


def _settings(config: Config, folder: Path) -> ShopSettings:
    stations = {s.id: Station(id=s.id, kind=s.kind, name=s.name or s.id) for s in config.station}  # type: ignore[arg-type]
    return ShopSettings(
        store_id=config.store,
        stations=stations,
        languages=config.languages,
        currency=config.currency,
        country=config.country,
        seal_key=bytes.fromhex(config.hq.seal_key),
        pictures=folder / "pictures",
        idle_ms=config.screen.idle_seconds * 1000,
        code_rules=config.rules,
        secure_tags=secure_tags(config.secure_tag),
        staff_list=folder / "staff.json",
        pairing_required=config.pairing_required,
        staff_idle_s=config.staff.idle_seconds,
        ring=config.staff.ring,
        shelves=config.staff.shelves,
        counting=tuple(reader.name for reader in config.reader if reader.counts),
        sharing=_sharing(config, folder),
        card_secret=_card_secret(folder),
    )


def _card_secret(folder: Path) -> bytes:
    """Without its file one that this run makes: cards that an earlier run knew are then strangers."""
    try:
        return card_secret(folder / "line")
    except (OSError, ConfigError):
        log.exception("what is remembered of cards can't be used")
        return secrets.token_bytes(32)


def _sharing(config: Config, folder: Path) -> Sharing | None:
    """Without its key the box has every other way to hand a basket over."""
    try:
        return Sharing(base=config.hq.told, key=signing_key(folder / "line"))
    except (OSError, ConfigError):
        log.exception("baskets can't be shown as codes for phones")
        return None
