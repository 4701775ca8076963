"""What a database says, as one hash: of everything, or of what derives from the boxes' events and the journal.

A table's rows go into a sum of their hashes, which needs no order: databases sort text in their own ways, and an order
that needs the memory of a whole table is no order for a backup.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, select

from hq.outbox import MAIL, TEXT
from hq.store import tables as t
from hq.store.tables import metadata

READ = 2_000
"""Rows fetched at a time."""
MODULUS = 2**256

DERIVED: dict[Table, tuple[str, ...]] = {
    t.event: ("id", "store", "kind", "at", "body", "seal"),
    t.quarantine: ("event_id", "store", "kind", "at", "body", "blob", "seal"),
    t.profile: ("id", "language", "control"),
    t.person_key: ("profile",),
    t.identity: ("kind", "digest", "profile"),
    t.link: tuple(t.link.c.keys()),
    t.ruling: ("one", "other", "entry", "together"),
    t.member: tuple(t.member.c.keys()),
    t.consent: ("profile", "purpose", "granted", "words", "words_hash", "version", "language", "how", "event"),
    t.suppression: ("digest", "reason", "at"),
    t.erased: ("event",),
    t.decision: ("id", "kind", "subject", "at", "body"),
    t.basket: ("id", "profile", "store", "station", "event", "language", "shop_id", "told"),
    t.basket_line: tuple(t.basket_line.c.keys()),
    t.mail: ("id", "event", "kind", "profile", "basket", "state", "message_id"),
    t.wish: ("event", "profile", "sku", "store", "language", "channel"),
    t.web_event: tuple(t.web_event.c.keys()),
    t.day_count: tuple(t.day_count.c.keys()),
    t.day_station: tuple(t.day_station.c.keys()),
    t.day_search: tuple(t.day_search.c.keys()),
    t.order_line: tuple(t.order_line.c.keys()),
    t.coupon: tuple(t.coupon.c.keys()),
    t.coupon_use: ("id", "coupon", "store", "basket", "by_order", "outcome", "released"),
    t.feed_position: ("store", "feed", "epoch", "n"),
    t.certificate: tuple(t.certificate.c.keys()),
}
LEFT_OUT: dict[Table, tuple[str, ...]] = {t.identity: ("cookie",), t.decision: ("backed-up", "restored")}
ALONE: dict[Table, tuple[str, ...]] = {t.mail: (MAIL, TEXT)}
"""Kinds of rows: those that do not count, and those that alone do. Other messages begin when their time has come, or
stock has: which of them stand in the queue depends on when one looks."""


class Sum:
    """Grows with every row added, in any order."""

    def __init__(self) -> None:
        self._sum = self.rows = 0

    def add(self, row: Sequence[Any]) -> None:
        self._sum = (self._sum + int.from_bytes(sha256(repr(tuple(row)).encode()).digest(), "big")) % MODULUS
        self.rows += 1

    def __str__(self) -> str:
        return f"{self.rows} {self._sum:x}"


def state_hash(connection: Connection, tables: list[Table] | None = None) -> str:
    """SHA-256 in hex over every row of `tables` (all by default): the same in SQLite and PostgreSQL."""
    return combined({table.name: summed(rows_of(connection, table)) for table in tables or metadata.sorted_tables})


def derived_hash(connection: Connection) -> str:
    """SHA-256 in hex over what the boxes' events and the journal say, whenever and in whatever order HQ heard it.

    Left out are times that depend on when HQ received an event (also those corrected by it: of events that come again
    the delay, and so the last milliseconds, differ); `stands` holds what these times decide, whether the latest answer
    to each purpose is a yes. Left out, too: automatic ids; where an event lies (log, number, hash: after a fork one may
    be kept under either log) and all other bookkeeping of the line; drawn keys and what is encrypted under them;
    retries and errors of mails; cookies, page visits and what web shops report of nobody, which nobody can tell again;
    what became of baskets (`hq.outcomes`), which follows times and visits; and what operators bring from elsewhere:
    catalogue, versions published, settings. The journal's notes of backups and
    restores are no decisions.
    """
    return combined(derived_sums(connection))


def derived_sums(connection: Connection) -> dict[str, Sum]:
    """By table, what `derived_hash` is made of: tells where two databases differ."""
    sums = {table.name: summed(rows_of(connection, table, names)) for table, names in DERIVED.items()}
    return sums | {"stands": summed(_standing(connection))}


def rows_of(connection: Connection, table: Table, names: Iterable[str] = ()) -> Iterator[Sequence[Any]]:
    """The rows of `table`, read a few at a time."""
    query = select(*(table.c[name] for name in names)) if names else select(table)
    if names and table in LEFT_OUT:
        query = query.where(table.c.kind.not_in(LEFT_OUT[table]))
    if names and table in ALONE:
        query = query.where(table.c.kind.in_(ALONE[table]))
    options = {"stream_results": True, "max_row_buffer": READ}
    with connection.execute(query, execution_options=options) as result:
        for part in result.partitions(READ):
            yield from part


def summed(rows: Iterable[Sequence[Any]]) -> Sum:
    total = Sum()
    for row in rows:
        total.add(row)
    return total


def combined(sums: dict[str, Sum]) -> str:
    said = "".join(f"{name} {total}\n" for name, total in sorted(sums.items()))
    return sha256(said.encode()).hexdigest()


def _standing(connection: Connection) -> Iterator[tuple[str, str, bool]]:
    """(profile, purpose, yes or no): the latest answer, of two at once the no (as `hq.people.answers` has it)."""
    latest: dict[tuple[str, str], tuple[int, bool]] = defaultdict(lambda: (-1, False))
    for profile, purpose, granted, at in rows_of(connection, t.consent, ("profile", "purpose", "granted", "at")):
        latest[profile, purpose] = max(latest[profile, purpose], (at, not granted))
    for (profile, purpose), (_, no) in latest.items():
        yield profile, purpose, not no
