"""The shop: every use case of shoppers and readers.

Each changes the station's row and appends its events in one transaction; only then is the station's screen told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlite_utils

from edge.catalogue import Catalogue, Results, Shelf
from edge.codes import CodeRules
from edge.codes.sun import SecureTags
from edge.domain.article import Item, Product, Stock, Store
from edge.domain.basket import Basket, Fulfilment, ways
from edge.domain.consent import Consent
from edge.domain.events import CatalogueTurned, Event, VersionRefused
from edge.domain.pickup import is_barcode
from edge.shop.beside import offered
from edge.shop.errands import Errands
from edge.shop.errors import BoxFullError, NoSuchBasketError, ShopError, UnknownArticleError
from edge.shop.finding import found
from edge.shop.gathering import Gathering
from edge.shop.greeting import Greeting, Greetings
from edge.shop.live import Live, LiveStock
from edge.shop.reading import Reading, is_badge, is_given_out, read_code
from edge.shop.screens import Article, Attract, Browse, CatalogueChanged, Gather, Screen, Send, Sent, Welcome
from edge.shop.sending import mail_address, sealed_mail
from edge.shop.sharing import Sharing
from edge.shop.staffing import Session, Staffing
from edge.shop.stations import Alone, Outside, Station
from edge.shop.status import Status
from edge.shop.stocktaking import Stocktaking
from edge.shop.turn import Chosen, Turn
from edge.shop.turns import Turns
from edge.shop.visits import Visit
from edge.staff import Roster
from edge.store import Database, EventLog, StorageFullError
from hardware.scan import Scan

T = TypeVar("T")
MOST_REFUSED = 100
"""Versions of feeds that were refused of which HQ is told while the box runs."""
HISTORY = 30 * 86_400_000
"""How long the staff is told that the log was healed, in ms."""


@dataclass(frozen=True, kw_only=True)
class ShopSettings:
    """What does not change while the box runs."""

    store_id: str
    stations: Mapping[str, Station]
    languages: Sequence[str]
    currency: str
    seal_key: bytes
    pictures: Path
    idle_ms: int = 120_000
    code_rules: CodeRules = field(default_factory=CodeRules)
    secure_tags: Sequence[SecureTags] = ()
    staff_list: Path = Path("/var/lib/tote/staff.json")
    staff_idle_s: float = 300
    """Seconds without a touch or scan after which staff has to sign in again."""
    shelves: Sequence[str] = ()
    """Categories in the order of a walk through the shop."""
    counting: Sequence[str] = ()
    """Readers whose fields together are this store's stock."""
    sharing: Sharing | None = None
    """None shows no codes of baskets."""


