"""What one store asks another to put aside, from both their logs: the two may come in any order, above all when they
refill a restored HQ. Whoever asked is told by directives how it stands, the other what to gather.

As long as it is open it counts as taken (`hq.stock`). What was not to be found stays off the count until somebody
counts anew, and so does what was handed over, unless the store's tills tell of their sales themselves.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from edge.domain.article import WEB
from edge.domain.directives import GatherBasket, LearnOfReservation, LetBasketGo
from edge.domain.reservation import OPEN, State
from hq import directives, stock
from hq.ids import derived
from hq.store.tables import reservation

_R = reservation.c
UNHEARD = {"source": "", "sku": "", "quantity": 0, "until": 0, "log_id": "", "n": 0, "told": 0}
"""Of which only one side has told."""
Said = tuple[str, int, int]
"""Log, number and box's time of an answer."""


def find(connection: Connection, id_: str) -> Row[Any] | None:
    return connection.execute(select(reservation).where(_R.id == id_)).first()


def ask(connection: Connection, id_: str, gather: GatherBasket, *, store: str, sku: str, event: str, at: int) -> None:
    """`gather.source` asks `store`; `event` is what says so, `at` HQ's clock. The count of `sku` there is lessened."""
    of = "" if gather.basket == id_ else gather.basket
    asked = {
        "source": gather.source,
        "basket": of,
        "sku": sku,
        "quantity": gather.lines[0].quantity,
        "until": gather.until,
    }
    again = gather.source if gather.source == WEB or gather.basket != id_ else ""
    known = find(connection, id_) or _unheard(connection, id_, gather.basket, store)
    if known is None:
        state: State = "lapsed" if gather.until and gather.until <= at else "passed"
        row = {**UNHEARD, "id": id_, "store": store, "state": state, "open": False}
        connection.execute(insert(reservation).values(**row))
    elif known.store != store or known.source not in ("", again):
        return  # only the web shop and a shopper may say more of what they want than before
    connection.execute(update(reservation).where(_R.id == id_).values(**asked))
    stood: State = (
        "passed" if known and of and known.state in ("put-back", "lapsed") else known.state if known else state
    )
    state = _stand(connection, id_, stood)
    if state in OPEN:
        directives.withdraw(connection, store, LetBasketGo, id_)
        named = derived("directive", event, store)
        directives.direct(connection, store, gather, id=named, subject=id_, at=at)
    _tell(connection, id_, gather.source, state, event=event, at=at)


def ask_for_basket(connection: Connection, gather: GatherBasket, *, store: str, event: str, at: int) -> None:
    """A shopper collects `gather.lines` of a basket of `gather.source` at `store`: no count is lessened, as for none
    that is collected where it was sent. They may collect at several stores, so its id is another there."""
    ask(connection, _there(store, gather.basket), gather, store=store, sku="", event=event, at=at)


def answered(connection: Connection, store: str, id_: str, state: State, said: Said, *, event: str, at: int) -> None:
    """`store` says how it stands, unless it said something later before."""
    mine = find(connection, _there(store, id_))
    known = mine or find(connection, id_)
    if known is not None and known.store != store and not known.source:
        known = None  # another store's word of the same basket, whose own store is not heard of yet
        id_ = _there(store, id_)
    if known is None:
        row = {**UNHEARD, "id": id_, "store": store, "state": state, "open": False}
        connection.execute(insert(reservation).values(**row))
    elif known.store != store or not _is_later(said, known):
        return
    id_ = known.id if known else id_
    log_id, n, told = said
    connection.execute(update(reservation).where(_R.id == id_).values(log_id=log_id, n=n, told=told))
    if known is None or not known.source:
        connection.execute(update(reservation).where(_R.id == id_).values(state=state))
        return  # who asked for it is not heard of yet
    _stand(connection, id_, state)
    _tell(connection, id_, known.source, state, event=event, at=at)


def released(connection: Connection, source: str, id_: str, *, event: str, at: int) -> None:
    """Whoever asked for it does not want it any more."""
    known = find(connection, id_)
    if known is None or known.source != source or known.state not in OPEN:
        return
    _stand(connection, id_, "put-back")
    named = derived("directive", event, known.store)
    directives.direct(connection, known.store, LetBasketGo(basket=known.basket or id_), id=named, subject=id_, at=at)


def refused(connection: Connection, store: str, id_: str, *, event: str, at: int) -> None:
    """The box of `store` can't do such a thing."""
    known = find(connection, id_)
    if known is not None and known.store == store and known.state == "passed":
        _stand(connection, id_, "refused")
        _tell(connection, id_, known.source, "refused", event=event, at=at)


def is_over(connection: Connection, *, now: int) -> bool:
    """Whether the time of any is."""
    return connection.scalar(select(_R.id).where(*_over(now)).limit(1)) is not None


def lapse(connection: Connection, *, now: int) -> int:
    """Ends those whose time is over, though their store does not say so. Returns how many."""
    rows = connection.execute(select(_R.id, _R.source).where(*_over(now))).all()
    for row in rows:
        _stand(connection, row.id, "lapsed")
        _tell(connection, row.id, row.source, "lapsed", event="", at=now)
    return len(rows)


def _over(now: int) -> tuple[ColumnElement[bool], ...]:
    return _R.open.is_(True), _R.until > 0, _R.until < now


def _there(store: str, basket: str) -> str:
    """The id of what a shopper collects at `store`."""
    return derived("collected", store, basket)


def _unheard(connection: Connection, id_: str, basket: str, store: str) -> Row[Any] | None:
    """What `store` told of it before anybody asked, under the basket's own id: `id_` from now on."""
    of = None if id_ == basket else find(connection, basket)
    if of is None or of.store != store or of.source:
        return None
    connection.execute(update(reservation).where(_R.id == basket).values(id=id_))
    return find(connection, id_)


def _stand(connection: Connection, id_: str, state: State) -> State:
    """From now on it stands so: counts and directives follow."""
    row = find(connection, id_)
    assert row is not None
    is_open = state in OPEN
    if is_open and not row.open:
        stock.hold(connection, row.sku, row.store, row.quantity)
    elif row.open and not is_open and _is_there_again(connection, row, state):
        stock.hold(connection, row.sku, row.store, -row.quantity)
    connection.execute(update(reservation).where(_R.id == id_).values(state=state, open=is_open))
    if not is_open:
        directives.withdraw(connection, row.store, GatherBasket, id_)
    return state


def _is_there_again(connection: Connection, row: Row[Any], state: State) -> bool:
    if state == "collected":
        return stock.last_sale(connection, row.store) > 0
    return state != "gone"


def _tell(connection: Connection, id_: str, source: str, state: State, *, event: str, at: int) -> None:
    """A web shop is no box: nobody is told there; nor do the staff of a store that a shopper's basket comes from."""
    row = find(connection, id_)
    if source != WEB and not (row and row.basket):
        news = LearnOfReservation(reservation=id_, state=state)
        named = derived("directive", event or f"{id_} {state}", source)
        directives.direct(connection, source, news, id=named, subject=id_, at=at)


def _is_later(said: Said, known: Row[Any]) -> bool:
    """By number within a log, else by the box's own clock, which an event that comes again still tells the same."""
    log_id, n, told = said
    return bool(n > known.n if log_id == known.log_id else told >= known.told)
