"""What everybody bought, kept and sent back: what `hq.audience.facts` says of one person, as parts of a query."""

from sqlalchemy import CTE, and_, case, exists, func, not_, or_, select, union

from hq.buyers import BASKET, COUPON, IDENTITY, NAMING, ORDER
from hq.linking.person import MEMBER
from hq.marks import ONE_SALE, PREFIX
from hq.store import tables

_KEY = (ORDER.store, ORDER.order_id, ORDER.sku, ORDER.quantity, ORDER.at)


def orders(whose: CTE) -> CTE:
    """Each line of an order with every `person` whom it names in any way (`hq.buyers.theirs`)."""
    person, profile = whose.c.person, whose.c.profile
    ways = [select(person, *_KEY).join(tables.order_line, ORDER.profile == profile)]
    for column in (BASKET.id, BASKET.shop_id):
        named = select(person, *_KEY).join(tables.basket, BASKET.profile == profile)
        ways.append(named.join(tables.order_line, ORDER.basket == column))
    issued = select(person, *_KEY).join(tables.coupon, COUPON.profile == profile)
    ways.append(issued.join(tables.order_line, ORDER.coupon == COUPON.id))
    persons = select(person).distinct().subquery()
    for kind, column in NAMING:
        own = select(person, *_KEY).join(tables.identity, and_(IDENTITY.profile == profile, IDENTITY.kind == kind))
        ways.append(own.join(tables.order_line, column == IDENTITY.digest))
        linked = select(persons.c.person, *_KEY).join(
            tables.member, and_(MEMBER.person == persons.c.person, MEMBER.kind == kind)
        )
        ways.append(linked.join(tables.order_line, column == MEMBER.digest))
    return union(*ways).cte("orders")


def told_once(orders: CTE) -> CTE:
    """Without what staff marked where a till told of it, too (`hq.marks.told_once`)."""
    one, till = orders.c, orders.alias("till").c
    marked = one.order_id.startswith(PREFIX, autoescape=True)
    same = and_(till.person == one.person, till.sku == one.sku, till.store == one.store)
    near = and_(till.at - one.at <= ONE_SALE, one.at - till.at <= ONE_SALE)
    by_till = exists().where(same, near, till.quantity > 0, not_(till.order_id.startswith(PREFIX, autoescape=True)))
    return select(orders).where(or_(not_(marked), not_(by_till))).cte("told_once")


def bought(lines: CTE) -> CTE:
    """`person`, `sku`, `kept` (pieces), `bought` and `returned` (the latest times, or null). A return takes back what
    was bought before it, never what is bought later."""
    row = lines.c
    running = func.sum(row.quantity).over(
        partition_by=(row.person, row.sku), order_by=(row.at, row.order_id, row.store)
    )
    rows = select(row.person, row.sku, row.quantity, row.at, running.label("running")).subquery()
    lowest, total = func.min(rows.c.running), func.sum(rows.c.quantity)
    query = select(
        rows.c.person,
        rows.c.sku,
        (total - case((lowest < 0, lowest), else_=0)).label("kept"),
        func.max(case((rows.c.quantity > 0, rows.c.at))).label("bought"),
        func.max(case((rows.c.quantity < 0, rows.c.at))).label("returned"),
    )
    return query.group_by(rows.c.person, rows.c.sku).cte("bought")


def kept_styles(bought: CTE) -> CTE:
    """`person` and `style` of what was bought in a size and kept: its other sizes are the same purchase."""
    good = tables.good.c
    joined = select(bought.c.person, good.style).join(tables.good, good.sku == bought.c.sku)
    return joined.where(bought.c.kept > 0, good.size != "").distinct().cte("kept_styles")
