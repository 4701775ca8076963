"""What nobody who is known did in the web shop, kept for as long as its server may tell of it again."""

from sqlalchemy import Connection, delete, select

from hq.store.tables import web_report

KEPT = 60 * 86_400_000
"""Milliseconds, as directives are: told again later, it counts anew."""
AT_ONCE = 5_000
"""Rows of one transaction: who else writes waits no longer than for an import."""
_AT, _ID = web_report.c.at, web_report.c.id


def is_old(connection: Connection, *, now: int) -> bool:
    """Whether any is kept for longer than need be."""
    return connection.scalar(select(_ID).where(now - KEPT > _AT).limit(1)) is not None


def forget(connection: Connection, *, now: int) -> None:
    """Some of it, the oldest; an event with all of its articles."""
    some = select(_ID).where(now - KEPT > _AT).order_by(_AT, _ID).limit(AT_ONCE)
    connection.execute(delete(web_report).where(_ID.in_(some.scalar_subquery())))
