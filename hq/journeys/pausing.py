"""Pausing a journey, and letting it go on: a decision of a colleague, in the journal like every other."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hq import decisions
from hq.errors import InputError
from hq.journal import Kind
from hq.service import Hq
from hq.store import tables

PAUSED: Kind = "journey-paused"
RESUMED: Kind = "journey-resumed"
_DECISION = tables.decision.c


@dataclass(frozen=True, kw_only=True)
class Change:
    """`by`: the account; `at` in ms."""

    paused: bool
    at: int
    by: str


def pause(hq: Hq, journey: str, *, by: str) -> None:
    """Nothing of it goes, and nothing begins, until somebody resumes it. Raises InputError for an unknown one."""
    _decide(hq, PAUSED, journey, by)


def resume(hq: Hq, journey: str, *, by: str) -> None:
    """Raises InputError for an unknown one."""
    _decide(hq, RESUMED, journey, by)


def changes(connection: Connection, journey: str) -> list[Change]:
    """Who paused and resumed it, the latest first."""
    query = select(_DECISION.kind, _DECISION.at, _DECISION.body).where(
        _DECISION.subject == journey, _DECISION.kind.in_((PAUSED, RESUMED))
    )
    rows = connection.execute(query.order_by(_DECISION.at.desc(), _DECISION.id.desc())).all()
    return [Change(paused=row.kind == PAUSED, at=row.at, by=msgspec.json.decode(row.body)["by"]) for row in rows]


def is_paused(connection: Connection, journey: str) -> bool:
    return any(change.paused for change in changes(connection, journey)[:1])


def _decide(hq: Hq, kind: Kind, journey: str, by: str) -> None:
    _known(hq, journey)
    with hq.reading() as connection:
        since = max((change.at + 1 for change in changes(connection, journey)), default=0)
    decisions.carry_out(hq, hq.journal.append(kind, journey, since=since, by=by))


def _known(hq: Hq, journey: str) -> None:
    if journey not in [one.name for one in hq.config.journey]:
        raise InputError(f"There is no journey {journey!r}; they are declared as [[journey]] in hq.toml.")
