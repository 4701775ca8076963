"""What HQ knows when a message is due, as the rules want it."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from edge.catalogue import Catalogue
from hq.audience import explain
from hq.config import Config, Journey
from hq.journeys.rules import Moment, Verdict, capped_until, judge
from hq.linking.person import profiles_of, standing
from hq.store import tables


def verdict(connection: Connection, catalogue: Catalogue | None, config: Config, row: Row[Any], now: int) -> Verdict:
    """Of a row of the queue. A journey that is not declared any more, or switched off, sends nothing."""
    journey = next((one for one in config.journey if one.name == row.kind and one.on), None)
    basket = connection.execute(select(tables.basket).where(tables.basket.c.id == row.basket)).first()
    if journey is None or basket is None:
        gone = "the journey is switched off" if journey is None else "the basket is no longer kept"
        return Verdict(outcome="never", reason="off" if journey is None else "gone", words=gone)
    sent = sent_to(connection, config, row.profile)
    return judge_basket(connection, catalogue, config, journey, basket, row.event, sent, now)


def judge_basket(
    connection: Connection,
    catalogue: Catalogue | None,
    config: Config,
    journey: Journey,
    basket: Row[Any],
    event: str,
    sent: list[int],
    now: int,
) -> Verdict:
    """`event` is the sending of the basket that the message is about."""
    moment = Moment(
        now=now,
        began=basket.sent,
        replaced=basket.event != event,
        decisions=explain(connection, catalogue, basket.profile, basket.id, use="reminders"),
        profile=standing(connection, basket.profile),
        sent=sent,
        zone=_zone(catalogue, basket.store, config),
    )
    return judge(journey, config.journeys, moment)


def sent_to(connection: Connection, config: Config, profile: str) -> list[int]:
    """When messages of journeys went to this person, as far back as the cap looks."""
    mail, names = tables.mail.c, [one.name for one in config.journey]
    latest = select(mail.sent).where(mail.profile.in_(profiles_of(profile)), mail.kind.in_(names), mail.state == "sent")
    return [at for at in connection.scalars(latest.order_by(mail.sent.desc()).limit(config.journeys.most)) if at]


def capped(connection: Connection, config: Config, profile: str, now: int) -> bool:
    """Whether this person had as many messages of journeys as they may have just now."""
    return bool(capped_until(config.journeys, sent_to(connection, config, profile), now))


def _zone(catalogue: Catalogue | None, store: str, config: Config) -> ZoneInfo:
    known = catalogue.store(store) if catalogue else None
    return ZoneInfo((known and known.time_zone) or config.shop.timezone)
