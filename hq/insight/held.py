"""What stores put aside for each other and for the web shop, for who is asked about it: what is open first."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from edge.catalogue import Catalogue
from edge.domain import pickup
from edge.domain.article import WEB
from edge.domain.reservation import OPEN, State
from hq.store.tables import reservation

MOST = 200
_R = reservation.c
WORDS: dict[str, str] = {
    "passed": "on its way there",
    "waiting": "in their queue",
    "aside": "put aside",
    "gone": "not there any more",
    "collected": "collected",
    "put-back": "not needed any more",
    "lapsed": "time is over",
    "refused": "their box is too old",
}


@dataclass(frozen=True, kw_only=True)
class Held:
    """`who` asks `place`; `until` in ms since 1970, 0: no end."""

    code: str
    what: str
    quantity: int
    who: str
    place: str
    state: State
    said: str
    is_open: bool
    until: int


def latest(connection: Connection, catalogue: Catalogue | None) -> list[Held]:
    """Those that both sides know of."""
    query = select(reservation).where(_R.source != "").order_by(_R.open.desc(), _R.until.desc(), _R.id).limit(MOST)
    return [_held(row, catalogue) for row in connection.execute(query)]


def _held(row: Row[tuple[object, ...]], catalogue: Catalogue | None) -> Held:
    """A shopper's own basket and an order may hold many articles: of them the queue of the store tells."""
    return Held(
        code=pickup.spelled(pickup.code(row.basket or row.id)),
        what=_article(row.sku, catalogue)
        if row.sku
        else "A shopper’s basket"
        if row.basket
        else "An order of the web shop",
        quantity=row.quantity if row.sku else 0,
        who="Web shop" if row.source == WEB else _named(row.source, catalogue),
        place=_named(row.store, catalogue),
        state=row.state,
        said=WORDS.get(row.state, row.state),
        is_open=row.state in OPEN,
        until=row.until,
    )


def _article(sku: str, catalogue: Catalogue | None) -> str:
    if catalogue is None or catalogue.by_sku(sku) is None:
        return sku
    item = catalogue.item(sku, "en")
    return f"{item.name}, {item.variant}" if item.variant else item.name


def _named(store: str, catalogue: Catalogue | None) -> str:
    known = catalogue.store(store) if catalogue else None
    return known.name if known else store
