"""What projectors ask about people, looked up for a group of batches at once: a question for each event would take
longer than all the rest that is done for it, and on PostgreSQL each is a journey there and back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select

from hq import erasure
from hq.identity import LASTING
from hq.keys import Keys
from hq.projection.sealed import Address, address_in
from hq.store import tables
from hq.store.many import within
from sync.codec import Envelope
from sync.ingest import Rejected

T = TypeVar("T")
_LISTED = select(tables.erased.c.event).where(within(tables.erased.c.event, "its_events"))
_HELD, _IDENTITY = tables.suppression.c, tables.identity.c
_ERASED = select(_HELD.digest, _HELD.at).where(within(_HELD.digest, "its_digests"), _HELD.reason == erasure.REASON)
_KNOWN = (
    select(_IDENTITY.digest, tables.profile.c.id, (_IDENTITY.value == b"").label("bare"))
    .join_from(tables.identity, tables.profile)
    .where(_IDENTITY.kind.in_(LASTING), within(_IDENTITY.digest, "its_digests"))
    .order_by(tables.profile.c.id)
    .with_for_update(of=tables.profile, key_share=True)
)
"""Locked until the commit, so that an erasure of this moment comes before or after, not in between; in one order for
everybody, so that two workers wait for each other instead of one for the other."""


@dataclass(frozen=True)
class Carried:
    """An event that carries a sealed address, as it came."""

    store: str
    envelope: Envelope
    blob: bytes | None


class Ahead:
    """Answers from what was looked up ahead, and asks for itself where nothing was.

    Nothing is looked up ahead where what one event does may be undone alone: then the database says what there is.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection, self._keys = connection, keys
        self._listed: dict[str, bool] = {}
        self._addresses: dict[tuple[str, str], Address] = {}
        """By store, and hash of the event: whoever bears another one bears another address."""
        self._erased: dict[str, int | None] = {}
        self._profiles: dict[str, str | None] = {}
        self.bare: set[str] = set()
        """Identities that lead to a profile, and of which HQ has but the hash."""

    def look(self, carried: Sequence[Carried]) -> None:
        """Looks up what these events will ask."""
        self._listed |= self._found_listed([one.envelope.id for one in carried])
        for one in carried:
            if not self._listed[one.envelope.id]:
                with suppress(Rejected):  # said when it is the event's turn
                    self._addresses[one.store, one.envelope.hash] = self._opened(one)
        addresses = [each for one in self._addresses.values() for each in (one, *one.beside)]
        digests = sorted({self._digest(one) for one in addresses} - self._profiles.keys())
        if digests:
            self._erased |= self._found_erased(digests)
            self._profiles |= self._found_profiles(digests)

    def is_listed(self, event: str) -> bool:
        """Whether the event is of somebody who was erased: its address is not to be opened."""
        return _known(self._listed, event, self._found_listed)

    def address(self, carried: Carried) -> Address:
        """What the event carries. Raises Rejected."""
        known = self._addresses.get((carried.store, carried.envelope.hash))
        return self._opened(carried) if known is None else known

    def erased(self, digest: str) -> int | None:
        """When the person of this identity was erased last; None for everybody else."""
        return _known(self._erased, digest, self._found_erased)

    def profile(self, digest: str) -> str | None:
        """The profile of this identity; None where HQ meets it for the first time."""
        return _known(self._profiles, digest, self._found_profiles)

    def made(self, digest: str, profile: str) -> None:
        """From now on, until the transaction ends, this is the person's profile, though its row is written later."""
        if digest in self._profiles:
            self._profiles[digest] = profile

    def _opened(self, carried: Carried) -> Address:
        return address_in(self._keys.seal, carried.store, carried.envelope, carried.blob)

    def _digest(self, address: Address) -> str:
        return self._keys.digest_of(address.kind, address.value)

    def _found_listed(self, events: Sequence[str]) -> dict[str, bool]:
        found = set(self._connection.scalars(_LISTED, {"its_events": events}))
        return {event: event in found for event in events}

    def _found_erased(self, digests: Sequence[str]) -> dict[str, int | None]:
        found = {row.digest: row.at for row in self._connection.execute(_ERASED, {"its_digests": digests})}
        return {digest: found.get(digest) for digest in digests}

    def _found_profiles(self, digests: Sequence[str]) -> dict[str, str | None]:
        rows = self._connection.execute(_KNOWN, {"its_digests": digests}).all()
        self.bare |= {row.digest for row in rows if row.bare}
        found = {row.digest: row.id for row in rows}
        return {digest: found.get(digest) for digest in digests}


def _known(there: dict[str, T], key: str, ask: Callable[[Sequence[str]], dict[str, T]]) -> T:
    return there[key] if key in there else ask([key])[key]