class Shop:
    """Thread-safe. `now` is the wall clock in milliseconds, `new_id` draws 32 hex digits."""

    def __init__(
        self,
        settings: ShopSettings,
        database: Database,
        event_log: EventLog,
        shelf: Shelf,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self.settings = settings
        self.outside: Outside = Alone()
        self._database, self._log, self._shelf = database, event_log, shelf
        self._now, self._new_id = now, new_id
        self._turns = Turns(
            database,
            event_log,
            language=settings.languages[0],
            now=now,
            new_id=new_id,
            appended=self._wake,
        )
        self.hub = self._turns.hub
        self._catalogue_since: int | None = None
        self._refused: set[VersionRefused] = set()
        self._errands = Errands()
        self._live = Live(self._ask, self._line_up, self._repaint, self._errands)
        self._greetings = Greetings(self._ask, self._line_up, self._errands)
        self.stocktaking = Stocktaking(
            settings.counting,
            settings.store_id,
            database,
            event_log,
            shelf,
            now=now,
            new_id=new_id,
            appended=self._wake,
            changed=self._repaint_all,
        )
        self.staff = Staffing(
            Roster(settings.staff_list),
            database,
            event_log,
            idle=settings.staff_idle_s,
            now=now,
            new_id=new_id,
            appended=self._wake,
            changed=self._repaint,
        )
        self.gathering = Gathering(
            settings.shelves,
            database,
            event_log,
            shelf,
            now=now,
            new_id=new_id,
            appended=self._wake,
            changed=self._repaint_staff,
        )
        self._given_out: set[tuple[str, str]] = set()
        """Stations and readers that one of the retailer's own loyalty tags, or a badge, lies on."""

    # ---- what is here ----------------------------------------------------------------------------------------------

    @property
    def stations(self) -> Mapping[str, Station]:
        return self.settings.stations

    @property
    def languages(self) -> Sequence[str]:
        return self.settings.languages

    @property
    def currency(self) -> str:
        return self.settings.currency

    @property
    def pictures(self) -> Path:
        return self.settings.pictures

    @property
    def catalogue(self) -> Catalogue:
        return self._shelf.current()

    @property
    def store(self) -> Store:
        known = self.catalogue.store(self.settings.store_id)
        return known or Store(id=self.settings.store_id, name=self.settings.store_id)

    def visit(self, station: str) -> Visit | None:
        return self._turns.visit(station)

    def screen(self, station: str) -> Screen:
        return self._turns.screen(station)

    def basket(self, station: str) -> Basket:
        """The basket of the visit at `station`; an empty one where nobody is."""
        return self._turns.basket(station)

    def language(self, station: str) -> str:
        visit = self.visit(station)
        return visit.language if visit else self.languages[0]

    def status(self) -> Status:
        receipt, head = self._log.receipt(), self._log.head()
        confirmed = receipt.n if receipt else 0
        return Status(
            store=self.settings.store_id,
            log_id=self._log.log_id,
            head=head,
            confirmed=confirmed,
            waiting=head - confirmed,
            oldest_waiting_ms=self._log.oldest_waiting(),
            line_up=self.outside.line_up(),
            trouble=self.outside.trouble(),
            lives_before=self._log.history(since=self._now() - HISTORY),
            catalogue=self.catalogue.version,
            catalogue_since=self._catalogue_since,
            refused=self.outside.refused(),
            readers=self.outside.readers(),
        )

    def live_stock(self, station: str, skus: Iterable[str]) -> LiveStock:
        """What HQ counts of these, as far as it said so. It is asked behind the screen's back, never waited for."""
        return self._live.stock(station, skus)

    def beside(self, product_id: str, most: int) -> list[Product]:
        """What goes with it and can be had here or on the web, best first."""
        return offered(self.catalogue.related(product_id), self.stock_of_product, self.settings.store_id, most)

    def stock(self, sku: str) -> list[Stock]:
        """Every count of an article that this box knows: HQ's and, where it is newer, the store's own."""
        return self.stocktaking.over(self.catalogue.stock(sku), [sku])

    def stock_of_product(self, product_id: str) -> list[Stock]:
        """The same of all its variants."""
        catalogue = self.catalogue
        skus = [variant.sku for variant in catalogue.variants(product_id)]
        return self.stocktaking.over(catalogue.stock_of_product(product_id), skus)

    def greeting(self, station: str) -> Greeting:
        """What the `Welcome` of this station may say."""
        return self._greetings.of(station, self._visit_id(station))

    # ---- looking around --------------------------------------------------------------------------------------------

    def scanned(self, station: str, scan: Scan) -> Screen:
        """A reader of `station` read something. A disk that is full still shows the article."""
        settings, language = self.settings, self.language(station)
        reading = read_code(self.catalogue, scan, settings.code_rules, language, settings.secure_tags)
        if (reading.tag or reading.badge) and (station, scan.reader) in self._given_out:
            return self.screen(station)  # it was greeted when it came
        return self._read(station, reading)

    def unreadable(self, station: str, reader: str, reason: str) -> Screen:
        """A reader of `station` noticed a code or tag it could not read. `reason` as in `Unknown`."""
        if (station, reader) in self._given_out:
            return self.screen(station)  # the card itself was enough
        return self._read(station, Reading.unreadable(reader, reason))

    def held(self, station: str, reader: str, uid: bytes) -> None:
        """A tag of this UID came to `reader`, or (b"") went away. Only those given out as loyalty cards or badges mean
        anything: they need not hold any text."""
        self._given_out.discard((station, reader))
        rules = self.settings.code_rules
        if is_given_out(rules, uid) or is_badge(rules, uid):
            of = Reading.of_badge if is_badge(rules, uid) else Reading.of_tag
            self._read(station, of(reader, uid))
            self._given_out.add((station, reader))

    def show(self, station: str, screen: Screen) -> None:
        """Navigation by touch."""
        self._check(station)
        sharing = self.settings.sharing
        if isinstance(screen, Send) and sharing:
            self._turns.run_or_show(station, lambda turn: turn.ask_where(sharing, self.settings.store_id), Send())
            return
        item = self._item(station, screen.sku, self.catalogue) if isinstance(screen, Article) else None
        chosen = self._chosen(station, item) if item else None
        self._turns.run_or_show(station, lambda turn: turn.show(screen, item, chosen), screen)

    def find(self, station: str, screen: Browse, limit: int = 24, offset: int = 0, *, record: bool = False) -> Results:
        """What `screen` shows, best first. `record`: the words were sent off, not merely typed."""
        language, query = self.language(station), screen.query.strip()
        results = found(self.catalogue, self.store, screen, language, typing=screen.typing, limit=limit, offset=offset)
        if record and query:
            with suppress(BoxFullError):  # searching goes on, only unrecorded
                count = 0 if results.nearest else results.total
                self._at(station, lambda turn: turn.searched(query, count), publish=False)
        return results

    def _chosen(self, station: str, item: Item) -> Chosen | None:
        """Where the article stood in the list that this station shows, if it was searched for."""
        screen = self.screen(station)
        if not isinstance(screen, Browse) or not screen.query.strip():
            return None
        results = self.find(station, screen)
        place = next((hit.rank for hit in results.hits if hit.id == item.product_id), 0)
        return Chosen(screen.query.strip(), 0 if results.nearest else results.total, place) if place else None

    def set_language(self, station: str, language: str) -> None:
        if language not in self.languages:
            raise ShopError(f"this shop speaks {', '.join(self.languages)}, not {language!r}")
        self._at(station, lambda turn: turn.speak(language))

    def choose_size(self, station: str, size: str) -> None:
        """Remembers the shopper's size for the rest of the visit."""
        self._at(station, lambda turn: turn.wear(size), publish=False)

    def touch(self, station: str) -> None:
        """Somebody is still there."""
        if self.visit(station):
            self._at(station, lambda turn: None, publish=False)

    def end_visit(self, station: str, reason: str = "done") -> None:
        """The next shopper sees nothing of this one: the row and the lines are gone, events stay."""
        self._check(station)
        why: Literal["idle", "done"] = "idle" if reason == "idle" else "done"
        self._greetings.forget(station)
        self._turns.run_or_show(station, lambda turn: turn.end(why), Attract())

    def left_ms(self, station: str) -> int | None:
        """Milliseconds until the visit at `station` ends by itself; None where nobody is."""
        if (signed_in := self.staff.left(station)) is not None:
            return int(signed_in * 1000)
        visit = self.visit(station)
        return visit.last_touch + self.settings.idle_ms - self._now() if visit else None

    def sweep(self) -> list[str]:
        """Ends the visits nobody touched for the idle time, and staff's sessions. Call it every few seconds.

        Returns the stations."""
        left = self.staff.sweep()
        idle = self._turns.idle(self._now() - self.settings.idle_ms)
        stations = [s for s in dict.fromkeys((*left, *idle)) if self.staff.at(s) is None]
        for station in stations:
            self.end_visit(station, "idle")
        self.gathering.sweep()
        return stations

    def sign_out(self, session: Session) -> None:
        """The station forgets what it showed them."""
        self.staff.sign_out(session)
        if self.staff.at(session.station) is None:
            self.end_visit(session.station, "done")

    # ---- the basket ------------------------------------------------------------------------------------------------

    def add_line(self, station: str, sku: str, quantity: int = 1, fulfilment: Fulfilment | None = None) -> Basket:
        """Without a `fulfilment` this article has: taken along where the store has it, else sent."""
        catalogue = self.catalogue
        item, how = self._item(station, sku, catalogue), self._way(catalogue, sku, fulfilment)
        return self._at(station, lambda turn: turn.add(item, quantity, how))

    def change_line(self, station: str, sku: str, quantity: int, fulfilment: Fulfilment | None = None) -> Basket:
        """A quantity of 0 removes the line; a `fulfilment` this article does not have leaves it as it was."""
        if quantity == 0:
            return self.remove_line(station, sku)
        variant = self.catalogue.by_sku(sku)
        how = fulfilment if variant and fulfilment in ways(variant) else None
        return self._at(station, lambda turn: turn.change(sku, quantity, how))

    def remove_line(self, station: str, sku: str) -> Basket:
        return self._at(station, lambda turn: turn.remove(sku))

    def send_basket(self, station: str, mail: str, consents: tuple[Consent, ...]) -> Sent:
        """Raises `BadAddressError`, `EmptyBasketError` or `BoxFullError`, having changed nothing."""
        address = mail_address(mail)
        sent = Sent(online=self.outside.line_up() and not self.outside.trouble())
        event_id = self._new_id()
        blob = sealed_mail(self.settings.seal_key, store=self.settings.store_id, event_id=event_id, mail=address)
        self._at(station, lambda turn: turn.send(sent, event_id, blob, consents))
        self._repaint_staff()
        return sent

    # ---- HQ ---------------------------------------------------------------------------------------------------

    def catalogue_turned(self) -> None:
        """Another catalogue version is current: HQ is told, and every open screen shows it."""
        version = self.catalogue.version
        self._catalogue_since = self._now()
        self._append(CatalogueTurned(epoch=version.epoch, n=version.n))
        self.announce_key()
        self.hub.publish_to_all(CatalogueChanged())

    def stock_told(self, skus: frozenset[str]) -> None:
        """Other counts of these came from HQ: a screen that shows one of their articles shows them."""
        shown = {station: self.screen(station) for station in self.stations}
        for station, screen in shown.items():
            if isinstance(screen, Article) and not skus.isdisjoint(self._sisters(screen.sku)):
                self._repaint(station)

    def version_refused(self, feed: str, version: str, reason: str) -> None:
        """What HQ announced must not be used. HQ is told, once while the box runs: its people have to mend it. Of a
        flood of forged heads the first are told: the log is for what shoppers do."""
        refused = VersionRefused(feed=feed, version=version, reason=reason[:500])
        if refused not in self._refused and len(self._refused) < MOST_REFUSED:
            self._refused.add(refused)
            self._append(refused)

    def announce_key(self) -> None:
        """HQ is told whose signature this store's codes bear, unless it was, once there is anything to show: the
        catalogue that came from it says that it knows this store. On a full disk the next code tells it."""
        sharing = self.settings.sharing
        if sharing is None or self.catalogue.version.n == 0:
            return
        with suppress(StorageFullError):
            self._database.write(lambda db: sharing.announce(db, lambda event: self._append_in(db, event)))
            self.outside.wake()

    def stop(self) -> None:
        """Before the database is closed: what is being asked of HQ ends within a second and a half."""
        self._errands.end()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _append(self, event: Event) -> None:
        self._database.write(lambda db: self._append_in(db, event))
        self.outside.wake()

    def _sisters(self, sku: str) -> list[str]:
        variant = self.catalogue.by_sku(sku)
        return [sister.sku for sister in self.catalogue.variants(variant.product_id)] if variant else []

    def _at(self, station: str, do: Callable[[Turn], T], *, publish: bool = True) -> T:
        self._check(station)
        return self._turns.run(station, do, publish=publish)

    def _append_in(self, db: sqlite_utils.Database, event: Event) -> None:
        self._log.append(db, event, event_id=self._new_id(), at=self._now())

    def _read(self, station: str, reading: Reading) -> Screen:
        self._check(station)
        if self.stations[station].kind == "staff" and self._read_by_staff(station, reading):
            return self.screen(station)
        before = self.screen(station)
        otherwise = reading.screen("scan-not-recorded", before.sku if isinstance(before, Article) else "")
        shown = self._turns.run_or_show(station, lambda turn: self._scanned(turn, station, reading), otherwise)
        if reading.of_person:
            self._look_up(station, reading)
        return shown

    def _read_by_staff(self, station: str, reading: Reading) -> bool:
        """Whether it was a badge, a basket's code, or a piece of the basket that is being gathered."""
        if reading.badge:
            self.staff.badge(station, reading.badge)
            return True
        if (session := self.staff.at(station)) is None:
            return False
        self.staff.touch(session)
        screen = self.screen(station)
        if reading.item and isinstance(screen, Gather):
            with suppress(NoSuchBasketError):  # it expired while it was looked at
                return self.gathering.scanned(session, screen.basket, reading.item.sku)
        if not reading.item and is_barcode(reading.code):
            with suppress(NoSuchBasketError):  # of another store, or long done
                self.show(station, Gather(basket=self.gathering.find(reading.code).basket))
                return True
        return False

    def _scanned(self, turn: Turn, station: str, reading: Reading) -> None:
        turn.scanned(reading)
        if reading.of_person and turn.visit_id:
            self._greetings.expect(station, turn.visit_id)

    def _look_up(self, station: str, reading: Reading) -> None:
        visit, screen = self._visit_id(station), self.stations[station].kind
        who = {"card": reading.card} if reading.card else {"tag": reading.tag}
        self._greetings.look_up(station, visit, {"screen": screen, **who}, lambda met: self._greet(station, visit, met))

    def _greet(self, station: str, visit: str, met: Greeting) -> None:
        if met.language in self.languages and isinstance(self.screen(station), Welcome):
            with suppress(BoxFullError):  # greeted all the same, in the language that is spoken
                self._at(station, lambda turn: turn.greet(visit, met.language), publish=False)
        self._repaint(station)

    def _visit_id(self, station: str) -> str:
        visit = self.visit(station)
        return visit.id if visit else ""

    def _line_up(self) -> bool:
        return self.outside.line_up()

    def _ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        return self.outside.ask(kind, body)

    def _repaint(self, station: str) -> None:
        self.hub.publish(station, self.screen(station))

    def _repaint_staff(self) -> None:
        for station in self.stations.values():
            if station.kind == "staff":
                self._repaint(station.id)

    def _repaint_all(self) -> None:
        self.hub.publish_to_all(CatalogueChanged())

    def _wake(self) -> None:
        self.outside.wake()

    def _check(self, station: str) -> None:
        if station not in self.stations:
            raise ShopError(f"there is no station {station!r}; the config has {', '.join(self.stations)}")

    def _item(self, station: str, sku: str, catalogue: Catalogue) -> Item:
        try:
            return catalogue.item(sku, self.language(station))
        except KeyError as error:
            raise UnknownArticleError(f"no article {sku!r} in catalogue version {catalogue.version}") from error

    def _way(self, catalogue: Catalogue, sku: str, asked: Fulfilment | None) -> Fulfilment:
        variant = catalogue.by_sku(sku)
        possible = ways(variant) if variant else ()
        if asked in possible:
            return asked
        here = sum(stock.quantity for stock in self.stock(sku) if stock.store == self.settings.store_id)
        return "take" if here > 0 and "take" in possible else "ship"
