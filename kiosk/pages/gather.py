"""One basket of the queue: what to fetch in the order of the shelves, and how it goes to the till."""

from dataclasses import dataclass
from typing import Any

from edge.codes.drawing import code128
from edge.domain import pickup
from edge.domain.article import Variant
from edge.domain.coupon import less
from edge.domain.money import totals
from edge.domain.picking import Pick
from edge.shop import Gather, NoSuchBasketError, Shop, Station
from kiosk.pages.basket import Row, row
from kiosk.pages.coupon import in_basket
from kiosk.pages.reserved import place

ORDER = ("collect", "take", "ship")
CHOICES = 6
"""Articles offered in place of one."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line to gather. `here`: pieces this store counts, None where nobody counted."""

    pick: Pick
    row: Row
    category: str
    here: int | None
    instead: tuple[Variant, ...]


def page(shop: Shop, station: Station, screen: Gather) -> dict[str, Any]:
    try:
        picking = shop.gathering.picking(screen.basket)
    except NoSuchBasketError:
        return {"key": "gather:", "say": "", "picking": None}
    speaks, code = shop.language(station.id), pickup.code(picking.basket)
    offered = in_basket(shop, picking.basket, picking.to_pay)
    sums = totals([line.total for line in picking.to_pay])
    tasks = [task(shop, pick, speaks) for pick in shop.gathering.in_order(picking)]
    return {
        "key": f"gather:{picking.basket}",
        "say": "",
        "picking": picking,
        "code": pickup.spelled(code),
        "barcode": code128(pickup.in_barcode(code)),
        "groups": groups(shop, tasks),
        "surplus": [row(shop, line, speaks) for line in picking.surplus],
        "to_pay": sum(line.quantity for line in picking.to_pay),
        "totals": less(sums, offered.off) if offered else sums,
        "coupon": offered,
        "store": shop.store,
        "source": place(shop, picking.source),
    }


def groups(shop: Shop, tasks: list[Task]) -> list[tuple[str, str, list[Task]]]:
    """What is fetched here, taken along, sent, and collected at other stores, with the name of each."""
    here = [task for task in tasks if not task.pick.line.store]
    found = [(way, "", [task for task in here if task.pick.line.fulfilment == way]) for way in ORDER]
    others = sorted({task.pick.line.store for task in tasks} - {""})
    away = [
        ("elsewhere", place(shop, store), [one for one in tasks if one.pick.line.store == store]) for store in others
    ]
    return [group for group in (*found, *away) if group[2]]


def task(shop: Shop, pick: Pick, speaks: str) -> Task:
    sku = pick.line.item.sku
    return Task(
        pick=pick,
        row=row(shop, pick.line, speaks),
        category=pick.line.item.category.split(" > ")[-1],
        here=here(shop, sku),
        instead=() if pick.bought else instead(shop, sku),
    )


def here(shop: Shop, sku: str) -> int | None:
    return next((count.quantity for count in shop.stock(sku) if count.store == shop.store.id), None)


def instead(shop: Shop, sku: str) -> tuple[Variant, ...]:
    """Its sisters that this store has, the nearest size or colour first."""
    variant = shop.catalogue.by_sku(sku)
    if variant is None:
        return ()
    sisters = [sister for sister in shop.catalogue.variants(variant.product_id) if sister.sku != sku]
    there = [sister for sister in sisters if (here(shop, sister.sku) or 0) > 0]
    near = sorted(there, key=lambda sister: (sister.colour != variant.colour, abs(sister.position - variant.position)))
    return tuple(near[:CHOICES])
