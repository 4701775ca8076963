"""A phone opens the code of a station: whose it is, whether it still holds, and the basket it makes at HQ."""

from typing import Literal

from sqlalchemy import Connection, func, select

from edge.codes.shared_basket import SharedBasket, SharedBasketError, SharedLine, Signed, read
from edge.domain.article import Item
from edge.domain.basket import Line
from hq import passing
from hq.errors import HqError
from hq.live.article import by_sku
from hq.projection import shared
from hq.projection.shared import State
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new

LIFE = 30 * 86_400_000
"""Milliseconds that a code can be opened: a week without a line, and a box whose clock is weeks behind, are in it."""
Why = Literal["broken", "foreign", "expired"]
_ROW, _KEY, _CERTIFICATE = tables.shared_basket.c, tables.box_key.c, tables.certificate.c


class RefusedCodeError(HqError):
    """`why`: part of it is missing or wrong; no box of that store signed it; it is too old."""

    def __init__(self, why: Why, reason: str) -> None:
        super().__init__(reason)
        self.why: Why = why


def open_code(hq: Hq, payload: str, language: str) -> str:
    """The id of the basket that `payload` holds, which is there from now on: a second opening changes nothing, and a
    newer code of the same basket carries it on. Raises RefusedCodeError, and SQLAlchemy's errors."""
    signed = _read(payload)
    with hq.reading() as connection:
        _believe(connection, signed, hq.clock())
        event = tables.event.c
        heard = connection.execute(
            select(event.store, event.log_id, event.n).where(event.id == signed.basket.last)
        ).first()
        there = connection.scalar(
            select(_ROW.opened).where(_ROW.id == _id(signed.basket), _ROW.event == signed.basket.last)
        )
    if heard is not None and heard.store != signed.basket.store:
        raise RefusedCodeError("foreign", "it names an event of another store")
    if there is None:
        where = (heard.log_id, heard.n) if heard else ("", 0)
        _take(hq, signed.basket, language, where)
    return _id(signed.basket)


def _read(payload: str) -> Signed:
    try:
        return read(payload)
    except SharedBasketError as error:
        raise RefusedCodeError("broken", str(error)) from error


def _believe(connection: Connection, signed: Signed, now: int) -> None:
    basket = signed.basket
    if not any(signed.is_by(bytes.fromhex(key)) for key in _keys(connection, basket.store)):
        raise RefusedCodeError("foreign", "no box of that store signed it")
    log = tables.log.c
    latest = select(log.skew).where(log.store == basket.store).order_by(log.last_received.desc()).limit(1)
    if basket.at - (connection.scalar(latest) or 0) < now - LIFE:
        raise RefusedCodeError("expired", "it was shown too long ago")


def _keys(connection: Connection, store: str) -> list[str]:
    """Those that HQ heard of after the store's certificates were last taken back: a stolen box signs nothing more."""
    revoked = select(func.max(_CERTIFICATE.revoked)).where(_CERTIFICATE.store == store)
    last = connection.scalar(revoked) or -1
    return list(connection.scalars(select(_KEY.public).where(_KEY.store == store, _KEY.since > last)))


def _take(hq: Hq, basket: SharedBasket, language: str, where: tuple[str, int]) -> None:
    lines, id_ = tuple(_line(hq, line, basket.store, language) for line in basket.lines), _id(basket)
    with hq.engine.begin() as connection:
        fresh = State(basket=shared.of_lines(lines), event=basket.last, told=basket.at, log=where[0], n=where[1])
        row = {"id": id_, "store": basket.store, "shop_id": basket.basket, "language": language, "opened": None}
        insert_new(connection, tables.shared_basket, [row | shared.columns(fresh)])
        state = shared.states(connection, {id_})[id_]
        chosen = shared.chosen(connection, {id_}).get(id_, set())
        values = {"opened": func.coalesce(_ROW.opened, hq.clock())}
        if not where[0] and (basket.at, basket.last) > (state.told, state.event):
            values |= shared.columns(shared.replaced(state, fresh, chosen))
        connection.execute(tables.shared_basket.update().where(_ROW.id == id_).values(values))
        passing.shared(connection, [id_], at=hq.clock())


def _line(hq: Hq, line: SharedLine, store: str, language: str) -> Line:
    """With what HQ's catalogue says of the article: the code names it only. The log brings it whole."""
    catalogue = hq.catalogue()
    article = by_sku(catalogue, line.sku, language, store) if catalogue else None
    item = Item(
        sku=line.sku,
        product_id=article.product.id if article else "",
        name=article.name if article else line.sku,
        variant=" · ".join(article.traits) if article else "",
        brand=article.product.brand if article else "",
        category=article.product.category if article else "",
        price=line.price,
        currency=line.currency,
    )
    return Line(item=item, quantity=line.quantity, fulfilment=line.fulfilment, store=line.store)


def _id(basket: SharedBasket) -> str:
    return shared.basket_id(basket.store, basket.basket)
