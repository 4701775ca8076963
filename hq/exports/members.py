"""Who may be advertised to, with what: the rules of `hq.audience`, asked at the moment of exporting."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from edge.catalogue import Catalogue
from hq import people
from hq.audience import Decision, explain
from hq.linking.person import MEMBER
from hq.store import tables

AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person with at least one article that may be advertised to them; values in the clear."""

    profile: str
    language: str
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    articles: tuple[Decision, ...]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Somebody who sent a basket, and why nothing of it may be advertised to them (a reason of `hq.audience.rules`)."""

    profile: str
    reason: str


class Audience:
    """The members among everybody, one after the other; who was left out is counted meanwhile, by reason."""

    def __init__(self, everybody: Iterable[Member | LeftOut]) -> None:
        self._everybody = everybody
        self.people, self.left_out = 0, Counter[str]()

    def __iter__(self) -> Iterator[Member]:
        for one in self._everybody:
            if isinstance(one, LeftOut):
                self.left_out[one.reason] += 1
            else:
                self.people += 1
                yield one


def members(connection: Connection, catalogue: Catalogue | None, since: int) -> Iterator[Member | LeftOut]:
    """Everybody who sent a basket at `since` (ms) or later, each person once, in the order of their ids."""
    after = ""
    while found := _people(connection, since, after):
        for profile, language in found:
            yield _judged(connection, catalogue, profile, language)
        after = found[-1][0]


def _people(connection: Connection, since: int, after: str) -> list[tuple[str, str]]:
    basket, person = tables.basket.c, tables.profile.c
    belongs = basket.profile == MEMBER.profile
    sent = select(func.coalesce(MEMBER.person, basket.profile)).join_from(
        tables.basket, tables.member, belongs, isouter=True
    )
    sent = sent.where(basket.sent >= since)
    query = select(person.id, person.language).where(person.id > after, person.id.in_(sent)).order_by(person.id)
    return [(row.id, row.language) for row in connection.execute(query.limit(AT_ONCE))]


def _judged(connection: Connection, catalogue: Catalogue | None, profile: str, language: str) -> Member | LeftOut:
    decisions = explain(connection, catalogue, profile)
    articles = tuple(one for one in decisions if one.included)
    if not articles:
        return LeftOut(profile=profile, reason=decisions[0].reason if decisions else "empty")
    values = people.identities(connection, profile)
    return Member(
        profile=profile,
        language=language,
        mails=tuple(one.value for one in values if one.kind == "mail"),
        phones=tuple(one.value for one in values if one.kind == "phone"),
        articles=articles,
    )
