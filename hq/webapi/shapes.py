"""What goes over the API. The description is made from these very types; a field that is not named here is passed over,
since shops' events carry many."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(max_length=256)]
Number = int | float | Text
Key = Annotated[str, Meta(max_length=64)]
Visitor = Annotated[str, Meta(max_length=64)]
Id = Annotated[str, Meta(min_length=8, max_length=64)]
MOST_EVENTS, MOST_ITEMS = 50, 200


class ItemIn(msgspec.Struct, frozen=True, kw_only=True):
    """An article by the first of `sku`, `item_id` and `product_id` (also a GTIN) that HQ's catalogue knows. Its price
    is for orders that the shop's server tells: of the unit, as a number or text with a point."""

    sku: Number = ""
    item_id: Number = ""
    product_id: Number = ""
    quantity: Number | None = None
    price: Number | None = None


class PropertiesIn(ItemIn, frozen=True, kw_only=True):
    """GA4's `items` or Segment's `products`; without either the one article that stands here itself. `coupon` is a
    single-use code of HQ's that an order bore (a shop's own are passed over), `tote_points` how many points it was paid
    with."""

    items: Annotated[list[ItemIn], Meta(max_length=MOST_ITEMS)] = msgspec.field(default_factory=list)
    products: Annotated[list[ItemIn], Meta(max_length=MOST_ITEMS)] = msgspec.field(default_factory=list)
    order_id: Number = ""
    transaction_id: Number = ""
    currency: Text = ""
    coupon: Number | None = None
    tote_points: Number | None = None


class EventIn(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the shop's own: told again, an event counts once. `at` (ISO 8601) is when an order was placed; without,
    and for everything else, it is when HQ hears of it."""

    id: Id
    name: Text
    properties: PropertiesIn = msgspec.field(default_factory=PropertiesIn)
    at: Text = ""


class PersonIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the shop's server means, by what it knows of them. Of a browser none of it is read."""

    customer: Text = ""
    mail: Text = ""
    phone: Text = ""
    card: Text = ""
    basket: Text = ""


class EventsIn(msgspec.Struct, frozen=True, kw_only=True):
    key: Key
    events: Annotated[list[EventIn], Meta(max_length=MOST_EVENTS)]
    visitor: Visitor = ""
    person: PersonIn = msgspec.field(default_factory=PersonIn)


@dataclass(frozen=True, kw_only=True)
class EventsOut:
    """How many events were taken, were known already, or mean nothing to HQ (another name, an article it has
    not). `visitor` is false where the one that was sent leads to nobody (any more): forget it."""

    accepted: int
    repeated: int
    ignored: int
    visitor: bool


class VisitorIn(msgspec.Struct, frozen=True, kw_only=True):
    """A browser sends the `passed` that it came with from HQ; the shop's server names the person who signed in."""

    key: Key
    passed: Annotated[str, Meta(max_length=128)] = ""
    person: PersonIn = msgspec.field(default_factory=PersonIn)


@dataclass(frozen=True, kw_only=True)
class VisitorOut:
    """By it the browser is known from now on; "" where the person is not known, or does not allow it."""

    visitor: str


@dataclass(frozen=True, kw_only=True)
class ArticleOut:
    """`price` in minor units of `currency`; `picture` and `link` "" where there is none."""

    sku: str
    product_id: str
    name: str
    variant: str
    price: int
    currency: str
    picture: str
    link: str


@dataclass(frozen=True, kw_only=True)
class LineOut:
    """`fulfilment` is take, collect or ship."""

    article: ArticleOut
    quantity: int
    fulfilment: str


@dataclass(frozen=True, kw_only=True)
class BasketOut:
    """What the person has not bought of what they put into a basket, in a store or on the web; nothing of anybody whom
    HQ does not know, or who does not allow it."""

    lines: tuple[LineOut, ...]


@dataclass(frozen=True, kw_only=True)
class ShownOut:
    """`why` is for the shop's own people to read."""

    article: ArticleOut
    why: str


@dataclass(frozen=True, kw_only=True)
class RetargetOut:
    """What may be shown to this person today; the basket put together last comes first."""

    items: tuple[ShownOut, ...]


@dataclass(frozen=True, kw_only=True)
class ProblemOut:
    """Why not, in English, with the fix."""

    error: str
