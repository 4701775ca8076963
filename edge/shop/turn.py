"""One use case at one station, inside one transaction: it changes the visit and the basket, and appends the events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from edge.domain.article import Item
from edge.domain.basket import MOST_LINES, MOST_OF_ONE, Basket, Fulfilment, Line
from edge.domain.consent import Consent
from edge.domain.events import (
    BackInStockAsked,
    BasketSent,
    BasketShared,
    Channel,
    CodeNotRecognised,
    LineAdded,
    LineChanged,
    LineRemoved,
    ProductScanned,
    ProductsSearched,
    ProductViewed,
    SearchResultChosen,
    VisitEnded,
    VisitStarted,
)
from edge.domain.privacy import without_people
from edge.shop import coupon_uses, pickups
from edge.shop.couponing import Couponing, Where
from edge.shop.errors import BadQuantityError, BasketFullError, EmptyBasketError, NoSuchLineError
from edge.shop.reading import Reading
from edge.shop.records import Writing
from edge.shop.screens import Article, Attract, BasketScreen, Screen, Sent, Welcome, Whose
from edge.shop.sharing import Sharing
from edge.shop.visits import Visit, delete_visit, load_basket, load_visit, save_basket, save_visit
from edge.store import advance


@dataclass(frozen=True)
class Chosen:
    """An article opened from what a search found: `position` counts from 1."""

    query: str
    results: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """A line of another visit's basket, with the article as it is sold now."""

    item: Item
    quantity: int
    fulfilment: Fulfilment
    store: str = ""


