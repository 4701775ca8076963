"""Which articles an audience is about, person by person, before any of them is judged: a part of a query."""

from collections.abc import Sequence

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from hq.choices import taken_out
from hq.config_marketing import Audiences
from hq.store import tables

HOUR, DAY = 3_600_000, 86_400_000
Reach = tuple[BindParameter[int], BindParameter[int]]
NOTHING = ""
"""The SKU of a candidate that is a person without an article."""
_BASKET, _LINE, _WISH, _GOOD = tables.basket.c, tables.basket_line.c, tables.wish.c, tables.good.c


def candidates(audience: Audiences, whose: CTE, bought: CTE) -> CTE:
    """`person`, `sku` and when that was last wanted (`at`), each pair once; with the parameters of `times`."""
    reach = (_time("its_first"), _time("its_last"))
    if audience.of in ("goes-with", "buyers"):
        found = _companions(bought, reach) if audience.of == "goes-with" else _buyers(audience, bought, reach)
    else:
        found = _wanted(audience, whose, reach)
    rows = found.subquery()
    query = select(rows.c.person, rows.c.sku, func.max(rows.c.at).label("at"))
    if audience.categories and audience.of != "buyers":
        query = query.join(tables.good, _GOOD.sku == rows.c.sku).where(_within(audience.categories))
    for condition in _people(audience, bought, rows.c.person):
        query = query.where(condition)
    return query.group_by(rows.c.person, rows.c.sku).cte("candidates")


def times(audience: Audiences, now: int) -> dict[str, int]:
    return {
        "its_first": now - round(audience.days * DAY),
        "its_last": now - round(audience.after_hours * HOUR),
        "its_idle_since": now - round(audience.idle_days * DAY),
    }


def _time(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


def _wanted(audience: Audiences, whose: CTE, reach: Reach) -> "Select[tuple[str, str, int]]":
    parts = []
    if audience.of in ("baskets", "wanted"):
        lines = select(whose.c.person, _LINE.sku, _BASKET.sent.label("at"))
        lines = lines.join(tables.basket, _BASKET.profile == whose.c.profile)
        lines = lines.join(tables.basket_line, _LINE.basket == _BASKET.id)
        parts.append(lines.where(_BASKET.sent.between(*reach), ~taken_out(_BASKET.id, _LINE.sku)))
    if audience.of in ("wishes", "wanted"):
        wishes = select(whose.c.person, _WISH.sku, _WISH.at).join(tables.wish, _WISH.profile == whose.c.profile)
        parts.append(wishes.where(_WISH.at.between(*reach)))
    rows = union_all(*parts).subquery()
    return select(rows.c.person, rows.c.sku, rows.c.at)


def _companions(bought: CTE, reach: Reach) -> "Select[tuple[str, str, int]]":
    """Of a product that goes with what they kept one article: the first that is there, else the first."""
    there = func.min(case((_GOOD.available > 0, _GOOD.sku)))
    leads = select(_GOOD.product_id, func.coalesce(there, func.min(_GOOD.sku)).label("sku"))
    lead = leads.where(_GOOD.product_id.in_(select(tables.companion.c.other))).group_by(_GOOD.product_id).subquery()
    own = tables.good.alias("own")
    query = select(bought.c.person, lead.c.sku, bought.c.bought.label("at")).join(own, own.c.sku == bought.c.sku)
    query = query.join(tables.companion, tables.companion.c.product_id == own.c.product_id)
    query = query.join(lead, lead.c.product_id == tables.companion.c.other)
    return query.where(bought.c.kept > 0, bought.c.bought.between(*reach))


def _buyers(audience: Audiences, bought: CTE, reach: Reach) -> "Select[tuple[str, str, int]]":
    query = select(bought.c.person, literal(NOTHING).label("sku"), bought.c.bought.label("at"))
    if audience.categories:
        query = query.join(tables.good, _GOOD.sku == bought.c.sku).where(_within(audience.categories))
    return query.where(bought.c.kept > 0, bought.c.bought.between(*reach))


def _people(audience: Audiences, bought: CTE, person: ColumnElement[str]) -> "list[ColumnElement[bool]]":
    """Conditions on the person, whatever the article."""
    other, conditions = bought.alias("other"), []
    if audience.not_bought:
        of = tables.good.alias("of")
        theirs = (other.c.person == person, of.c.sku == other.c.sku, other.c.kept > 0)
        conditions.append(~exists().where(*theirs, _within(audience.not_bought, of.c.category)))
    if audience.idle_days:
        recent = other.c.bought > _time("its_idle_since")
        conditions.append(~exists().where(other.c.person == person, recent))
    return conditions


def _within(categories: Sequence[str], column: ColumnElement[str] = _GOOD.category) -> ColumnElement[bool]:
    return or_(*(or_(column == one, column.startswith(f"{one} > ", autoescape=True)) for one in categories))
