"""A basket as the store's people gather it: what is in their hands, what took whose place, what was bought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from edge.domain.article import Item
from edge.domain.basket import Line
from edge.domain.reservation import Answer

State = Literal["open", "ready", "bought", "released"]


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One line. `gathered` pieces lie together (also those `bought` since); what the shopper takes along lies with
    them from the start."""

    line: Line
    gathered: int = 0
    bought: int = 0
    instead_of: str = ""
    """The name of the article whose place this one took; "" for what the shopper chose."""

    @property
    def to_pay(self) -> int:
        return self.gathered - self.bought


@dataclass(frozen=True, kw_only=True)
class Picking:
    """`sent` in milliseconds since 1970 UTC, by the box's clock. HQ directed the basket where it has a `source`, the
    store that asks for it or the web shop: then it may have a time, `until`, after which nobody comes for it."""

    basket: str
    sent: int
    picks: tuple[Pick, ...]
    released: bool = False
    source: str = ""
    until: int = 0
    number: str = ""
    """The web shop's, of an order that is paid for and collected here."""
    ended: Literal["", "lapsed", "put-back"] = ""
    """Why it was released from afar: its time was over, or nobody wants it any more."""
    back: bool = False
    """It was released from afar, and what lies aside still has to be put back."""
    changed: int = 0
    """When the shopper last chose otherwise on their phone, ms since 1970; 0: never."""
    surplus: tuple[Line, ...] = ()
    """What lies aside and the shopper wants no more of: back to the shelves with it."""

    def pick(self, sku: str) -> Pick | None:
        return next((pick for pick in self.picks if pick.line.item.sku == sku), None)

    @property
    def to_collect(self) -> tuple[Pick, ...]:
        """What has to be fetched from the shelves."""
        return tuple(pick for pick in self.picks if is_gathered(pick.line))

    @property
    def elsewhere(self) -> tuple[Pick, ...]:
        """What the shopper collects at another store."""
        return tuple(pick for pick in self.picks if pick.line.fulfilment == "collect" and pick.line.store)

    @property
    def wanted(self) -> int:
        return sum(pick.line.quantity for pick in self.to_collect)

    @property
    def gathered(self) -> int:
        return sum(pick.gathered for pick in self.to_collect)

    @property
    def to_pay(self) -> tuple[Line, ...]:
        """What lies together and is not bought yet."""
        return tuple(replace(pick.line, quantity=pick.to_pay) for pick in self.picks if pick.to_pay > 0)

    @property
    def state(self) -> State:
        if self.released or not self.picks:
            return "released"
        here = [pick for pick in self.picks if pick.line.fulfilment == "take" or is_gathered(pick.line)] or self.picks
        if all(pick.bought >= pick.line.quantity for pick in here):
            return "bought"
        return "ready" if self.gathered >= self.wanted else "open"

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something for it: it stands in the queue."""
        if self.surplus:
            return True
        return bool(self.to_collect) and (self.back or self.state in ("open", "ready"))

    @property
    def answer(self) -> Answer:
        """What the store says of it to whoever asked for it."""
        if self.state == "released":
            return self.ended or ("put-back" if self.gathered else "gone")
        answers: dict[State, Answer] = {"bought": "collected", "ready": "aside", "open": "waiting"}
        return answers[self.state]

    def release(self) -> "Picking":
        """Somebody here says that it is over, and has put back what there was."""
        return replace(self, released=True, back=False, surplus=())

    def release_from_afar(self, why: Literal["lapsed", "put-back"]) -> "Picking":
        """What lies aside stays in the queue until somebody has put it back."""
        return replace(self, released=True, ended=why, back=bool(self.gathered or self.surplus))

    def choose(self, lines: Sequence[Line], at: int) -> "Picking":
        """The shopper wants these `lines` now: what lies aside and is not among them is to be put back."""
        aside = {pick.line.item.sku: pick.line for pick in self.picks} | {one.item.sku: one for one in self.surplus}
        lies = {sku: self._lies(sku) for sku in aside}
        picks = tuple(_chosen(line, self.pick(line.item.sku), lies.get(line.item.sku, 0)) for line in lines)
        kept = {pick.line.item.sku: pick.to_pay for pick in picks if is_gathered(pick.line)}
        over = {sku: pieces - kept.get(sku, 0) for sku, pieces in lies.items()}
        surplus = tuple(replace(aside[sku], quantity=pieces) for sku, pieces in over.items() if pieces > 0)
        return replace(self, picks=picks, changed=at, surplus=surplus)

    def renew(self) -> "Picking":
        """It is wanted again, after it was let go: what was put back is to be fetched once more."""
        lies = self.back or not self.released
        picks = tuple(pick if lies else replace(pick, gathered=pick.bought) for pick in self.picks)
        return replace(self, picks=picks, released=False, ended="", back=False)

    def put_away(self) -> "Picking":
        """What the shopper wanted no more of is on its shelf again."""
        return replace(self, surplus=())

    def _lies(self, sku: str) -> int:
        """Pieces of it that staff has put aside and nobody paid for; what the shopper carries is not among them."""
        pick, over = self.pick(sku), sum(one.quantity for one in self.surplus if one.item.sku == sku)
        return over + (pick.to_pay if pick and is_gathered(pick.line) else 0)

    def gather(self, sku: str, quantity: int) -> "Picking":
        """`quantity` pieces of it lie there now: not fewer than were bought, not more than are wanted."""
        return self._with(sku, lambda pick: replace(pick, gathered=max(pick.bought, min(quantity, pick.line.quantity))))

    def substitute(self, sku: str, item: Item) -> "Picking":
        """`item` takes the place of what is not bought yet of the line of `sku`."""
        return self._with(
            sku,
            lambda pick: Pick(line=replace(pick.line, item=item), instead_of=pick.instead_of or _named(pick.line.item)),
        )

    def buy(self) -> "Picking":
        """All that lies there was paid for, be it at the last moment."""
        paid = tuple(replace(pick, bought=pick.gathered) for pick in self.picks)
        return replace(self, picks=paid, released=self.released and not self.back, ended="", back=False)

    def _with(self, sku: str, change: Callable[[Pick], Pick]) -> "Picking":
        return replace(self, picks=tuple(change(p) if p.line.item.sku == sku else p for p in self.picks))


def is_gathered(line: Line) -> bool:
    """Whether this store's staff fetches it from the shelves."""
    return line.fulfilment == "collect" and not line.store


