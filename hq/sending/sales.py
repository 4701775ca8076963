"""Sales that a platform is told of: orders of people who agreed to marketing, each once, in stores and web.

What staff marked as bought waits for half a day, in which the till may tell of it in its own words; where both were
told of, one is sent. Returns are not told.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from babel.numbers import get_currency_precision
from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select

from edge.catalogue import Catalogue
from edge.domain.article import WEB
from hq import people
from hq.audience import judging
from hq.exports.platforms import Platform
from hq.ids import derived
from hq.linking.person import standing
from hq.marks import ONE_SALE, is_mark
from hq.sending.adapters import Sale, Sales, SoldLine
from hq.sending.members import keys_of
from hq.sending.posting import Line
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new

AT_ONCE = 500
"""Orders looked at together."""
_ORDER, _TOLD = tables.order_line.c, tables.told_sale.c
Place = tuple[int, str, str]
Order = list[Row[Any]]
Oldest = Callable[[str, int], int]
"""Since when a platform takes sales of a store: `Sales.oldest`."""


class Telling:
    """Of one destination."""

    def __init__(self, hq: Hq, destination: str, hashing: Platform) -> None:
        self._hq, self._destination, self._hashing = hq, destination, hashing

    def tell(self, platform: Sales, line: Line) -> Iterator[int]:
        """How many sales each request told of."""
        for orders in self._pages(platform.oldest):
            rest: Sequence[Order] = orders
            while rest:
                told, rest = line.persist(partial(self._request, platform, rest))
                if told:
                    yield told

    def _request(self, platform: Sales, orders: Sequence[Order]) -> tuple[int, Sequence[Order]]:
        """One request at most, about the first of `orders`: how many it told of, and those that are left."""
        fit = self._fit(platform.oldest, orders[: platform.most])
        told = platform.tell(list(fit.values()), self._hq.clock()) if fit else 0
        self._keep(list(fit.values())[:told])
        return told, orders[list(fit)[told] if told < len(fit) else platform.most :]

    def untold(self, oldest: Oldest) -> Iterator[list[Sale]]:
        """Judged at this moment. Whoever agrees later is told of as long as the platform takes it."""
        for orders in self._pages(oldest):
            yield list(self._fit(oldest, orders).values())

    def _pages(self, oldest: Oldest) -> Iterator[list[Order]]:
        now = self._hq.clock()
        after: Place = (min(oldest(store, now) for store in (WEB, "")) - 1, "", "")
        while orders := self._page(after):
            yield orders
            first = orders[-1][0]
            after = (first.at, first.store, first.order_id)

    def _fit(self, oldest: Oldest, orders: Sequence[Order]) -> dict[int, Sale]:
        """What may be told of them now, each with its place among them. Whose an order is is asked anew as well: who
        was erased has none."""
        now = self._hq.clock()
        with self._hq.reading() as connection:
            again = (_lines(connection, order[0].store, order[0].order_id) for order in orders)
            due = {
                place: order
                for place, order in enumerate(again)
                if order and order[0].profile and self._is_due(connection, oldest, order, now)
            }
            return self._sales(connection, due, now)

    def _page(self, after: Place) -> list[Order]:
        told = exists().where(
            and_(
                _TOLD.destination == self._destination,
                _TOLD.store == _ORDER.store,
                _TOLD.order_id == _ORDER.order_id,
            )
        )
        key = (_ORDER.at, _ORDER.store, _ORDER.order_id)
        heads = select(*key).where(_behind(after), _ORDER.quantity > 0, _ORDER.profile.is_not(None), ~told)
        with self._hq.reading() as connection:
            found = connection.execute(heads.distinct().order_by(*key).limit(AT_ONCE)).all()
            return [_lines(connection, one.store, one.order_id) for one in found]

    def _is_due(self, connection: Connection, oldest: Oldest, order: Order, now: int) -> bool:
        first = order[0]
        if first.at < oldest(first.store, now):
            return False
        if is_mark(first.order_id) and first.at > now - ONE_SALE:
            return False
        return not self._told_otherwise(connection, first)

    def _told_otherwise(self, connection: Connection, one: Row[Any]) -> bool:
        """Whether a till told of what staff had marked (that counts), or a mark was sent of what it tells only now."""
        near = _ORDER.at.between(one.at - ONE_SALE, one.at + ONE_SALE)
        same = (_ORDER.profile == one.profile, _ORDER.store == one.store, _ORDER.sku == one.sku, _ORDER.quantity > 0)
        others = connection.scalars(select(_ORDER.order_id).where(*same, near, _ORDER.order_id != one.order_id)).all()
        if is_mark(one.order_id):
            return any(not is_mark(other) for other in others)
        marks = [other for other in others if is_mark(other)]
        sent = select(_TOLD.order_id).where(_TOLD.destination == self._destination, _TOLD.order_id.in_(marks))
        return bool(marks) and connection.scalar(sent.limit(1)) is not None

    def _sales(self, connection: Connection, orders: dict[int, Order], now: int) -> dict[int, Sale]:
        profiles = sorted({order[0].profile for order in orders.values()})
        barred = judging.barred(connection, self._hq.config, now, profiles)
        catalogue = self._hq.catalogue()
        return {
            place: self._sale(connection, catalogue, order)
            for place, order in orders.items()
            if not barred.get(order[0].profile, "no-consent")
        }

    def _sale(self, connection: Connection, catalogue: Catalogue | None, order: Order) -> Sale:
        first = order[0]
        digits = 10 ** get_currency_precision(first.currency)
        total = sum(row.price * row.quantity for row in order)
        return Sale(
            id=derived("sale", first.store, first.order_id),
            order_id=first.order_id,
            store=first.store,
            at=first.at,
            currency=first.currency,
            value=total / digits,
            lines=tuple(_line(catalogue, row, digits) for row in order),
            keys=tuple(keys_of(self._hashing, people.identities(connection, first.profile))),
            person=self._hq.keys.digest_of(f"destination:{self._destination}", standing(connection, first.profile)),
        )

    def _keep(self, sales: Sequence[Sale]) -> None:
        now = self._hq.clock()
        rows = [
            {"destination": self._destination, "store": one.store, "order_id": one.order_id, "at": now} for one in sales
        ]
        with self._hq.engine.begin() as connection:
            insert_new(connection, tables.told_sale, rows)


def _lines(connection: Connection, store: str, order_id: str) -> Order:
    this = (_ORDER.store == store, _ORDER.order_id == order_id, _ORDER.quantity > 0)
    return list(connection.execute(select(tables.order_line).where(*this).order_by(_ORDER.sku)))


def _behind(after: Place) -> ColumnElement[bool]:
    at, store, order_id = after
    later = or_(_ORDER.store > store, and_(_ORDER.store == store, _ORDER.order_id > order_id))
    return and_(_ORDER.at >= at, or_(_ORDER.at > at, later))


def _line(catalogue: Catalogue | None, row: Row[Any], digits: int) -> SoldLine:
    try:
        item = catalogue.item(row.sku, next(iter(catalogue.languages), "")) if catalogue else None
    except KeyError:
        item = None
    return SoldLine(
        sku=row.sku,
        product_id=item.product_id if item else row.sku,
        name=item.name if item else row.sku,
        category=item.category if item else "",
        quantity=row.quantity,
        price=row.price / digits,
    )
