"""Lists that staff makes by scanning, one article after the other: of a count, or of shelf labels to be printed. They
stay when somebody looks at something else meanwhile, and over a restart."""

from collections.abc import Callable

from edge.catalogue import Shelf
from edge.domain.counting import MOST_ARTICLES, MOST_PIECES, Reason
from edge.shop import tallies
from edge.shop.errors import ListFullError, NothingListedError, UnknownArticleError
from edge.shop.records import Records, Writing
from edge.shop.screens import Purpose
from edge.shop.staffing import Session
from edge.shop.stocktaking import Stocktaking
from edge.shop.tallies import Entry


class Tallying:
    """Thread-safe. `changed(station)` is called when its list is another. Every act names the session that does it."""

    def __init__(
        self, records: Records, shelf: Shelf, stocktaking: Stocktaking, *, changed: Callable[[str], None]
    ) -> None:
        self._records, self._shelf, self._stocktaking, self._changed = records, shelf, stocktaking, changed

    def entries(self, station: str, purpose: Purpose) -> list[Entry]:
        """What was touched last stands first."""
        return self._records.read(lambda db: tallies.load(db, station, purpose))

    def add(self, session: Session, purpose: Purpose, sku: str, pieces: int = 1) -> None:
        """So many more of it; it goes to the top."""
        self._put(session, purpose, sku, lambda before: before + pieces, first=True)

    def put(self, session: Session, purpose: Purpose, sku: str, pieces: int) -> None:
        """So many of it, wherever it stands in the list."""
        self._put(session, purpose, sku, lambda before: pieces, first=False)

    def remove(self, session: Session, purpose: Purpose, sku: str) -> None:
        self._do(session, lambda writing: tallies.remove(writing.db, session.station, purpose, sku))

    def clear(self, session: Session, purpose: Purpose) -> None:
        self._do(session, lambda writing: tallies.clear(writing.db, session.station, purpose))

    def save_count(self, session: Session, reason: Reason) -> int:
        """What was counted is this store's stock from now on, and HQ hears of it. Returns the number of articles."""

        def save(writing: Writing) -> dict[str, int]:
            pieces = {entry.sku: entry.pieces for entry in tallies.load(writing.db, session.station, "count")}
            if not pieces:
                raise NothingListedError("nothing is counted yet")
            tallies.clear(writing.db, session.station, "count")
            return pieces

        return self._stocktaking.correct(session, reason, save)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _put(self, session: Session, purpose: Purpose, sku: str, pieces: Callable[[int], int], *, first: bool) -> None:
        if self._shelf.current().by_sku(sku) is None:
            raise UnknownArticleError(f"no article {sku!r} in the catalogue")

        def put(writing: Writing) -> None:
            known = {e.sku: e.pieces for e in tallies.load(writing.db, session.station, purpose)}
            if sku not in known and len(known) >= MOST_ARTICLES:
                raise ListFullError(f"a list holds {MOST_ARTICLES} articles at most")
            wanted = min(max(0, pieces(known.get(sku, 0))), MOST_PIECES)
            tallies.put(writing.db, session.station, purpose, Entry(sku=sku, pieces=wanted), first=first)

        self._do(session, put)

    def _do(self, session: Session, do: Callable[[Writing], None]) -> None:
        self._records.write(do)
        self._changed(session.station)
