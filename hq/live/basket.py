"""A basket as it stands this moment: what was sent, with today's prices and stock, and what of it is bought since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, or_, select

from edge.catalogue import Catalogue
from edge.domain.article import WEB, Store
from edge.domain.basket import Line, ways
from edge.domain.money import Money, totals
from hq import buyers, choices
from hq.choices import Choice
from hq.live.article import LiveArticle, best_of, by_sku, companions
from hq.marks import told_once
from hq.projection.shared import state_of
from hq.store import tables
from hq.words import known, words

GOES_WITH = 3
WAYS = ("take", "collect", "ship")


@dataclass(frozen=True, kw_only=True)
class LiveLine:
    sku: str
    name: str
    traits: tuple[str, ...]
    """Size and colour, the colour in the catalogue's first language."""
    quantity: int
    fulfilment: str
    """take, collect or ship."""
    added_at: Money
    """The unit price when it was put in."""
    article: LiveArticle | None
    """None for an article that is no longer offered."""
    bought: bool
    collect_at: Store | None = None
    """Where it is collected, if not at the basket's own store."""
    position: int = 0
    chosen: bool = False
    """How it comes home was chosen on the page."""

    @property
    def ways(self) -> tuple[str, ...]:
        """How it can come home."""
        return ways(self.article.variant) if self.article else ()

    @property
    def price(self) -> Money:
        return self.article.price if self.article else self.added_at

    @property
    def total(self) -> Money:
        return self.price.times(self.quantity)

    @property
    def was(self) -> Money | None:
        return self.article.was if self.article else None

    @property
    def picture(self) -> str:
        """The picture's file name, "" without one."""
        return self.article.variant.picture if self.article else ""

    @property
    def open(self) -> bool:
        """Still to be bought, and still offered."""
        return self.article is not None and not self.bought


@dataclass(frozen=True, kw_only=True)
class LiveBasket:
    id: str
    shop_id: str
    """What its store calls it; "" where nobody knows."""
    profile: str | None
    language: str
    store: Store
    """Where it was collected."""
    lines: tuple[LiveLine, ...]
    goes_with: tuple[LiveArticle, ...]
    removed: tuple[LiveLine, ...] = ()
    """Taken out on the page; `quantity` is what the store has."""

    @property
    def shown(self) -> tuple[LiveLine, ...]:
        """What is in it and what was taken out, each in its old place."""
        return tuple(sorted((*self.lines, *self.removed), key=lambda line: line.position))

    @property
    def by_way(self) -> tuple[tuple[str, str, int, tuple[Money, ...]], ...]:
        """Of what is still open, for each way home in use, and each store where some of it is collected: the way, the
        name of the store, pieces and totals per currency."""
        found: dict[tuple[int, str], list[LiveLine]] = {}
        for line in self.lines:
            if line.open:
                place = (line.collect_at or self.store).name
                found.setdefault((WAYS.index(line.fulfilment), place), []).append(line)
        return tuple(
            (WAYS[way], place, sum(line.quantity for line in lines), totals([line.total for line in lines]))
            for (way, place), lines in sorted(found.items(), key=lambda one: one[0])
        )

    @property
    def count(self) -> int:
        """Articles, not lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def place(self) -> str:
        """The store's address, with the city where the address does not name it."""
        address, city = self.store.address, self.store.city
        return ", ".join(part for part in (address, "" if city in address else city) if part)

    @property
    def totals(self) -> tuple[Money, ...]:
        """Of what is still open, per currency."""
        return totals([line.total for line in self.lines if line.open])

    @property
    def counted(self) -> int | None:
        """The age of the oldest count shown."""
        counts = [line.article.counted for line in self.lines if line.article]
        return min((count for count in counts if count is not None), default=None)


def live_basket(
    connection: Connection, catalogue: Catalogue | None, basket: str, language: str = ""
) -> LiveBasket | None:
    """The basket of that id in `language` (its own without), None where it is not known."""
    row = connection.execute(select(tables.basket).where(tables.basket.c.id == basket)).first()
    if row is None:
        return None
    language = known(language or row.language)
    bought = _bought(connection, [row.id, row.shop_id], row.profile, row.sent)
    told = [_line(catalogue, line, language, row.store, bought) for line in _rows(connection, basket)]
    lines, removed = _chosen(told, choices.of_basket(connection, basket))
    return LiveBasket(
        id=row.id,
        shop_id=row.shop_id or "",
        profile=row.profile,
        language=language,
        store=_store(catalogue, row.store, language),
        lines=lines,
        goes_with=tuple(_goes_with(catalogue, told, language, row.store)) if catalogue else (),
        removed=removed,
    )


