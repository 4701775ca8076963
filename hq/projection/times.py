"""Box clocks are not to be trusted: what an event says about time is put right by the batch it came in.

A consent must not outlive a later withdrawal because a clock ran ahead, and a later answer of the same log must not
lose against an earlier one because the clock was set back in between. Both must hold too when a restored HQ hears an
old event again, from a box whose clock has been put right since: then only the order of what HQ knew when it decided
(`after` in the journal) tells what came first.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Row, func, select, update

from hq.store import tables

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
    mail = tables.mail.c
    query = select(mail.basket, mail.profile).where(mail.event == event, mail.kind == "basket")
    if (made := connection.execute(query).first()) is None:
        return  # it changed nothing that bears a time
    corrected = possible(at - skew, received)
    basket = tables.basket.c
    dated = update(tables.basket).where(basket.id == made.basket, basket.event == event)
    connection.execute(dated.values(sent=corrected))
    _speak(connection, made.profile)
    _date_answers(connection, event, made.profile, corrected, doubtful=at - skew > received)


def _speak(connection: Connection, profile: str) -> None:
    """A person's language is that of the basket they sent last."""
    basket, person = tables.basket.c, tables.profile.c
    latest = select(basket.language).where(basket.profile == profile).order_by(basket.sent.desc(), basket.event.desc())
    spoken = latest.limit(1).scalar_subquery()
    connection.execute(update(tables.profile).where(person.id == profile).values(language=spoken))


def _date_answers(connection: Connection, event: str, profile: str, corrected: int, *, doubtful: bool) -> None:
    """`doubtful`: the box's clock was set back between event and batch, so when it happened is not known. A yes in
    doubt does not undo a no."""
    consent = tables.consent.c
    asked = max(corrected, _latest_before(connection, event, profile) + 1)
    decided = _decisions(connection, profile)
    asked = min((asked, *_caps(event, decided)))
    answers = update(tables.consent).where(consent.profile == profile, consent.event == event)
    connection.execute(answers.values(at=asked))
    if doubtful and (taken_back := [row.at for row in decided if row.kind == "withdrawn"]):
        yes = answers.where(consent.granted.is_(True), consent.at >= min(taken_back))
        connection.execute(yes.values(at=min(taken_back) - 1))


def _decisions(connection: Connection, profile: str) -> Sequence[Row[str, int, str]]:
    decision = tables.decision.c
    query = select(decision.kind, decision.at, decision.body).where(decision.subject == profile)
    return connection.execute(query.where(decision.kind.in_(("withdrawn", "granted")))).all()


def _caps(event: str, decided: Sequence[Row[str, int, str]]) -> list[int]:
    """The latest times that `event` can have: what HQ knew of when a person decided anew came before, in that order."""
    known = [(row.at, msgspec.json.decode(row.body).get("after", [])) for row in decided]
    return [at - len(after) + after.index(event) for at, after in known if event in after]


def _latest_before(connection: Connection, event: str, profile: str) -> int:
    """The time of the same person's latest answer in the same log before `event`."""
    this, other, consent = tables.event.alias(), tables.event.alias(), tables.consent.c
    query = (
        select(func.max(consent.at))
        .join_from(this, other, this.c.log_id == other.c.log_id)
        .join(tables.consent, consent.event == other.c.id)
        .where(this.c.id == event, other.c.n < this.c.n, consent.profile == profile)
    )
    return connection.scalar(query) or 0