class Turn:
    """Begin with the station's visit as it is; `finish` saves it as it became."""

    def __init__(self, writing: Writing, station: str, *, language: str) -> None:
        """`language` is the one a new visit begins in."""
        self._writing, self._db, self._station, self._language = writing, writing.db, station, language
        self._now, self._new_id, self._append = writing.at, writing.new_id, writing.append
        self._visit = load_visit(self._db, station)

    @property
    def visit_id(self) -> str | None:
        return self._visit.id if self._visit else None

    @property
    def screen(self) -> Screen:
        return self._visit.screen if self._visit else Attract()

    def finish(self) -> None:
        if self._visit:
            save_visit(self._db, replace(self._visit, last_touch=self._now))

    # ---- looking around --------------------------------------------------------------------------------------------

    def scanned(self, reading: Reading) -> Screen:
        reading = self._note(reading)
        return self._turn_to(reading.screen("genuine" if reading.sun else "", self._back()))

    def recognise(self, reading: Reading, holder: str) -> None:
        """The bearer of a card is welcomed. `holder` is their name here, "" where this screen is not to know it."""
        visit, back = self._here(), self._back()
        found = self._basket().count if holder and not visit.holder else 0
        self._note(reading)
        self._visit = replace(self._here(), holder=holder or visit.holder)
        self._turn_to(Welcome(back=back, found=found))

    def ask_whose(self, reading: Reading, holder: str) -> None:
        self._note(reading)
        self._turn_to(Whose(holder=holder))

    def begin(self, screen: Screen, holder: str) -> None:
        """A visit of that holder, from the start."""
        self._visit = replace(self._here(), holder=holder, screen=screen)

    def greet(self, visit: str, language: str) -> None:
        """`visit` is welcomed in the language of its card, unless somebody chose another here."""
        if self._visit and self._visit.id == visit and self._visit.language == self._language:
            self._visit = replace(self._visit, language=language)

    def show(self, screen: Screen, item: Item | None, chosen: Chosen | None = None) -> None:
        """`item` is the article's, where `screen` shows one, `chosen` says what search it was found by."""
        visit = self._here()
        if item and chosen:
            self._append(
                SearchResultChosen(
                    visit=visit.id,
                    station=self._station,
                    query=without_people(chosen.query),
                    results=chosen.results,
                    position=chosen.position,
                    item=item,
                )
            )
        if item:
            self._append(ProductViewed(visit=visit.id, station=self._station, item=item))
            self._look_at(item)
        self._turn_to(screen)

    def searched(self, query: str, results: int) -> None:
        visit = self._here()
        self._append(
            ProductsSearched(visit=visit.id, station=self._station, query=without_people(query), results=results)
        )

    def speak(self, language: str) -> None:
        self._visit = replace(self._here(), language=language)

    def wear(self, size: str) -> None:
        self._visit = replace(self._here(), size=size)

    def make_comfortable(self, name: str, value: Any) -> None:
        """`name` is a field of Comfort."""
        visit = self._here()
        self._visit = replace(visit, comfort=msgspec.structs.replace(visit.comfort, **{name: value}))

    def end(self, reason: Literal["done", "idle"]) -> None:
        if self._visit:
            coupon_uses.leave(self._writing, self._visit.basket_id, self._station)
            self._append(VisitEnded(visit=self._visit.id, station=self._station, reason=reason))
            delete_visit(self._db, self._visit)
            self._visit = None

    # ---- the basket ------------------------------------------------------------------------------------------------

    def add(self, item: Item, quantity: int, fulfilment: Fulfilment, store: str = "") -> Basket:
        _check(quantity)
        visit, basket = self._here(), self._basket()
        old = basket.line(item.sku)
        if old is None and len(basket.lines) >= MOST_LINES:
            raise BasketFullError(f"a basket holds {MOST_LINES} lines at most")
        quantity = min(quantity, MOST_OF_ONE - (old.quantity if old else 0))
        if quantity > 0:
            event = LineAdded(**self._in(visit), item=item, quantity=quantity, fulfilment=fulfilment, store=store)
            self._append(event)
        total = quantity + (old.quantity if old else 0)
        self._look_at(item)
        self._turn_to(Article(sku=item.sku, notice="added"))
        return self._keep(basket.with_line(Line(item=item, quantity=total, fulfilment=fulfilment, store=store)))

    def take_over(self, found: Sequence[Found]) -> None:
        """Lines of another visit's basket: of an article that is in both, as many as the larger number says."""
        visit = self._here()
        for one in found:
            basket = self._basket()
            old = basket.line(one.item.sku)
            quantity, lies = min(one.quantity, MOST_OF_ONE), old.quantity if old else 0
            if quantity <= lies or (old is None and len(basket.lines) >= MOST_LINES):
                continue
            how, where = (old.fulfilment, old.store) if old else (one.fulfilment, one.store)
            line = Line(item=one.item, quantity=quantity, fulfilment=how, store=where)
            self._append(
                LineAdded(**self._in(visit), item=one.item, quantity=quantity - lies, fulfilment=how, store=where)
            )
            self._keep(basket.with_line(line))
        self._turn_to(BasketScreen())

    def change(
        self, sku: str, quantity: int, fulfilment: Fulfilment | None, store: str = "", *, moved: bool = False
    ) -> Basket:
        """`store` is where it is collected from now on; unless it is `moved`, what was collected already stays."""
        _check(quantity)
        visit, basket = self._here(), self._basket()
        old = self._line(basket, sku)
        how = fulfilment or old.fulfilment
        where = (
            store if how == "collect" and (moved or how != old.fulfilment) else old.store if how == "collect" else ""
        )
        line = replace(old, quantity=min(quantity, MOST_OF_ONE), fulfilment=how, store=where)
        if line != old:
            self._append(
                LineChanged(
                    **self._in(visit),
                    item=line.item,
                    quantity=line.quantity,
                    fulfilment=line.fulfilment,
                    store=line.store,
                )
            )
        return self._keep(basket.with_line(line))

    def remove(self, sku: str) -> Basket:
        visit, basket = self._here(), self._basket()
        old = self._line(basket, sku)
        self._append(LineRemoved(**self._in(visit), item=old.item, quantity=old.quantity))
        if isinstance(self.screen, BasketScreen):
            self._turn_to(BasketScreen(removed=old))
        return self._keep(basket.without(sku))

    def put_back(self) -> Basket:
        """What was taken out last is in the basket again as it was: also its price."""
        visit, basket = self._here(), self._basket()
        line = self.screen.removed if isinstance(self.screen, BasketScreen) else None
        if line is None or basket.line(line.item.sku) or len(basket.lines) >= MOST_LINES:
            raise NoSuchLineError("nothing was taken out that could be put back")
        self._append(
            LineAdded(
                **self._in(visit),
                item=line.item,
                quantity=line.quantity,
                fulfilment=line.fulfilment,
                store=line.store,
            )
        )
        self._turn_to(BasketScreen())
        return self._keep(basket.with_line(line))

    def redeem(self, couponing: Couponing, text: str) -> None:
        """A single-use code goes into the basket. Raises CouponRefusedError."""
        visit = self._here()
        where = Where(basket=visit.basket_id, visit=visit.id, station=self._station)
        couponing.redeem(self._writing, where, text)
        self._turn_to(BasketScreen())

    def take_coupon_out(self) -> None:
        coupon_uses.release(self._writing, self._here().basket_id, "removed", station=self._station)

    def send(self, screen: Sent, event_id: str, blob: bytes, consents: tuple[Consent, ...]) -> None:
        """`blob` is the sealed address; it goes beside the event, which bears `event_id`."""
        visit, basket = self._here(), self._basket()
        if not basket.lines:
            raise EmptyBasketError("there is nothing in the basket to send")
        event = BasketSent(
            **self._in(visit), channel=screen.channel, language=visit.language, lines=basket.lines, consents=consents
        )
        self._append(event, event_id=event_id, blob=blob)
        pickups.start(self._db, basket, self._now)
        self._turn_to(screen)

    def ask_back(self, item: Item, channel: Channel, event_id: str, blob: bytes, consent: Consent) -> None:
        """`blob` is the sealed address of whoever wants to be told."""
        visit = self._here()
        event = BackInStockAsked(
            visit=visit.id,
            station=self._station,
            channel=channel,
            language=visit.language,
            item=item,
            consent=consent,
        )
        self._append(event, event_id=event_id, blob=blob)
        self._turn_to(Article(sku=item.sku, notice="will-tell"))

    def ask_where(self, sharing: Sharing, store: str) -> None:
        """The basket may go by mail, or with a phone, at once: the code that is shown is an event, and names it."""
        visit, basket, last = self._here(), self._basket(), self._new_id()
        screen = sharing.screen(basket, store=store, last=last, at=self._now)
        if screen.code:
            sharing.announce(self._db, self._append)
            event = BasketShared(**self._in(visit), via="qr", language=visit.language, lines=basket.lines)
            self._append(event, event_id=last)
        self._turn_to(screen)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _here(self) -> Visit:
        """The visit, begun now where nobody was here."""
        if self._visit is None:
            self._visit = Visit(
                id=self._new_id(),
                station=self._station,
                language=self._language,
                basket_id=self._new_id(),
                size="",
                screen=Attract(),
                last_touch=self._now,
            )
            self._append(VisitStarted(visit=self._visit.id, station=self._station, language=self._language))
        return self._visit

    def _note(self, reading: Reading) -> Reading:
        """Records what was read; a secure tag's message that was heard before is refused."""
        visit = self._here()
        if reading.sun and not advance(self._db, reading.sun.uid, reading.sun.counter, reading.delivery):
            reading = reading.refused("tag-copied")
        where = {"visit": visit.id, "station": self._station, "reader": reading.reader}
        read = {"symbology": reading.symbology, "code": reading.code}
        if reading.item:
            self._append(ProductScanned(**where, **read, item=reading.item))
            self._look_at(reading.item)
        else:
            self._append(CodeNotRecognised(**where, **read, reason=reading.reason))
        return reading

    def _look_at(self, item: Item) -> None:
        self._visit = self._here().looking_at(item.product_id, item.sku)

    def _back(self) -> str:
        """The sku of the article that is shown."""
        return self.screen.sku if isinstance(self.screen, Article) else ""

    def _turn_to(self, screen: Screen) -> Screen:
        self._visit = replace(self._here(), screen=screen)
        return screen

    def _basket(self) -> Basket:
        return load_basket(self._db, self._here().basket_id)

    def _keep(self, basket: Basket) -> Basket:
        save_basket(self._db, basket)
        return basket

    def _line(self, basket: Basket, sku: str) -> Line:
        line = basket.line(sku)
        if line is None:
            raise NoSuchLineError(f"there is no {sku!r} in this basket (any more)")
        return line

    def _in(self, visit: Visit) -> dict[str, str]:
        return {"basket": visit.basket_id, "visit": visit.id, "station": self._station}


def _check(quantity: int) -> None:
    if quantity < 1:
        raise BadQuantityError(f"a line holds 1 to {MOST_OF_ONE} of an article, not {quantity}")
