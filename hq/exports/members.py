"""Who is in an audience, with what: judged at the moment of exporting, some people at a time, each time by what is
known by then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from hq import people
from hq.audience import judging
from hq.config import Config
from hq.config_marketing import Audiences
from hq.service import Hq
from hq.store import tables

AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An article that may be advertised to somebody, in the catalogue's first language."""

    sku: str
    name: str
    variant: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of an audience; values in the clear. `articles` is empty where the audience is about people alone."""

    profile: str
    language: str
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    articles: tuple[Shown, ...] = ()


def members(hq: Hq, audience: Audiences) -> Iterator[Member]:
    """Each person once, in the order of their ids. `hq.audience.goods` must follow the catalogue."""
    named = cache(partial(_shown, hq.catalogue()))
    with hq.reading() as connection:
        everybody = judging.members(connection, audience, hq.config, hq.clock())
    for begin in range(0, len(everybody), AT_ONCE):
        with hq.reading() as connection:  # a new one sees who withdrew meanwhile
            yield from _some(connection, audience, hq, everybody[begin : begin + AT_ONCE], named)


def _some(
    connection: Connection, audience: Audiences, hq: Hq, some: Sequence[str], named: Callable[[str], Shown]
) -> list[Member]:
    languages = _languages(connection, some)
    return [
        _member(connection, person, languages.get(person, ""), tuple(named(sku) for sku in skus))
        for person, skus in included(connection, audience, hq.config, hq.clock(), some).items()
    ]


def all_stand(hq: Hq, persons: Sequence[str]) -> bool:
    """Whether each of them is still somebody whom a campaign may reach: nobody of them withdrew, or was erased."""
    for begin in range(0, len(persons), AT_ONCE):
        some = persons[begin : begin + AT_ONCE]
        with hq.reading() as connection:
            why = judging.barred_persons(connection, hq.config, hq.clock(), some)
        if any(why.get(person, "unknown") for person in some):
            return False
    return True


def included(
    connection: Connection, audience: Audiences, config: Config, now: int, persons: Sequence[str]
) -> dict[str, list[str]]:
    """Of these persons those who are in the audience at this moment, with the SKUs that may be shown to them."""
    rows = judging.judged(connection, audience, config, now, persons)
    kept = groupby((row for row in rows if not row.reason), key=lambda row: row.person)
    return {person: [row.sku for row in some if row.sku] for person, some in kept}


def _member(connection: Connection, person: str, language: str, articles: tuple[Shown, ...]) -> Member:
    values = people.identities(connection, person)
    return Member(
        profile=person,
        language=language,
        mails=tuple(one.value for one in values if one.kind == "mail"),
        phones=tuple(one.value for one in values if one.kind == "phone"),
        articles=articles,
    )


def _languages(connection: Connection, persons: Sequence[str]) -> dict[str, str]:
    profile = tables.profile.c
    query = tables.profile.select().with_only_columns(profile.id, profile.language).where(profile.id.in_(persons))
    return {row.id: row.language for row in connection.execute(query)}


def _shown(catalogue: Catalogue | None, sku: str) -> Shown:
    """What is not in the catalogue is in no audience."""
    assert catalogue is not None
    item = catalogue.item(sku, next(iter(catalogue.languages), ""))
    return Shown(sku=sku, name=item.name, variant=item.variant)
