"""Box clocks are not to be trusted: what an event says about time is put right by the batch it came in.

A consent must not outlive a later withdrawal because a clock ran ahead, and a later answer of the same log must not
lose against an earlier one because the clock was set back in between. Both must hold too when a restored HQ hears an
old event again, from a box whose clock has been put right since: then only the order of what HQ knew when it decided
(`after` in the journal) tells what came first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Row, bindparam, func, null, select, union_all, update

from hq.outbox import MAIL, TEXT
from hq.store import tables
from hq.store.many import within

_MAIL, _BASKET, _CONSENT, _DECISION = tables.mail.c, tables.basket.c, tables.consent.c, tables.decision.c
_WISH, _PERSON = tables.wish.c, tables.profile.c
_EVENT: BindParameter[str] = bindparam("its_event")
_PROFILE: BindParameter[str] = bindparam("its_profile")
_DATE = (
    update(tables.basket)
    .where(_BASKET.id == bindparam("its_id"), _BASKET.event == _EVENT)
    .values(sent=bindparam("its_sent"))
)
_LATEST = (
    select(_BASKET.language).where(_BASKET.profile == _PROFILE).order_by(_BASKET.sent.desc(), _BASKET.event.desc())
)
_SPEAK = (
    update(tables.profile)
    .where(_PERSON.id == _PROFILE)
    .values(language=func.coalesce(_LATEST.limit(1).scalar_subquery(), _PERSON.language))
)
"""A person's language is that of the basket they sent last; who never sent one keeps that of their first event."""
_ANSWERED = (
    update(tables.consent).where(_CONSENT.profile == _PROFILE, _CONSENT.event == _EVENT).values(at=bindparam("its_at"))
)
_MADE = union_all(
    select(_MAIL.event, _MAIL.basket, _MAIL.profile).where(
        _MAIL.kind.in_((MAIL, TEXT)), within(_MAIL.event, "its_events")
    ),
    select(_WISH.event, null(), _WISH.profile).where(within(_WISH.event, "its_events")),
)
_WISHED = update(tables.wish).where(_WISH.event == _EVENT).values(at=bindparam("its_at"))
_GIVEN = (
    select(_CONSENT.profile, tables.event.c.log_id, tables.event.c.n, _CONSENT.at)
    .join_from(tables.consent, tables.event, tables.event.c.id == _CONSENT.event)
    .where(within(_CONSENT.profile, "its_profiles"))
)
_DECIDED = select(_DECISION.subject, _DECISION.kind, _DECISION.at, _DECISION.body).where(
    within(_DECISION.subject, "its_profiles"), _DECISION.kind.in_(("withdrawn", "granted"))
)

FARTHEST = 2**53
"""Milliseconds: what JSON carries exactly, and far from what a column holds."""


def skew_of(sent: int, received: int) -> int:
    """Box clock minus HQ clock, in milliseconds; a box may name any number as the time."""
    return max(-FARTHEST, min(sent - received, FARTHEST))


def possible(at: int, received: int) -> int:
    """`at`, or the nearest time between 1970 and when HQ heard of it."""
    return max(0, min(at, received))


@dataclass(frozen=True, kw_only=True)
class Dated:
    """An event whose rows bear times. `skew`: box clock minus HQ clock when its batch was sent; milliseconds."""

    event: str
    log: str
    n: int
    at: int
    skew: int


def settle(connection: Connection, dated: Sequence[Dated], *, received: int) -> None:
    """Corrects what these events dated, and which language their people used last. To be called when the events
    themselves are in their table. Of one person's events the earlier are through before the later."""
    made = _made(connection, [one.event for one in dated])
    rounds: list[dict[str, Dated]] = []
    for one in dated:
        if row := made.get(one.event):  # the others changed nothing that bears a time
            _next(rounds, row.profile)[row.profile] = one
    for people in rounds:
        _settle(connection, people, {one.event: made[one.event].basket for one in people.values()}, received)


def _made(connection: Connection, events: Sequence[str]) -> dict[str, Any]:
    """Basket, None of a wish, and profile by event."""
    if not events:
        return {}
    return {row.event: row for row in connection.execute(_MADE, {"its_events": events})}


def _next(rounds: list[dict[str, Dated]], profile: str) -> dict[str, Dated]:
    """The first round after the last one that this person is in."""
    after = next((place for place in range(len(rounds), 0, -1) if profile in rounds[place - 1]), 0)
    if after == len(rounds):
        rounds.append({})
    return rounds[after]


def _settle(connection: Connection, people: dict[str, Dated], baskets: dict[str, str | None], received: int) -> None:
    """One event of each of `people`."""
    when = {one.event: possible(one.at - one.skew, received) for one in people.values()}
    dates = [{"its_id": baskets[event], "its_event": event, "its_sent": at} for event, at in when.items()]
    connection.execute(_DATE, dates)
    if wished := [{"its_event": event, "its_at": at} for event, at in when.items() if baskets[event] is None]:
        connection.execute(_WISHED, wished)
    connection.execute(_SPEAK, [{"its_profile": profile} for profile in people])
    given, decided = _given(connection, people), _decided(connection, people)
    asked = []
    for profile, one in people.items():
        before = max((row.at for row in given[profile] if row.log_id == one.log and row.n < one.n), default=0)
        at = min((max(when[one.event], before + 1), *_caps(one.event, decided[profile])))
        asked.append({"its_profile": profile, "its_event": one.event, "its_at": at})
    connection.execute(_ANSWERED, asked)
    for profile, one in people.items():
        if one.at - one.skew > received:
            _doubt(connection, profile, one.event, decided[profile])


def _doubt(connection: Connection, profile: str, event: str, decided: Sequence[Row[str, str, int, str]]) -> None:
    """The box's clock was set back between event and batch, so when it happened is not known. A yes in doubt does not
    undo a no."""
    if taken_back := [row.at for row in decided if row.kind == "withdrawn"]:
        answer = tables.consent.c
        yes = update(tables.consent).where(answer.profile == profile, answer.event == event)
        doubted = yes.where(answer.granted.is_(True), answer.at >= min(taken_back))
        connection.execute(doubted.values(at=min(taken_back) - 1))


def _given(connection: Connection, people: Collection[str]) -> dict[str, list[Row[str, str, int, int]]]:
    """Every answer that these people gave on a store's screen, with the place of the event that carried it."""
    return _by_person(connection.execute(_GIVEN, {"its_profiles": people}), people)


def _decided(connection: Connection, people: Collection[str]) -> dict[str, list[Row[str, str, int, str]]]:
    return _by_person(connection.execute(_DECIDED, {"its_profiles": people}), people)


def _by_person(rows: Iterable[Any], people: Collection[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {profile: [] for profile in people}
    for row in rows:
        found[row[0]].append(row)
    return found


def _caps(event: str, decided: Sequence[Row[str, str, int, str]]) -> list[int]:
    """The latest times that `event` can have: what HQ knew of when a person decided anew came before, in that order."""
    known = [(row.at, msgspec.json.decode(row.body).get("after", [])) for row in decided]
    return [at - len(after) + after.index(event) for at, after in known if event in after]
