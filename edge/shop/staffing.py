"""Badge, then PIN: the badge says who it is, the PIN that it is them. What follows is a session of one browser, which
ends by itself on the box. Who came, went and was refused are events."""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from edge.domain.events import StaffRefused, StaffSignedIn, StaffSignedOut
from edge.domain.lockout import FREE
from edge.shop import pin_locks
from edge.shop.errors import BoxFullError, LockedError, NoBadgeError, StaffListError, WrongPinError
from edge.shop.records import Records, Writing
from edge.staff import Member, Roster, RosterError, pins

log = logging.getLogger(__name__)

HELD = 60.0
"""Seconds that a badge waits for its PIN."""
LONGEST = 12 * 3600.0
"""Seconds after which a session ends however much is done in it."""
Why = Literal["done", "idle", "restart", "removed"]


@dataclass(frozen=True, kw_only=True)
class Session:
    """One browser, of one member of staff, at one station."""

    token: str
    """The hash of what the browser holds."""
    staff: str
    name: str
    station: str
    opened: float
    touched: float


@dataclass(frozen=True, kw_only=True)
class _Badge:
    member: Member | None
    at: float
    trouble: str = ""


class Staffing:
    """Thread-safe. `clock` is a monotonic one in seconds; `changed(station)` is called when the station has something
    else to show."""

    def __init__(
        self,
        roster: Roster,
        records: Records,
        *,
        idle: Callable[[], float],
        changed: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`idle`: seconds without a touch or scan after which a session ends."""
        self._roster, self._records, self._idle = roster, records, idle
        self._changed, self._clock = changed, clock
        self._lock, self._trying = threading.Lock(), threading.Lock()
        self._badges: dict[str, _Badge] = {}
        self._sessions: dict[str, Session] = {}
        self._end_of_the_last_run()

    # ---- the badge -------------------------------------------------------------------------------------------------

    def badge(self, station: str, number: str) -> None:
        """A badge was held up at `station`."""
        try:
            member, trouble = self._roster.bearer(number), ""
        except RosterError as error:
            log.error("nobody can sign in: %s", error)
            member, trouble = None, StaffListError.key
        with self._lock:
            self._badges[station] = _Badge(member=member, at=self._clock(), trouble=trouble)
        if member is None and not trouble:
            with suppress(BoxFullError):  # refused all the same
                self._records.tell(StaffRefused(staff="", station=station, reason="unknown-badge"))
        self._changed(station)

    def bearer(self, station: str) -> Member | None:
        """Whose badge waits for its PIN at `station`."""
        held = self._badges.get(station)
        return held.member if held and self._clock() - held.at < HELD else None

    def refused(self, station: str) -> str:
        """Why the badge held up there leads nowhere: "unknown-badge", "staff-list" (unreadable); "" if it does."""
        held = self._badges.get(station)
        if held is None or held.member or self._clock() - held.at >= HELD:
            return ""
        return held.trouble or "unknown-badge"

    def put_away(self, station: str) -> None:
        with self._lock:
            self._badges.pop(station, None)
        self._changed(station)

    # ---- the PIN ---------------------------------------------------------------------------------------------------

    def sign_in(self, station: str, pin: str) -> str:
        """What the browser has to show from now on. Raises NoBadgeError, WrongPinError, LockedError or BoxFullError."""
        with self._trying:  # one at a time: each takes 64 MiB
            if (member := self.bearer(station)) is None:
                raise NoBadgeError("no badge was held up within the last minute")
            self._try(member, station, pin)
            token = secrets.token_urlsafe(32)
            at = self._clock()
            session = Session(
                token=_hash(token), staff=member.id, name=member.name, station=station, opened=at, touched=at
            )
            self._records.write(lambda writing: self._open(writing, member, session))
        with self._lock:
            self._sessions[session.token] = session
            self._badges.pop(station, None)
        self._changed(station)
        return token

    def _try(self, member: Member, station: str, pin: str) -> None:
        if wait := self._records.read(lambda db: pin_locks.tries(db, member, self._records.now())).left:
            self._records.tell(StaffRefused(staff=member.id, station=station, reason="locked"))
            raise LockedError(-(-wait // 60_000))
        tries = self._records.write(lambda writing: pin_locks.count_one(writing.db, member, writing.at))
        if not pins.is_right(pin, member.pin):
            self._records.tell(StaffRefused(staff=member.id, station=station, reason="wrong-pin"))
            if tries.left:
                raise LockedError(-(-tries.left // 60_000))
            raise WrongPinError(FREE - tries.failures)

    def _open(self, writing: Writing, member: Member, session: Session) -> None:
        pin_locks.clear(writing.db, member)
        row = (session.token, session.staff, session.station)
        writing.db.conn.execute("INSERT INTO staff_session VALUES (?, ?, ?)", row)
        writing.append(StaffSignedIn(staff=session.staff, station=session.station))

    # ---- the session -----------------------------------------------------------------------------------------------

    def session(self, station: str, token: str) -> Session | None:
        """Who shows `token` at `station`; None where it is nobody's, or over."""
        session = self._sessions.get(_hash(token)) if token else None
        return session if session and session.station == station and self._why_over(session) is None else None

    def at(self, station: str) -> Session | None:
        """Who was last active at `station`: a reader there reads for them."""
        here = [one for one in self._sessions.values() if one.station == station and self._why_over(one) is None]
        return max(here, key=lambda one: one.touched, default=None)

    def name(self, staff: str) -> str:
        """By which colleagues call a member; "" of one who is no longer on the list."""
        try:
            member = self._roster.member(staff)
        except RosterError:
            return ""
        return member.name if member else ""

    def touch(self, session: Session | None) -> None:
        """They are still there."""
        if session is None:
            return
        with self._lock:
            if kept := self._sessions.get(session.token):
                self._sessions[session.token] = Session(**{**vars(kept), "touched": self._clock()})

    def left(self, station: str) -> float | None:
        """Seconds until the last session at `station` ends by itself."""
        session = self.at(station)
        return max(0.0, self._idle() - (self._clock() - session.touched)) if session else None

    def sign_out(self, session: Session, why: Why = "done") -> None:
        with self._lock:
            known = self._sessions.pop(session.token, None)
        if known is None:
            return
        try:
            self._records.write(lambda writing: _close(writing, session.token, session.staff, session.station, why))
        except BoxFullError:
            log.exception("that %s signed out at %s could not be recorded", session.staff, session.station)
        self._changed(session.station)

    def sweep(self) -> Collection[str]:
        """Ends what is over. Call it every few seconds. Returns the stations where nobody is signed in any more."""
        over = [(one, why) for one in list(self._sessions.values()) if (why := self._why_over(one))]
        for session, why in over:
            self.sign_out(session, why)
        self._forget_badges()
        return {session.station for session, _ in over if self.at(session.station) is None}

    def _why_over(self, session: Session) -> Why | None:
        at = self._clock()
        if at - session.touched >= self._idle() or at - session.opened >= LONGEST:
            return "idle"
        try:
            return None if self._roster.member(session.staff) else "removed"
        except RosterError:
            return None  # a list that can't be read lets nobody in, and throws nobody out

    def _forget_badges(self) -> None:
        over = [station for station, held in list(self._badges.items()) if self._clock() - held.at >= HELD]
        for station in over:
            self.put_away(station)

    def _end_of_the_last_run(self) -> None:
        def end(writing: Writing) -> None:
            sessions = writing.db.conn.execute("SELECT token, staff, station FROM staff_session").fetchall()
            for token, staff, station in sessions:
                _close(writing, token, staff, station, "restart")

        try:
            self._records.write(end)
        except BoxFullError:
            log.exception("who was signed in before the restart could not be recorded")


def _close(writing: Writing, token: str, staff: str, station: str, why: Why) -> None:
    writing.db.conn.execute("DELETE FROM staff_session WHERE token = ?", (token,))
    writing.append(StaffSignedOut(staff=staff, station=station, reason=why))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
