"""People: their own values under a key of their own, what they allowed, and what may not reach them."""

from collections.abc import Sequence
from dataclasses import dataclass

from nacl.secret import SecretBox
from nacl.utils import random
from sqlalchemy import ColumnElement, Connection, select

from edge.domain.consent import Purpose
from hq.linking.person import named, profiles_of
from hq.store import tables
from hq.store.insert import add

SCREEN = "screen"
"""`Answer.how` of a box on a store's screen, where anybody can type any address: empty is the answer no, and takes
nothing back; ticked, it undoes no no that was given otherwise."""
ASKED_ANEW: tuple[Purpose, ...] = ("back-in-stock",)
"""Each yes is a request of its own, about one article: asked for again, it holds again."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    kind: str
    digest: str
    profile: str
    """Of the person's, the one that it leads to."""
    value: str
    """In the clear."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A yes or no to one purpose, with the words that were shown ("" for a withdrawal at HQ)."""

    profile: str
    """Of the person's, the one whose address it was given with."""
    purpose: str
    granted: bool
    words: str
    version: str
    language: str
    how: str
    at: int


def new_key(connection: Connection, profile: str) -> bytes:
    """Draws and keeps the key of a new person: destroying it makes all their values unreadable."""
    key = draw_key()
    add(connection, tables.person_key, {"profile": profile, "key": key})
    return key


def draw_key() -> bytes:
    return random(SecretBox.KEY_SIZE)


def key_of(connection: Connection, profile: str) -> bytes | None:
    """None for a profile that is unknown or erased."""
    query = select(tables.person_key.c.key).where(tables.person_key.c.profile == profile)
    key: bytes | None = connection.scalar(query)
    return key


def encrypt(key: bytes, value: str) -> bytes:
    return bytes(SecretBox(key).encrypt(value.encode()))


def decrypt(key: bytes, value: bytes) -> str:
    return SecretBox(key).decrypt(value).decode()


def identities(connection: Connection, profile: str) -> list[Identity]:
    """All of a person, oldest first, decrypted: for whoever is about to write to them, or may look at them."""
    return identities_where(connection, tables.identity.c.profile.in_(profiles_of(profile)))


def identities_where(connection: Connection, whose: ColumnElement[bool]) -> list[Identity]:
    """Likewise of everybody whom this says, of the rows of `identity`."""
    row, own = tables.identity.c, tables.person_key.c
    query = select(row.kind, row.digest, row.profile, row.value, own.key).join_from(
        tables.identity, tables.person_key, own.profile == row.profile
    )
    query = query.where(whose, row.value != b"").order_by(row.created, row.digest)
    return [
        Identity(kind=r.kind, digest=r.digest, profile=r.profile, value=decrypt(r.key, r.value))
        for r in connection.execute(query)
    ]


def mail_of(connection: Connection, profile: str) -> str | None:
    """The address to write to: that of this profile, which what is written is about; without one, the one the person
    gave last."""
    return _latest(connection, profile, "mail")


def phone_of(connection: Connection, profile: str) -> str | None:
    """The number to send text messages to, chosen likewise."""
    return _latest(connection, profile, "phone")


def _latest(connection: Connection, profile: str, kind: str) -> str | None:
    known = [one for one in identities(connection, profile) if one.kind == kind]
    values = [one.value for one in sorted(known, key=lambda one: one.profile == profile)]
    return values[-1] if values else None


def answers(connection: Connection, profile: str) -> list[Answer]:
    """Every answer to every purpose, the newest first; of two in the same millisecond a no counts as the newer."""
    return answers_where(connection, tables.consent.c.profile.in_(profiles_of(profile)))


def answers_where(connection: Connection, whose: ColumnElement[bool]) -> list[Answer]:
    """Likewise of everybody whom this says, of the rows of `consent`."""
    row = tables.consent.c
    query = select(tables.consent).where(whose)
    query = query.order_by(row.at.desc(), row.granted, row.id.desc())
    names = Answer.__dataclass_fields__
    return [Answer(**{name: getattr(r, name) for name in names}) for r in connection.execute(query)]


def standing_answers(given: Sequence[Answer], purpose: Purpose) -> list[Answer]:
    """Of `given` (as `answers` orders them) one of each of the person's profiles that was asked: the latest, or the
    latest of those not given at a screen where that is a no. Nobody at a screen proves to own an address: what was
    taken back by her own link, or by somebody at HQ, comes back by her own link alone."""
    latest: dict[str, Answer] = {}
    proven: dict[str, Answer] = {}
    for answer in given:
        if answer.purpose == purpose:
            latest.setdefault(answer.profile, answer)
            if answer.how != SCREEN and purpose not in ASKED_ANEW:
                proven.setdefault(answer.profile, answer)
    return [*(latest | {profile: answer for profile, answer in proven.items() if not answer.granted}).values()]


def allowed(given: Sequence[Answer], purpose: Purpose) -> bool:
    """Whether the answers that stand are a yes, each of them: a no that was given with one address of a person is not
    undone by a yes that came with another. No answer is a no."""
    standing = standing_answers(given, purpose)
    return bool(standing) and all(answer.granted for answer in standing)


def refused(given: Sequence[Answer], purpose: Purpose) -> bool:
    """Whether any of the answers that stand is a no. No answer is none."""
    return any(not answer.granted for answer in standing_answers(given, purpose))


def ticked_since(given: Sequence[Answer], refusal: Answer) -> bool:
    """Whether a box was ticked at a screen after this no, which that does not undo."""
    same = (a for a in given if (a.profile, a.purpose) == (refusal.profile, refusal.purpose))
    return any(a.granted and a.how == SCREEN and a.at > refusal.at for a in same)


def wants(given: Sequence[Answer], purpose: Purpose) -> bool:
    """Of "reminders", "offers" and "adverts": marketing is allowed, and this part of it not refused."""
    return allowed(given, "marketing") and not refused(given, purpose)


def suppressions(connection: Connection, profile: str) -> set[str]:
    """Why nothing but what was asked for may reach this person, by any of their addresses: of "unsubscribed",
    "bounced", "erased"."""
    digests = named(connection, profile, "mail")
    query = select(tables.suppression.c.reason).where(tables.suppression.c.digest.in_(digests))
    return set(connection.scalars(query))
