"""Baskets that are shared: a link shows one to whoever has it, and changes nothing. Whoever holds the basket ends that.

The link names the basket to HQ alone, and is sealed with how often sharing was ended before: no row is kept of it, and
the next one is another.
"""

import hmac

from sqlalchemy import Connection, func, select

from hq import links
from hq.keys import Keys
from hq.store import tables

ENDED = "lending-ended"


def link(connection: Connection, of: links.Links, basket: str) -> str:
    """The one that opens the basket now."""
    return of.lent(basket, ended(connection, basket))


def opened(connection: Connection, keys: Keys, text: str) -> str | None:
    """The basket that a link's token opens; None for one that was ended, or was not made here."""
    if not (basket := links.basket_lent(keys.link, text)):
        return None
    right = links.lent(keys.link, basket, ended(connection, basket))
    return basket if hmac.compare_digest(right.encode(), text.encode("utf-8", "replace")) else None


def ended(connection: Connection, basket: str) -> int:
    entry = tables.decision.c
    query = select(func.count()).where(entry.subject == basket, entry.kind == ENDED)
    return connection.scalar(query) or 0
