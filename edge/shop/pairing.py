"""Which browsers and programs may be a station: a code that staff shows, good once and for five minutes, is exchanged
for a token that only its bearer holds. The box keeps hashes."""

import logging
import secrets
import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlite_utils

from edge.shop.errors import PairingRefusedError, ShopError
from edge.shop.records import Records, Writing
from sync.allowance import Allowance

log = logging.getLogger(__name__)

GOOD_MS = 5 * 60_000
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No letter that looks like a digit."""
LENGTH = 8
RATE, BURST = 0.2, 10
"""Codes that may be tried a second: with 32 letters in 8 places nobody guesses one in five minutes."""


@dataclass(frozen=True, kw_only=True)
class Paired:
    """`id` names it in lists; `since` is in ms since 1970 UTC."""

    id: str
    station: str
    since: int


class Pairing:
    """Thread-safe. `ended(station)` is called when a token of that station stops being one."""

    def __init__(
        self,
        records: Records,
        stations: Container[str],
        *,
        required: bool,
        ended: Callable[[str], None] = lambda station: None,
    ) -> None:
        self.required, self.stations = required, stations
        self._records, self._ended = records, ended
        self._lock, self._allowance = threading.Lock(), Allowance(RATE, BURST)

    def offer(self, station: str) -> str:
        """A code for `station`, such as "K7QM-3TXB". Raises ShopError or BoxFullError."""
        self._check(station)
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        self._records.write(lambda writing: self._keep_offer(writing, station, code))
        return f"{code[:4]}-{code[4:]}"

    def accept(self, station: str, code: str) -> str:
        """The token for who brings this code. Raises PairingRefusedError or BoxFullError."""
        with self._lock:
            if not self._allowance.take():
                raise PairingRefusedError("too many codes were tried: wait a minute")
        token = secrets.token_urlsafe(32)
        self._records.write(lambda writing: self._exchange(writing, station, code, token))
        log.info("a screen was paired as %s", station)
        return token

    def issue(self, station: str) -> str:
        """A token without a code, for whoever runs the box itself. Raises ShopError or BoxFullError."""
        self._check(station)
        token = secrets.token_urlsafe(32)
        self._records.write(lambda writing: self._admit(writing, station, token))
        return token

    def holds(self, token: str, station: str) -> bool:
        return bool(token) and self.station_of(token) == station

    def station_of(self, token: str) -> str:
        """Whose token it is; "" where it is none (any more)."""
        sql = "SELECT station FROM paired WHERE token = ?"
        row = self._records.read(lambda db: db.conn.execute(sql, (_hash(token),)).fetchone())
        return str(row[0]) if row else ""

    def admits(self, token: str, station: str) -> bool:
        """Whether who shows `token`, "" for none, may be `station`."""
        return not self.is_locked(station) and (not self.required or self.holds(token, station))

    def is_locked(self, station: str) -> bool:
        return self._records.read(lambda db: _is_locked(db, station))

    def lock(self, writing: Writing, station: str, *, locked: bool) -> None:
        """Locks it out, with all that is paired as it; or lets it be paired again. Raises ShopError."""
        self._check(station)
        connection = writing.db.conn
        if not locked:
            connection.execute("DELETE FROM locked WHERE station = ?", (station,))
            return
        connection.execute("INSERT OR IGNORE INTO locked VALUES (?, ?)", (station, writing.at))
        connection.execute("DELETE FROM paired WHERE station = ?", (station,))
        connection.execute("DELETE FROM pairing_code WHERE station = ?", (station,))

    def paired(self) -> Sequence[Paired]:
        """The oldest first."""
        rows = self._records.read(_all)
        return [Paired(id=token[:8], station=station, since=since) for token, station, since in rows]

    def revoke(self, paired_id: str) -> Paired:
        """Raises ShopError where nobody has this id."""
        known = next((one for one in self.paired() if one.id == paired_id), None)
        if known is None:
            raise ShopError(f"nothing paired has the id {paired_id[:40]!r}: tote station list names them")
        self._records.write(lambda writing: _forget(writing, known))
        self._ended(known.station)
        return known

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _check(self, station: str) -> None:
        if station not in self.stations:
            raise ShopError(f"there is no station {station[:40]!r} in the settings")

    def _keep_offer(self, writing: Writing, station: str, code: str) -> None:
        _refuse_locked(writing, station)
        writing.db.conn.execute("DELETE FROM pairing_code WHERE expires <= ?", (writing.at,))
        row = (_hash(code), station, writing.at + GOOD_MS)
        writing.db.conn.execute("INSERT INTO pairing_code VALUES (?, ?, ?)", row)

    def _exchange(self, writing: Writing, station: str, code: str, token: str) -> None:
        sql = "DELETE FROM pairing_code WHERE code = ? AND station = ? AND expires > ?"
        if writing.db.conn.execute(sql, (_hash(_plain(code)), station, writing.at)).rowcount != 1:
            raise PairingRefusedError("this code is none, or was used, or is older than five minutes")
        self._admit(writing, station, token)

    def _admit(self, writing: Writing, station: str, token: str) -> None:
        _refuse_locked(writing, station)
        writing.db.conn.execute("INSERT INTO paired VALUES (?, ?, ?)", (_hash(token), station, writing.at))


def _is_locked(db: sqlite_utils.Database, station: str) -> bool:
    return db.conn.execute("SELECT 1 FROM locked WHERE station = ?", (station,)).fetchone() is not None


def _refuse_locked(writing: Writing, station: str) -> None:
    if _is_locked(writing.db, station):
        raise PairingRefusedError(f"station {station} is locked out: HQ lets it in again (tote-hq box do STORE unlock)")


def _plain(typed: str) -> str:
    """As it was drawn, however it was typed."""
    return "".join(typed.upper().split()).replace("-", "")[:64]


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _all(db: sqlite_utils.Database) -> list[tuple[str, str, int]]:
    return list(db.conn.execute("SELECT token, station, since FROM paired ORDER BY since, token").fetchall())


def _forget(writing: Writing, known: Paired) -> None:
    writing.db.conn.execute("DELETE FROM paired WHERE substr(token, 1, 8) = ?", (known.id,))
