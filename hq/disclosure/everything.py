"""What is held, as plain values: the dossier, and what was done at screens and on the web."""

from typing import Any

from sqlalchemy import Connection, select

from edge.catalogue import Catalogue
from hq.dossier import dossier
from hq.insight.timeline import at_screens
from hq.linking.person import profiles_of
from hq.store import tables


def everything(connection: Connection, catalogue: Catalogue | None, profile: str) -> dict[str, Any]:
    """Nothing is masked. Times in milliseconds since 1970. Raises InputError for an unknown profile."""
    held = dossier(connection, profile, reveal=True)
    return held | {
        "screens": [
            {"at": one.at, "event": one.kind, "about": one.about, "where": one.where}
            for one in sorted(at_screens(connection, profile, catalogue), key=lambda one: one.at)
        ],
        "visits": _visits(connection, profile),
    }


def _visits(connection: Connection, profile: str) -> list[dict[str, Any]]:
    row = tables.web_visit.c
    query = select(row.at, row.page).where(row.profile.in_(profiles_of(profile))).order_by(row.at, row.id)
    return [dict(found._mapping) for found in connection.execute(query)]