def shared_basket(
    connection: Connection, catalogue: Catalogue | None, basket: str, language: str = ""
) -> LiveBasket | None:
    """As `live_basket`, of one that a phone took from a code: it is nobody's."""
    held = tables.shared_basket.c
    row = connection.execute(select(tables.shared_basket).where(held.id == basket)).first()
    if row is None:
        return None
    language = known(language or row.language)
    bought = _bought(connection, [row.id, row.shop_id])
    told = [_line(catalogue, _Told.of(line), language, row.store, bought) for line in state_of(row).basket.lines]
    lines, removed = _chosen(told, choices.of_basket(connection, basket))
    return LiveBasket(
        id=row.id,
        shop_id="",
        profile=None,
        language=language,
        store=_store(catalogue, row.store, language),
        lines=lines,
        goes_with=tuple(_goes_with(catalogue, told, language, row.store)) if catalogue else (),
        removed=removed,
    )


def _store(catalogue: Catalogue | None, store: str, language: str) -> Store:
    """Also the web shop, and one that the catalogue does not have (any more)."""
    known_as = words(language)("stock.web_shop") if store == WEB else store
    return (catalogue and catalogue.store(store)) or Store(id=store, name=known_as)


def _chosen(
    told: Sequence[LiveLine], chosen: Mapping[str, Choice]
) -> tuple[tuple[LiveLine, ...], tuple[LiveLine, ...]]:
    """What is in the basket and what was taken out. Whoever holds it in their hand may change it, line by line."""
    lines, removed = list[LiveLine](), list[LiveLine]()
    for position, line in enumerate(told):
        now = choices.counted(chosen, line.sku, line.quantity, line.fulfilment)
        elsewise = now.fulfilment != line.fulfilment
        changed = replace(line, position=position, fulfilment=now.fulfilment, chosen=elsewise)
        if now.quantity:
            lines.append(replace(changed, quantity=now.quantity))
        else:
            removed.append(changed)
    return tuple(lines), tuple(removed)


@dataclass(frozen=True)
class _Told:
    """A line as the store told it, with the names of a row of `basket_line`."""

    sku: str
    name: str
    variant: str
    quantity: int
    fulfilment: str
    price: int
    currency: str
    store: str = ""

    @staticmethod
    def of(line: Line) -> "_Told":
        item = line.item
        return _Told(
            item.sku, item.name, item.variant, line.quantity, line.fulfilment, item.price, item.currency, line.store
        )


def _rows(connection: Connection, basket: str) -> Sequence[Any]:
    line = tables.basket_line
    return connection.execute(select(line).where(line.c.basket == basket).order_by(line.c.position)).all()


def _bought(connection: Connection, ids: Iterable[str], profile: str | None = None, sent: int = 0) -> set[str]:
    """What this person ordered since they sent the basket, in any channel, and kept; or what an order says was
    this basket's."""
    order = tables.order_line.c
    since = [way & (order.at >= sent) for way in buyers.ways(profile)] if profile else []
    mine = or_(order.basket.in_([key for key in ids if key]), *since)
    query = select(order.sku, order.store, order.order_id, order.at, order.quantity).where(mine)
    kept: dict[str, int] = {}
    for one in told_once(connection.execute(query).all()):
        kept[one.sku] = kept.get(one.sku, 0) + one.quantity
    return {sku for sku, quantity in kept.items() if quantity > 0}


def _line(catalogue: Catalogue | None, row: Any, language: str, store: str, bought: set[str]) -> LiveLine:
    article = by_sku(catalogue, row.sku, language, store) if catalogue else None
    return LiveLine(
        sku=row.sku,
        name=article.name if article else row.name,
        traits=article.traits if article else tuple(filter(None, row.variant.split(" · "))),
        quantity=row.quantity,
        fulfilment=row.fulfilment,
        added_at=Money(amount=row.price, currency=row.currency),
        article=article,
        bought=row.sku in bought,
        collect_at=_store(catalogue, row.store, language) if row.store else None,
    )


def _goes_with(catalogue: Catalogue, lines: Iterable[LiveLine], language: str, store: str) -> list[LiveArticle]:
    found: list[LiveArticle] = []
    for product in companions(catalogue, [line.article.product.id for line in lines if line.article]):
        if article := best_of(catalogue, product, language, store):
            found.append(article)
        if len(found) == GOES_WITH:
            break
    return found