def begun(basket: str, lines: Sequence[Line], sent: int, before: Picking | None) -> Picking:
    """The shopper sent these lines, perhaps once more with others: what was gathered and bought stays so."""
    picks = (_begun(line, before.pick(line.item.sku) if before else None) for line in lines)
    return Picking(basket=basket, sent=sent, picks=tuple(picks))


def _begun(line: Line, before: Pick | None) -> Pick:
    bought = min(before.bought, line.quantity) if before else 0
    if line.fulfilment == "take":
        return Pick(line=line, gathered=line.quantity, bought=bought)
    gathered = min(before.gathered, line.quantity) if before else 0
    return Pick(line=line, gathered=max(gathered, bought), bought=bought)


def _chosen(line: Line, before: Pick | None, lies: int) -> Pick:
    """`lies`: pieces of it that staff has put aside. The store's own name of the article stays."""
    bought = min(before.bought, line.quantity) if before else 0
    named = replace(line, item=before.line.item) if before else line
    if line.fulfilment == "take":
        return Pick(line=named, gathered=line.quantity, bought=bought)
    more = min(lies, line.quantity - bought) if is_gathered(line) else 0
    return Pick(line=named, gathered=bought + more, bought=bought)


def shelf_order(picks: Sequence[Pick], shelves: Sequence[str]) -> list[Pick]:
    """In the order of a walk through the shop: `shelves` are categories (paths from the root), the one by the door
    first; what stands in none of them comes after, by category."""
    return sorted(picks, key=lambda pick: (_shelf(pick.line.item.category, shelves), _place(pick.line.item)))


def _shelf(category: str, shelves: Sequence[str]) -> int:
    """The longest path that holds it counts."""
    holding = [path for path in shelves if category == path or category.startswith(f"{path} > ")]
    return shelves.index(max(holding, key=len)) if holding else len(shelves)


def _place(item: Item) -> tuple[str, str, str]:
    return item.category, item.product_id, item.variant


def _named(item: Item) -> str:
    return f"{item.name} ({item.variant})" if item.variant else item.name
