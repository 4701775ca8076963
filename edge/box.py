"""A whole box, built from its settings with plain constructor calls; started in order, stopped in reverse."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from edge.actions import Actions
from edge.carrying import carried
from edge.catalogue import Shelf
from edge.config import SETTINGS, Config, ReaderConfig
from edge.discovery import Announcer, own_addresses
from edge.feeds import CatalogueFeed, DirectiveFeed, PictureFetcher, Told
from edge.networks import Networks
from edge.pictures import Pictures
from edge.secure import floor_of, line_trust, web
from edge.shop import Shop
from edge.shop.hearing import hear_reader
from edge.shop.reading import is_somebodys
from edge.shop_settings import shop_settings
from edge.store import EventLog, StorageError, machine_id, open_store
from edge.watching import BoxCollector, Reporter, Telling, Watch
from hardware.drivers import WRITERS
from hardware.errors import DeviceLost
from hardware.health import ReaderHealth
from hardware.hotplug import Hotplug
from hardware.remote import REMOTE, RemoteReader, remote
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor, supervise
from kiosk import create_app
from kiosk.parts import Streams
from kiosk.server import Server, serve
from sync.codec import Receipt, new_id
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

    def __init__(
        self,
        config: Config,
        *,
        failed: Callable[[StorageError], None] | None = None,
        bundle: Callable[[Path], None] | None = None,
    ) -> None:
        """`failed` is told, on another thread, when the disk fails: the process has to end then, and to start anew.
        `bundle` writes what support needs to know of this box."""
        self._config, folder = config, Path(config.dir)
        now, wall_ms, random = real_clocks()
        self._database = open_store(folder / "store.db", failed or _nobody_ends_it)
        self._log = event_log = EventLog(self._database, machine_id(), now=wall_ms)
        shelf = Shelf(folder / "catalogue", store=config.store)
        self._floor = floor = floor_of(folder)
        self.shop = Shop(
            shop_settings(config, folder),
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
        told = Told(turned=self._turned, stocked=self._stocked, refused=self.shop.version_refused)
        self._feed = CatalogueFeed(shelf, told=told, store=config.store, offers=self.shop.campaigns, **at_hq)
        directives = DirectiveFeed(config.store, bytes.fromhex(config.hq.verify_key), self.shop.directives, told)
        outbox = Outbox(event_log, config.store, now=now, wall_ms=wall_ms, random=random)
        trust = line_trust(config, floor)
        self._line = line = box_line(config.hq.brokers, config.store, trust)
        self._sync = BoxSync(
            outbox,
            line,
            config.store,
            on_feed=self._heard_of,
            on_line=self._line_turned,
            on_receipt=self._receipted,
            on_directed=directives.take,
        )
        carry = carried(
            config, self.shop, self._feed, self._sync, self._line, trust=trust, web=at_hq["web"], bundle=bundle
        )
        self._actions = Actions(self.shop.chores, carry, now=wall_ms)
        self.shop.seen.is_here = Networks(config.pairing.networks).hold
        reads = {reader.name: reader.station for reader in config.reader}
        telling = Telling(self.shop, folder, reads, now=time.time, floor=floor)
        self._reporter = Reporter(config.store, telling.state, line.publish, now=wall_ms)
        self._readers = {reader.name: (reader, self._supervisor(reader)) for reader in config.reader}
        self._hotplug = Hotplug(self._nudge)
        theme = Path(config.screen.theme) if config.screen.theme else None
        self._host = config.screen.host
        self._watch = Watch(
            readers=list(self._readers),
            vitals={"database": self._database.moves, "outbox": self._sync.moves},
            token_file=config.metrics.token_file,
        )
        self._watch.shown_since(shelf.pointer)
        self._database.timed = self._watch.measures.committed
        self._https = self._secured(config, floor) if config.https else None
        hosts, tls = (self._https.hosts, self._https.context) if self._https else ((), None)
        named = (*config.screen.hosts, *hosts, *([config.local_name] if config.local_name else []))
        app = create_app(self.shop, theme=theme, hosts=named, watch=self._watch)
        self._server: Server = serve(app, config.screen.host, config.screen.port, tls=tls)
        self._sweeper = Sweeper(self.shop)
        self._announcer = self._announced(config)
        self.shop.outside, self.shop.watching = self, self._watch
        self._watch.measures.ask_also(self._asked_for_more(folder, app.extensions["kiosk"].streams))

    @property
    def url(self) -> str:
        return f"{'https' if self._https else 'http'}://{self._host}:{self._server.port}"

    @property
    def url_here(self) -> str:
        """As this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104
        return f"http://{host}:{self._server.port}"

    def start(self) -> None:
        self.shop.announce_key()
        self.shop.directives.announce()
        for part in self._parts():
            part.start()
        self._pictures.look()

    def adjust(self, config: Config) -> list[str]:
        """Takes up what may change while it runs; returns the keys that differ and need a restart."""
        self.shop.adjust(shop_settings(config, Path(config.dir)))
        self._pictures.budget = config.pictures_mb << 20
        return SETTINGS.behind(self._config, config)

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
        self._watch.traces.recorded(lambda: (self._log.log_id, self._log.head()))
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
        parts: list[Part] = [self._server, self._pictures, self._feed, self._sync, self._reporter, self._actions]
        parts += [self._sweeper, self._hotplug, *([self._announcer] if self._announcer else [])]
        return [*parts, *([self._https] if self._https else []), *supervisors]

    def _secured(self, config: Config, floor: Callable[[], float]) -> "Keeper":
        from edge.tls import keeper_for  # `cryptography`, which a box on its own never loads

        return keeper_for(config, ask=self._sync.ask, now=lambda: max(time.time(), floor()))

    def _announced(self, config: Config) -> Announcer | None:
        if not config.local_name:
            return None
        listens = [config.screen.host]
        addresses = own_addresses if config.screen.host in ("", "0.0.0.0", "::") else lambda: listens  # noqa: S104
        return Announcer(
            config.store,
            host=config.local_name,
            port=lambda: self._server.port,
            https=config.https,
            addresses=addresses,
        )

    def _nudge(self) -> None:
        for _, supervisor in self._readers.values():
            supervisor.nudge()

    def _heard_of(self, feed: str, payload: bytes) -> None:
        self._feed.head(payload, feed)

    def _asked_for_more(self, folder: Path, streams: Streams) -> BoxCollector:
        return BoxCollector(
            folder,
            status=self.shop.status,
            stock=lambda: self.shop.catalogue.mark("stock"),
            streams=lambda: (streams.taken, streams.most),
            now=time.time,
            floor=self._floor,
        )

    def _receipted(self, receipt: Receipt) -> None:
        self._floor.heard(receipt.at)
        self._watch.receipted(receipt)

    def _stocked(self, skus: frozenset[str]) -> None:
        self._watch.turned("stock")
        self.shop.stock_told(skus)

    def _turned(self) -> None:
        self._watch.turned("catalogue")
        self.shop.catalogue_turned()
        self._pictures.look()

    def _line_turned(self, up: bool) -> None:
        log.info("the line to HQ is %s", "up" if up else "down")
        if up:
            self._reporter.line_up()
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
