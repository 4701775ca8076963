"""Puts a message into the queue for every wish whose article is back, once.

Ids derive from the wish, so that a restored HQ makes the same ones again, and what the journal knows of them (that one
was sent) still holds.
"""

from functools import partial
from typing import Any

from sqlalchemy import Row, exists, select

from hq import decisions
from hq.ids import derived
from hq.outbox import BACK, BACK_TEXT, TOLD_BACK, queued
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables
from hq.store.insert import inserted
from hq.wishes.facts import is_there
from hq.wishes.rules import KEPT

POLL = 5.0
AT_ONCE = 500
"""Messages in one transaction."""


def wisher(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("wishes", (partial(start_all, hq), "wishes wait to be told"), poll=poll)


def start_all(hq: Hq) -> int:
    """Returns how many messages began."""
    catalogue = hq.catalogue()
    if catalogue is None:
        return 0
    back = [wish for wish in _open(hq) if is_there(catalogue, wish.sku, wish.store)]
    for at in range(0, len(back), AT_ONCE):
        with hq.engine.begin() as connection:
            for wish in back[at : at + AT_ONCE]:
                message = _message(hq, wish)
                if inserted(connection, tables.mail, message):
                    decisions.stand(connection, message["id"])
    return len(back)


def _open(hq: Hq) -> list[Row[Any]]:
    wish, mail = tables.wish.c, tables.mail.c
    begun = exists().where(mail.event == wish.event, mail.kind.in_(TOLD_BACK))
    with hq.reading() as connection:
        return list(connection.execute(select(tables.wish).where(wish.at > hq.clock() - KEPT, ~begun)))


def _message(hq: Hq, wish: Row[Any]) -> dict[str, Any]:
    kind = BACK if wish.channel == "mail" else BACK_TEXT
    return queued(
        id=derived(kind, wish.event),
        event=wish.event,
        kind=kind,
        profile=wish.profile,
        basket=None,
        message_id=f"<{kind}.{wish.event}@{hq.config.mail.domain}>",
        due=hq.clock(),
    )
