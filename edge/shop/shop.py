"""The shop: every use case of shoppers and readers.

Each changes the station's row and appends its events in one transaction; only then is the station's screen told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, TypeVar

from edge.catalogue import Catalogue, Results, Shelf
from edge.domain.article import Item, Product, Stock, Store
from edge.domain.basket import Basket, Fulfilment, ways
from edge.domain.consent import Consent
from edge.domain.directives import (
    ChangeBasket,
    EraseBlobs,
    FetchAgain,
    GatherBasket,
    LearnOfCoupon,
    LearnOfReservation,
    LetBasketGo,
    LockStation,
    RestartBrowser,
    RotateKeys,
    SendBundle,
)
from edge.domain.events import Channel
from edge.shop import directed
from edge.shop.announcing import Announcing
from edge.shop.beside import offered
from edge.shop.chores import Chores
from edge.shop.comforting import Comforting
from edge.shop.couponing import Couponing
from edge.shop.directives import Directives
from edge.shop.errands import Errands
from edge.shop.errors import BoxFullError, ShopError, UnknownArticleError
from edge.shop.finding import found
from edge.shop.gathering import Gathering
from edge.shop.greeting import Greeting, Offer
from edge.shop.greetings import Greetings
from edge.shop.handing import Handing
from edge.shop.hands import Hands
from edge.shop.helping import Helping
from edge.shop.homeward import Homeward
from edge.shop.live import Live, LiveStock
from edge.shop.offers import Offers
from edge.shop.pairing import Pairing
from edge.shop.recognising import Recognising
from edge.shop.records import Records
from edge.shop.reloading import Reloading
from edge.shop.remembered import Remembered
from edge.shop.reserving import Reserving
from edge.shop.scanning import Scanning
from edge.shop.screens import Article, Attract, Browse, CatalogueChanged, Screen, Send, Sent
from edge.shop.seen import Seen
from edge.shop.sending import read_address, region_of, sealed_address
from edge.shop.settings import ShopSettings
from edge.shop.sizes import in_size
from edge.shop.staffing import Session, Staffing
from edge.shop.stations import Alone, Outside, Station
from edge.shop.status import Status, status_of
from edge.shop.stocktaking import Stocktaking
from edge.shop.tagging import Tagging
from edge.shop.tallying import Tallying
from edge.shop.turn import Chosen, Turn
from edge.shop.turns import Turns
from edge.shop.visits import Visit
from edge.shop.watching import Unwatched, Watching
from edge.staff import Roster
from edge.store import Database, EventLog
from hardware.scan import Scan

T = TypeVar("T")


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
        self.watching: Watching = Unwatched()
        self._shelf, self._now, self._new_id = shelf, now, new_id
        self._records = records = Records(database=database, log=event_log, now=now, new_id=new_id, woken=self._wake)
        self._turns = Turns(records, language=settings.languages[0])
        self.hub = self._turns.hub
        self.comforting = Comforting(self._turns, settings.stations)
        self.pairing = Pairing(records, settings.stations, required=settings.pairing_required, ended=self._repaint)
        self.seen = Seen(settings.stations, now=now)
        self._errands = Errands()
        self._live = Live(self._ask, self._line_up, self._repaint, self._errands)
        self._remembered = Remembered(records)
        self._greetings = Greetings(self._ask, self._line_up, self._errands, self._remembered)
        self._announcing = Announcing(settings, records, shelf)
        self.stocktaking = Stocktaking(settings.counting, settings.store_id, records, shelf, changed=self._repaint_all)
        self.staff = Staffing(
            Roster(settings.staff_list), records, idle=lambda: settings.staff_idle_s, changed=self._repaint
        )
        self.homeward = Homeward(settings.store_id, shelf, self.stock)
        self.gathering = Gathering(lambda: settings.shelves, records, shelf, changed=self._repaint_staff)
        self.reserving = Reserving(
            settings.store_id, lambda: settings.hold_ms, records, shelf, changed=self._repaint_staff
        )
        self.campaigns = Offers(records)
        self.couponing = Couponing(settings.store_id, settings.coupon_salt, records, changed=self._repaint_staff)
        self.chores = Chores(records, self.pairing, ended=self._repaint)
        self.reloading = Reloading(settings.stations)
        self.directives = Directives(
            records,
            {
                GatherBasket: directed.gather,
                ChangeBasket: directed.change,
                LetBasketGo: directed.let_go,
                LearnOfReservation: self.reserving.learn,
                LearnOfCoupon: self.couponing.learn,
                EraseBlobs: lambda writing, asked: writing.erase(asked.events),
                LockStation: self.chores.lock,
                **dict.fromkeys((RestartBrowser, FetchAgain, SendBundle, RotateKeys), self.chores.heed),
            },
            changed=self._repaint_each,
        )
        self.helping = Helping(records, changed=self._help_changed)
        self.handing = Handing(settings, records, self._turns, self._greetings, self.staff, left=self.helping.take_back)
        self.recognising = Recognising(
            settings, records, shelf, self._turns, self._greetings, self.handing, self.homeward, changed=self._repaint
        )
        self.tallying = Tallying(records, shelf, self.stocktaking, changed=self._repaint)
        self.tagging = Tagging(
            settings,
            shelf,
            self.staff,
            self._errands,
            outside=lambda: self.outside,
            screen=self.screen,
            changed=self._repaint,
        )
        hands = Hands(self._turns, self.staff, self.gathering, self.tallying, self.tagging, self.couponing)
        self._scanning = Scanning(settings, shelf, self._turns, self.recognising, hands, self.handing, self.couponing)

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
        return status_of(self.settings.store_id, self._records, self.outside, self._announcing.since, self.catalogue)

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

    def offers(self, station: str) -> list[Offer]:
        """Those of whoever is greeted there that are still good."""
        return self.greeting(station).valid(self._now())

    # ---- looking around --------------------------------------------------------------------------------------------

    def scanned(self, station: str, scan: Scan) -> Screen:
        """A reader of `station` read something. A disk that is full still shows the article."""
        self._check(station)
        began = perf_counter()
        with self.watching.following(station, scan):
            screen = self._scanning.scanned(station, scan)
            self.watching.scanned(scan, screen, perf_counter() - began)
        return screen

    def unreadable(self, station: str, reader: str, reason: str) -> Screen:
        """A reader of `station` noticed a code or tag it could not read. `reason` as in `Unknown`."""
        self._check(station)
        return self._scanning.unreadable(station, reader, reason)

    def held(self, station: str, reader: str, uid: bytes) -> None:
        """A tag of this UID came to `reader`, or (b"") went away. Only those given out as loyalty cards or badges mean
        anything: they need not hold any text."""
        self._check(station)
        self._scanning.held(station, reader, uid)

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
        began = perf_counter()
        results = found(
            self.catalogue,
            self.store,
            screen,
            language,
            counted=self.stocktaking.own,
            typing=screen.typing,
            limit=limit,
            offset=offset,
        )
        self.watching.found(perf_counter() - began)
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

    def in_their_size(self, station: str, sku: str) -> str:
        """Which variant of the product of `sku` to show whoever is at `station`, where they named none."""
        visit = self.visit(station)
        return in_size(self.catalogue, sku, visit.size if visit else "", self.greeting(station).sizes)

    def touch(self, station: str) -> None:
        """Somebody is still there."""
        if self.visit(station):
            self._at(station, lambda turn: None, publish=False)

    def end_visit(self, station: str, reason: str = "done") -> None:
        """The next shopper sees nothing of this one: the row and the lines are gone, events stay."""
        self._check(station)
        why: Literal["idle", "done"] = "idle" if reason == "idle" else "done"
        self._greetings.forget(station)
        if why == "done":
            self.helping.take_back(station)
        self._turns.run_or_show(station, lambda turn: turn.end(why), Attract())

    def left_ms(self, station: str) -> int | None:
        """Milliseconds until the visit at `station` ends by itself; None where nobody is."""
        if (signed_in := self.staff.left(station)) is not None:
            return int(signed_in * 1000)
        visit = self.visit(station)
        return visit.last_touch + visit.comfort.idle_ms(self.settings.idle_ms) - self._now() if visit else None

    def sweep(self) -> list[str]:
        """Ends the visits nobody touched for the idle time, and staff's sessions. Call it every few seconds.

        Returns the stations."""
        left = self.staff.sweep()
        idle = self._turns.idle(self._now(), self.settings.idle_ms)
        stations = [s for s in dict.fromkeys((*left, *idle)) if self.staff.at(s) is None]
        for station in stations:
            self.end_visit(station, "idle")
        self.gathering.sweep()
        self.reserving.sweep()
        self.directives.sweep()
        self.helping.sweep()
        self.couponing.sweep()
        self.campaigns.sweep()
        self.handing.sweep()
        self._remembered.sweep()
        return stations

    def sign_out(self, session: Session) -> None:
        """The station forgets what it showed them."""
        self.staff.sign_out(session)
        if self.staff.at(session.station) is None:
            self.end_visit(session.station, "done")

    # ---- the basket ------------------------------------------------------------------------------------------------

    def add_line(
        self, station: str, sku: str, quantity: int = 1, fulfilment: Fulfilment | None = None, store: str | None = None
    ) -> Basket:
        """Without a `fulfilment` this article has: taken along where the store has it, else sent. What is collected is
        so at `store`, without one at the nearest that has it. Raises NoSuchStoreError."""
        catalogue = self.catalogue
        item, how = self._item(station, sku, catalogue), self._way(catalogue, sku, fulfilment)
        where = self.homeward.collected_at(sku, store) if how == "collect" else ""
        return self._at(station, lambda turn: turn.add(item, quantity, how, where))

    def change_line(
        self, station: str, sku: str, quantity: int, fulfilment: Fulfilment | None = None, store: str | None = None
    ) -> Basket:
        """A quantity of 0 removes the line; a `fulfilment` this article does not have leaves it as it was. A line that
        is collected already stays where it is collected, unless a `store` is named."""
        if quantity == 0:
            return self.remove_line(station, sku)
        variant = self.catalogue.by_sku(sku)
        how = fulfilment if variant and fulfilment in ways(variant) else None
        where = self.homeward.collected_at(sku, store) if how == "collect" else ""
        return self._at(station, lambda turn: turn.change(sku, quantity, how, where, moved=store is not None))

    def remove_line(self, station: str, sku: str) -> Basket:
        return self._at(station, lambda turn: turn.remove(sku))

    def put_back(self, station: str) -> Basket:
        """Undoes the last removal, while the basket is still shown. Raises NoSuchLineError."""
        return self._at(station, lambda turn: turn.put_back())

    def redeem(self, station: str, text: str) -> None:
        """A single-use code was typed. Raises CouponRefusedError or BoxFullError, having changed nothing."""
        self._at(station, lambda turn: turn.redeem(self.couponing, text))

    def take_coupon_out(self, station: str) -> None:
        """The code that lies in the basket is good again."""
        self._at(station, lambda turn: turn.take_coupon_out())

    def send_basket(self, station: str, typed: str, consents: tuple[Consent, ...], channel: Channel = "mail") -> Sent:
        """Raises `BadAddressError`, `EmptyBasketError` or `BoxFullError`, having changed nothing."""
        event_id, blob = self._sealed(channel, typed)
        sent = Sent(online=self.outside.line_up() and not self.outside.trouble(), channel=channel)
        self._at(station, lambda turn: turn.send(sent, event_id, blob, consents))
        self._repaint_staff()
        return sent

    def ask_back(self, station: str, sku: str, typed: str, consent: Consent, channel: Channel = "mail") -> None:
        """They are told when it is back. Raises `BadAddressError`, `UnknownArticleError` or `BoxFullError`, having
        changed nothing."""
        item = self._item(station, sku, self.catalogue)
        event_id, blob = self._sealed(channel, typed)
        self._at(station, lambda turn: turn.ask_back(item, channel, event_id, blob, consent))

    # ---- HQ ---------------------------------------------------------------------------------------------------

    def catalogue_turned(self) -> None:
        """Another catalogue version is current: HQ is told, and every open screen shows it."""
        self._announcing.turned()
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
        self._announcing.refused(feed, version, reason)

    def announce_key(self) -> None:
        """HQ is told whose signature this store's codes bear, unless it was, once there is anything to show: the
        catalogue that came from it says that it knows this store. On a full disk the next code tells it."""
        self._announcing.key()

    def adjust(self, fresh: ShopSettings) -> None:
        """Takes up what may change while the box runs, and shows it."""
        self.settings.adjust(fresh)
        self._repaint_all()

    def stop(self) -> None:
        """Before the database is closed: what is being asked of HQ ends within a second and a half."""
        self._errands.end()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _sisters(self, sku: str) -> list[str]:
        variant = self.catalogue.by_sku(sku)
        return [sister.sku for sister in self.catalogue.variants(variant.product_id)] if variant else []

    def _at(self, station: str, do: Callable[[Turn], T], *, publish: bool = True) -> T:
        self._check(station)
        return self._turns.run(station, do, publish=publish)

    def _sealed(self, channel: Channel, typed: str) -> tuple[str, bytes]:
        """The id of an event, and the address that is to travel beside it."""
        address = read_address(channel, typed, region_of(self.store, self.settings.country))
        store, event_id = self.settings.store_id, self._new_id()
        return event_id, sealed_address(self.settings.seal_key, store=store, event_id=event_id, address=address)

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

    def _repaint_each(self) -> None:
        for station in self.stations:
            self._repaint(station)

    def _help_changed(self, station: str) -> None:
        self._repaint(station)
        self._repaint_staff()

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
