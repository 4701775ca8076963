"""What staff asks other stores to put aside for a shopper. HQ passes it on as a directive, and what is answered comes
back as one; while the line is down both wait.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import msgspec
import sqlite_utils

from edge.catalogue import Shelf
from edge.domain.article import WEB, Stock
from edge.domain.basket import MOST_OF_ONE
from edge.domain.directives import LearnOfReservation
from edge.domain.events import ArticleReserved, ReservationReleased
from edge.domain.reservation import OPEN, Reservation
from edge.shop.errors import BadQuantityError, NoSuchReservationError, NoSuchStoreError, UnknownArticleError
from edge.shop.records import Records, Writing
from edge.shop.staffing import Session

AFTERWARDS = 2 * 86_400_000
"""Milliseconds after its time for which a reservation is still shown."""
_decoder = msgspec.json.Decoder(Reservation)


class Reserving:
    """Thread-safe. `hold_ms` says for how long an article is put aside; `changed` is called when staff has something
    else to see."""

    def __init__(
        self, store: str, hold_ms: Callable[[], int], records: Records, shelf: Shelf, *, changed: Callable[[], None]
    ) -> None:
        self._store, self._hold_ms, self._records, self._shelf, self._changed = store, hold_ms, records, shelf, changed

    # ---- looking -----------------------------------------------------------------------------------------------------

    def all(self) -> list[Reservation]:
        """Each as it stands now, the latest first."""
        now = self._records.now()
        return [replace(one, state=one.stands(now)) for one in self._records.read(_load)]

    def of(self, skus: Collection[str]) -> list[Reservation]:
        return [one for one in self.all() if one.item.sku in skus]

    def less(self, counts: Iterable[Stock]) -> list[Stock]:
        """`counts`, without the pieces that HQ has not heard of yet: from then on its own counts are without them."""
        taken = Counter[tuple[str, str]]()
        for one in self.all():
            taken[one.item.sku, one.store] += one.quantity if one.state == "sending" else 0
        return [_less(count, taken[count.sku, count.store]) for count in counts]

    def until(self) -> int:
        """When the time of what is reserved now would be over, ms since 1970."""
        return self._records.now() + self._hold_ms()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def reserve(self, session: Session, sku: str, store: str, language: str, quantity: int = 1) -> Reservation:
        """Raises UnknownArticleError, NoSuchStoreError, BadQuantityError or BoxFullError, having changed nothing."""
        catalogue = self._shelf.current()
        if store in (self._store, WEB) or catalogue.store(store) is None:
            raise NoSuchStoreError(f"there is no other store {store!r}")
        if not 1 <= quantity <= MOST_OF_ONE:
            raise BadQuantityError(f"1 to {MOST_OF_ONE} pieces can be reserved, not {quantity}")
        try:
            item = catalogue.item(sku, language)
        except KeyError as error:
            raise UnknownArticleError(f"no article {sku!r} in the catalogue") from error

        def run(writing: Writing) -> Reservation:
            made, until = writing.at, writing.at + self._hold_ms()
            asked = {"store": store, "item": item, "quantity": quantity, "until": until}
            one = Reservation(id=writing.new_id(), made=made, **asked)  # type: ignore[arg-type]
            by = {"staff": session.staff, "station": session.station}
            writing.append(ArticleReserved(reservation=one.id, **by, **asked))  # type: ignore[arg-type]
            _save(writing.db, one)
            return one

        one = self._records.write(run)
        self._changed()
        return one

    def release(self, session: Session, reservation: str) -> None:
        """The shopper does not want it any more. Raises NoSuchReservationError."""

        def run(writing: Writing) -> None:
            one = _find(writing.db, reservation)
            if one is None or one.stands(writing.at) not in OPEN:
                raise NoSuchReservationError("nothing is put aside under this id (any more)")
            _save(writing.db, replace(one, state="put-back"))
            by = {"staff": session.staff, "station": session.station}
            writing.append(ReservationReleased(reservation=reservation, **by))

        self._records.write(run)
        self._changed()

    def learn(self, writing: Writing, told: LearnOfReservation) -> None:
        """HQ's directive. What this store no longer knows of is no matter."""
        if one := _find(writing.db, told.reservation):
            _save(writing.db, replace(one, state=told.state))

    def sweep(self) -> None:
        """Forgets what is long over."""
        before = self._records.now() - AFTERWARDS
        old = "SELECT 1 FROM reservation WHERE until < ? LIMIT 1"
        if self._records.read(lambda db: db.conn.execute(old, (before,)).fetchone()):
            self._records.write(lambda writing: _forget(writing.db, before))


def _less(count: Stock, taken: int) -> Stock:
    return replace(count, quantity=max(0, count.quantity - taken)) if taken else count


def _load(db: sqlite_utils.Database) -> list[Reservation]:
    rows = db.conn.execute("SELECT doc FROM reservation ORDER BY until DESC, id DESC").fetchall()
    return [_decoder.decode(row[0]) for row in rows]


def _find(db: sqlite_utils.Database, id_: str) -> Reservation | None:
    row = db.conn.execute("SELECT doc FROM reservation WHERE id = ?", (id_,)).fetchone()
    return _decoder.decode(row[0]) if row else None


def _save(db: sqlite_utils.Database, one: Reservation) -> None:
    row = (one.id, one.until, msgspec.json.encode(one).decode())
    db.conn.execute("INSERT OR REPLACE INTO reservation VALUES (?, ?, ?)", row)


def _forget(db: sqlite_utils.Database, before: int) -> None:
    db.conn.execute("DELETE FROM reservation WHERE until < ?", (before,))
