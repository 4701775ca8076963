"""What HQ knows when somebody may be told that an article is back, as the rules want it."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from edge.catalogue import Catalogue
from hq import people
from hq.audience.facts import purchases, same_purchase
from hq.config import Config
from hq.journeys.rules import Verdict
from hq.linking.person import profiles_of
from hq.live import reach
from hq.outbox import TOLD_BACK
from hq.store import tables
from hq.wishes.rules import NEARBY_KM, Moment, judge


def verdict(connection: Connection, catalogue: Catalogue, config: Config, event: str, now: int) -> Verdict:
    """Of the wish that `event` told."""
    wish = connection.execute(select(tables.wish).where(tables.wish.c.event == event)).first()
    if wish is None:
        return Verdict(outcome="never", reason="erased", words="the wish is no longer kept")
    store = catalogue.store(wish.store)
    moment = Moment(
        now=now,
        asked=wish.at,
        sku=wish.sku,
        suppressed=frozenset(people.suppressions(connection, wish.profile)),
        wanted=_wanted(people.answers(connection, wish.profile), wish.at),
        bought=_bought(connection, catalogue, wish),
        told=_told(connection, wish),
        there=is_there(catalogue, wish.sku, wish.store),
        quiet=config.journeys.quiet,
        zone=ZoneInfo((store and store.time_zone) or config.shop.timezone),
    )
    return judge(moment)


def _wanted(given: Sequence[people.Answer], asked: int) -> bool:
    """Whoever took it back waits for nothing any more; to ask for another article later is a yes to that one alone."""
    refused = any(a.purpose == "back-in-stock" and not a.granted and a.at >= asked for a in given)
    return people.allowed(given, "back-in-stock") and not refused


def is_there(catalogue: Catalogue, sku: str, store: str) -> bool:
    """Whether an article can be had in `store`, in one nearby, or in the web shop."""
    return reach.is_there(catalogue, sku, reach.in_reach(catalogue, store, NEARBY_KM))


def _bought(connection: Connection, catalogue: Catalogue, wish: Row[Any]) -> bool:
    variant = catalogue.by_sku(wish.sku)
    same = same_purchase(catalogue, variant) if variant else {wish.sku: ""}
    return any(one.sku in same and one.at >= wish.at for one in purchases(connection, wish.profile).values())


def _told(connection: Connection, wish: Row[Any]) -> bool:
    """Whoever asked in two stores for one article is told once."""
    mail, other = tables.mail.c, tables.wish.c
    query = select(mail.id).join_from(tables.mail, tables.wish, other.event == mail.event)
    sent = (mail.kind.in_(TOLD_BACK), mail.state == "sent", mail.sent >= wish.at, other.event != wish.event)
    theirs = other.profile.in_(profiles_of(wish.profile))
    return connection.scalar(query.where(*sent, theirs, other.sku == wish.sku)) is not None
