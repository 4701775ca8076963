"""What concerns whole people, for everybody at once: `hq.audience.facts.person` as a part of a query."""

from dataclasses import dataclass

from sqlalchemy import CTE, BigInteger, ColumnElement, and_, bindparam, case, func, literal, or_, select

from hq.audience.rules import RANK
from hq.people import SCREEN
from hq.store import tables

_CONSENT, _MAIL = tables.consent.c, tables.mail.c
BARRED = ("erased", "unsubscribed", "bounced")


CAP_SINCE = "its_cap_since"
"""The parameter that says since when (ms) messages count."""


@dataclass(frozen=True, kw_only=True)
class Cap:
    """Messages of these journeys to one person at most."""

    journeys: tuple[str, ...]
    most: int


def standing_of(whose: CTE, cap: Cap) -> CTE:
    """`person` and the `rank` of the first rule about them that holds, null where none does."""
    known, barred, asked, had = tables.profile.c, _barred(whose), _asked(whose), _had(whose, cap)
    rank = case(
        (barred.c.rank.is_not(None), barred.c.rank),
        (func.coalesce(asked.c.refused, 1) > 0, RANK["no-consent"]),
        (known.control.is_(True), RANK["control-group"]),
        (func.coalesce(had.c.messages, 0) >= cap.most, RANK["cap"]),
    )
    persons = select(whose.c.person).distinct().subquery()
    query = select(persons.c.person, rank.label("rank")).outerjoin(tables.profile, known.id == persons.c.person)
    for part in (barred, asked, had):
        query = query.outerjoin(part, part.c.person == persons.c.person)
    return query.cte("standing")


def _barred(whose: CTE) -> CTE:
    identity, held = tables.identity.c, tables.suppression.c
    rank = case(*((held.reason == reason, literal(RANK[reason])) for reason in BARRED))
    query = select(whose.c.person, func.min(rank).label("rank"))
    query = query.join(tables.identity, and_(identity.profile == whose.c.profile, identity.kind == "mail"))
    return query.join(tables.suppression, held.digest == identity.digest).group_by(whose.c.person).cte("barred")


def _asked(whose: CTE) -> CTE:
    """As `people.standing_answers`: of each profile the latest answers stand, and the latest not given at a screen
    where that is a no; one no among those of a person is a no. Marketing must have been answered; of adverts, which
    narrow it, no answer is no refusal."""
    order = (_CONSENT.at.desc(), _CONSENT.granted, _CONSENT.id.desc())
    of, at_a_screen = (_CONSENT.profile, _CONSENT.purpose), _CONSENT.how == SCREEN
    latest: ColumnElement[int] = func.row_number().over(partition_by=of, order_by=order)
    own = func.row_number().over(partition_by=of, order_by=(case((at_a_screen, 1), else_=0), *order))
    proven = case((and_(own == 1, ~at_a_screen), 1), else_=0)
    answers = (
        select(whose.c.person, _CONSENT.purpose, _CONSENT.granted, latest.label("place"), proven.label("proven"))
        .join(tables.consent, _CONSENT.profile == whose.c.profile)
        .where(_CONSENT.purpose.in_(("marketing", "adverts")))
        .subquery()
    )
    refused = func.max(case((answers.c.granted.is_(True), 0), else_=1))
    answered = func.max(case((answers.c.purpose == "marketing", 1), else_=0))
    query = select(answers.c.person, case((answered == 0, 1), else_=refused).label("refused"))
    return query.where(or_(answers.c.place == 1, answers.c.proven == 1)).group_by(answers.c.person).cte("asked")


def _had(whose: CTE, cap: Cap) -> CTE:
    those = (_MAIL.kind.in_(cap.journeys), _MAIL.state == "sent", _MAIL.sent > bindparam(CAP_SINCE, type_=BigInteger))
    query = select(whose.c.person, func.count().label("messages")).join(tables.mail, _MAIL.profile == whose.c.profile)
    return query.where(*those).group_by(whose.c.person).cte("had")
