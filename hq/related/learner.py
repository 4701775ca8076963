"""The thread that learns anew what goes with what, as often as the settings say, and publishes what came of it."""

import logging
from functools import partial

from hq.feeds.unasked import publish_unasked
from hq.recurring import Recurring
from hq.related.counting import Rules
from hq.related.keeping import keep
from hq.related.learning import learn
from hq.service import Hq
from hq.store.insert import put
from hq.store.tables import setting

log = logging.getLogger(__name__)

POLL = 60.0
LEARNED = "related.learned"
"""The setting that says when it was last done, in milliseconds since 1970."""
HOUR = 3_600_000


def learner(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("related", (partial(_when_due, hq), "what goes with what could not be learned"), poll=poll)


def _when_due(hq: Hq) -> None:
    if hq.config.related.every_hours and due(hq):
        renew(hq)


def due(hq: Hq) -> bool:
    with hq.reading() as connection:
        query = setting.select().where(setting.c.key == LEARNED)
        row = connection.execute(query).first()
    last = int(row.value) if row else 0
    return not last <= hq.clock() < last + hq.config.related.every_hours * HOUR


def renew(hq: Hq) -> int:
    """Learn, keep, publish. Returns for how many products the list is another one than before."""
    rules, now = rules_of(hq), hq.clock()
    with hq.reading() as connection:
        learned = learn(connection, rules, now=now, days=hq.config.related.days)
    changed = keep(hq, learned)
    with hq.engine.begin() as connection:
        put(connection, setting, {"key": LEARNED, "value": str(now)})
    log.info("%s baskets say what goes with %s products, %s changed", learned.baskets, len(learned.companions), changed)
    if changed:
        publish_unasked(hq, note=f"what goes with {changed} products, learned")
    return changed


def rules_of(hq: Hq) -> Rules:
    return Rules(support=hq.config.related.support, most=hq.config.related.most)
