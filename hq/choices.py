"""What was chosen on the page of a basket, line by line: it counts above what the store told, whenever that comes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, exists, select

from hq.store import tables

_CHOICE = tables.shared_choice.c


@dataclass(frozen=True, kw_only=True)
class Choice:
    """`quantity` 0 takes the article out; `fulfilment` "" leaves it as the store told it."""

    sku: str
    quantity: int
    fulfilment: str = ""


def of_basket(connection: Connection, basket: str) -> dict[str, Choice]:
    """By SKU. `basket` is HQ's id."""
    query = select(_CHOICE.sku, _CHOICE.quantity, _CHOICE.fulfilment).where(_CHOICE.basket == basket)
    rows = connection.execute(query)
    return {row.sku: Choice(sku=row.sku, quantity=row.quantity, fulfilment=row.fulfilment) for row in rows}


def counted(chosen: Mapping[str, Choice], sku: str, quantity: int, fulfilment: str) -> Choice:
    """What holds of a line that the store told so."""
    own = chosen.get(sku)
    if own is None:
        return Choice(sku=sku, quantity=quantity, fulfilment=fulfilment)
    return replace(own, fulfilment=own.fulfilment or fulfilment)


def taken_out(basket: ColumnElement[str], sku: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the article of a row was taken out of its basket: nobody wants to hear of it again."""
    return exists().where(_CHOICE.basket == basket, _CHOICE.sku == sku, _CHOICE.quantity == 0)
