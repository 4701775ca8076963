"""An order, in any channel: thanks, with what goes with it. Never what they have already."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select

from edge.domain.article import WEB, Store
from hq.audience.facts import purchases
from hq.audience.rules import Decision
from hq.config import Journey
from hq.ids import derived
from hq.journeys.triggers.offering import offered, products_bought
from hq.journeys.triggers.trigger import MAIL, Occasion, State, since
from hq.journeys.world import World
from hq.linking.person import profiles
from hq.live import reach
from hq.live.article import best_of, companions
from hq.live.basket import LiveBasket
from hq.live.offer import live_offer
from hq.marks import ONE_SALE
from hq.store import tables
from hq.words import words

ORDER, PROFILE = tables.order_line.c, tables.profile.c


class Purchased:
    def occasions(
        self, connection: Connection, world: World, journey: Journey, now: int, begun: ColumnElement[bool]
    ) -> Iterator[Occasion]:
        at = func.max(ORDER.at)
        query = select(ORDER.store, ORDER.order_id, func.min(ORDER.profile).label("profile"), at.label("at"))
        query = query.join(tables.profile, PROFILE.id == ORDER.profile)
        query = query.where(ORDER.at > since(journey, now), ORDER.at <= now, ORDER.quantity > 0)
        query = query.where(~exists().where(MAIL.subject == ORDER.order_id, MAIL.store == ORDER.store, begun))
        if journey.stores:
            query = query.where(ORDER.store.in_(journey.stores))
        query = query.group_by(ORDER.store, ORDER.order_id)
        for row in connection.execute(query.order_by(at, ORDER.store, ORDER.order_id)):
            event = derived("order", row.store, row.order_id)
            yield Occasion(event=event, profile=row.profile, at=row.at, store=row.store, subject=row.order_id)

    def state(self, connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any]) -> State:
        ordered = (ORDER.store == row.store, ORDER.order_id == row.subject, ORDER.quantity > 0)
        lines = connection.execute(select(tables.order_line).where(*ordered)).all()
        theirs = profiles(connection, row.profile)
        if not any(line.profile in theirs for line in lines):
            return State(over="the order is not known to be theirs any more")
        kept = [line.sku for line in lines if line.sku in purchases(connection, row.profile)]
        began = max(line.at for line in lines)
        over = "" if kept else "they returned it"
        if _thanked(connection, journey, row, theirs, began):
            over = "they were thanked for it"
        return State(
            began=began, store=row.store, over=over, decisions=_decisions(connection, world, journey, row, kept)
        )

    def contents(self, connection: Connection, world: World, row: Row[Any], skus: Sequence[str]) -> LiveBasket | None:
        language = connection.scalar(select(PROFILE.language).where(PROFILE.id == row.profile))
        if language is None or world.catalogue is None:
            return None
        named = words(language)("stock.web_shop")
        store = Store(id=WEB, name=named) if row.store == WEB else world.store(row.store)
        return live_offer(world.catalogue, row, store, language, skus)


def _decisions(
    connection: Connection, world: World, journey: Journey, row: Occasion | Row[Any], kept: Sequence[str]
) -> list[Decision]:
    if (catalogue := world.catalogue) is None:
        return []
    bought = [variant.product_id for sku in kept if (variant := catalogue.by_sku(sku))]
    theirs = products_bought(connection, catalogue, row.profile)
    beside = (product for product in companions(catalogue, bought) if product not in theirs)
    best = (best_of(catalogue, product, next(iter(catalogue.languages), ""), row.store) for product in beside)
    stores = reach.in_reach(catalogue, row.store, journey.nearby_km)
    return offered(connection, catalogue, row.profile, (one.sku for one in best if one), stores)


def _thanked(
    connection: Connection, journey: Journey, row: Occasion | Row[Any], theirs: Sequence[str], began: int
) -> bool:
    """Of a purchase that staff marked the till tells again, as an order of its own."""
    order_of_mail = (ORDER.order_id == MAIL.subject) & (ORDER.store == MAIL.store)
    settled = (MAIL.kind == journey.name, MAIL.profile.in_(theirs), MAIL.state.in_(("sent", "control")))
    same = (MAIL.store == row.store, MAIL.event != row.event, ORDER.at.between(began - ONE_SALE, began + ONE_SALE))
    query = select(MAIL.id).join(tables.order_line, order_of_mail).where(*settled, *same)
    return connection.scalar(query.limit(1)) is not None
