"""Box clocks are not to be trusted: what an event says about time is put right by the batch it came in.

A consent must not outlive a later withdrawal because a clock ran ahead, and a later answer of the same log must not
lose against an earlier one because the clock was set back in between. Both must hold too when a restored HQ hears an
old event again, from a box whose clock has been put right since: then only the order of what HQ knew when it decided
(`after` in the journal) tells what came first.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BindParameter, Connection, Row, bindparam, func, select, update

from hq.store import tables

_MAIL, _BASKET, _CONSENT, _DECISION = tables.mail.c, tables.basket.c, tables.consent.c, tables.decision.c
_EVENT: BindParameter[str] = bindparam("its_event")
_PROFILE: BindParameter[str] = bindparam("its_profile")
_MADE = select(_MAIL.basket, _MAIL.profile).where(_MAIL.event == _EVENT, _MAIL.kind == "basket")
_DATE = (
    update(tables.basket)
    .where(_BASKET.id == bindparam("its_id"), _BASKET.event == _EVENT)
    .values(sent=bindparam("its_sent"))
)
_LATEST = (
    select(_BASKET.language).where(_BASKET.profile == _PROFILE).order_by(_BASKET.sent.desc(), _BASKET.event.desc())
)
_SPEAK = (
    update(tables.profile).where(tables.profile.c.id == _PROFILE).values(language=_LATEST.limit(1).scalar_subquery())
)
"""A person's language is that of the basket they sent last."""
_THIS, _OTHER = tables.event.alias(), tables.event.alias()
_BEFORE = (
    select(func.max(_CONSENT.at))
    .select_from(tables.consent)
    .join(_OTHER, _OTHER.c.id == func.coalesce(_CONSENT.event, ""))
    .join(_THIS, (_THIS.c.id == _EVENT) & (func.coalesce(_OTHER.c.log_id, "") == _THIS.c.log_id))
    .where(_CONSENT.profile == _PROFILE, _OTHER.c.n < _THIS.c.n)
)
"""The time of the same person's latest answer in the same log before the event. `coalesce` keeps SQLite from starting
with all events of the log, or all answers: a person has few."""
_DECIDED = select(_DECISION.kind, _DECISION.at, _DECISION.body).where(
    _DECISION.subject == _PROFILE, _DECISION.kind.in_(("withdrawn", "granted"))
)
_ANSWERED = (
    update(tables.consent).where(_CONSENT.profile == _PROFILE, _CONSENT.event == _EVENT).values(at=bindparam("its_at"))
)

FARTHEST = 2**53
"""Milliseconds: what JSON carries exactly, and far from what a column holds."""


def skew_of(sent: int, received: int) -> int:
    """Box clock minus HQ clock, in milliseconds; a box may name any number as the time."""
    return max(-FARTHEST, min(sent - received, FARTHEST))


def possible(at: int, received: int) -> int:
    """`at`, or the nearest time between 1970 and when HQ heard of it."""
    return max(0, min(at, received))


def settle(connection: Connection, event: str, *, at: int, skew: int, received: int) -> None:
    """Corrects what `event` dated, and which language its person used last. `skew`: box clock minus HQ clock when the
    batch was sent; all in milliseconds. To be called when the event itself is in its table."""
    if (made := connection.execute(_MADE, {"its_event": event}).first()) is None:
        return  # it changed nothing that bears a time
    corrected = possible(at - skew, received)
    connection.execute(_DATE, {"its_id": made.basket, "its_event": event, "its_sent": corrected})
    connection.execute(_SPEAK, {"its_profile": made.profile})
    _date_answers(connection, event, made.profile, corrected, doubtful=at - skew > received)


def _date_answers(connection: Connection, event: str, profile: str, corrected: int, *, doubtful: bool) -> None:
    """`doubtful`: the box's clock was set back between event and batch, so when it happened is not known. A yes in
    doubt does not undo a no."""
    before = connection.scalar(_BEFORE, {"its_event": event, "its_profile": profile}) or 0
    decided = connection.execute(_DECIDED, {"its_profile": profile}).all()
    asked = min((max(corrected, before + 1), *_caps(event, decided)))
    connection.execute(_ANSWERED, {"its_profile": profile, "its_event": event, "its_at": asked})
    if doubtful and (taken_back := [row.at for row in decided if row.kind == "withdrawn"]):
        answer = tables.consent.c
        yes = update(tables.consent).where(answer.profile == profile, answer.event == event)
        doubted = yes.where(answer.granted.is_(True), answer.at >= min(taken_back))
        connection.execute(doubted.values(at=min(taken_back) - 1))


def _caps(event: str, decided: Sequence[Row[str, int, str]]) -> list[int]:
    """The latest times that `event` can have: what HQ knew of when a person decided anew came before, in that order."""
    known = [(row.at, msgspec.json.decode(row.body).get("after", [])) for row in decided]
    return [at - len(after) + after.index(event) for at, after in known if event in after]
