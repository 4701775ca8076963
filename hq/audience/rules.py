"""The rules of retargeting, pure: may this article of this person's basket be used in a campaign today?

The first of these that holds decides; what concerns the whole person comes before what concerns one article:

    1. erased            the person asked to be forgotten
    2. unsubscribed      they unsubscribed; a later tick at a screen, where anybody can type, does not undo it
    3. bounced           mail to the address comes back
    4. no-consent        there is no marketing consent, or it was withdrawn
    5. control-group     the person is kept out of campaigns, to measure against
    6. bought            they bought this article, or the same in another size
    7. unknown-article   it is not in the catalogue any more
    8. sold-out          no store and not the web shop has it, in that size
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Reason = Literal[
    "in-basket",
    "erased",
    "unsubscribed",
    "bounced",
    "no-consent",
    "control-group",
    "bought",
    "unknown-article",
    "sold-out",
]
Marketing = Literal["yes", "left-empty", "taken-back", "not-asked", "not-this"]
REFUSED: dict[Marketing, str] = {
    "left-empty": "the box for marketing was left empty when the basket was sent",
    "taken-back": "the person took back the consent to marketing",
    "not-asked": "the person was never asked about marketing, or did not answer",
    "not-this": "the person's preferences say no to it",
}


@dataclass(frozen=True, kw_only=True)
class Person:
    suppressed: frozenset[str]
    """Of "erased", "unsubscribed", "bounced"."""
    marketing: Marketing
    """The latest answer; an empty box on a screen is no withdrawal."""
    control: bool


@dataclass(frozen=True, kw_only=True)
class Article:
    """One line of a basket, as HQ knows it today."""

    basket: str
    sku: str
    name: str
    variant: str
    """What tells it from its sisters, such as "42 · Brown"."""
    known: bool
    available: int
    """How many all stores and the web shop have together."""
    counted: bool
    """Whether any of them has counted it."""
    same: Mapping[str, str]
    """The SKUs that count as the same purchase (itself, and its other sizes), each with its size."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    sku: str
    order_id: str
    store: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    basket: str
    sku: str
    name: str
    variant: str
    included: bool
    reason: Reason
    words: str
    """The reason, for a person to read."""


def decide(person: Person, article: Article, purchases: Mapping[str, Purchase]) -> Decision:
    """`purchases`: what the person bought and kept, by SKU."""
    reason, words = next(_against(person, article, purchases), ("in-basket", _why(article)))
    included = reason == "in-basket"
    return Decision(
        basket=article.basket,
        sku=article.sku,
        name=article.name,
        variant=article.variant,
        included=included,
        reason=reason,
        words=words,
    )


def _why(article: Article) -> str:
    pieces = "piece is" if article.available == 1 else "pieces are"
    return f"in the basket, not bought, {article.available} {pieces} there, and marketing is allowed"


def _against(person: Person, article: Article, purchases: Mapping[str, Purchase]) -> Iterator[tuple[Reason, str]]:
    yield from _person(person)
    for sku, size in article.same.items():
        if bought := purchases.get(sku):
            yield "bought", _bought(bought, "" if sku == article.sku else size)
    if not article.known:
        yield "unknown-article", "the article is not in the catalogue any more"
    elif article.available <= 0:
        yield "sold-out", _sold_out(article)


def _person(person: Person) -> Iterator[tuple[Reason, str]]:
    if "erased" in person.suppressed:
        yield "erased", "the person asked to be forgotten"
    if "unsubscribed" in person.suppressed:
        yield "unsubscribed", "the person unsubscribed"
    if "bounced" in person.suppressed:
        yield "bounced", "mail to this address comes back"
    if person.marketing != "yes":
        yield "no-consent", REFUSED[person.marketing]
    if person.control:
        yield "control-group", "the person is in the control group"


def _bought(bought: Purchase, size: str) -> str:
    where = "in the web shop" if bought.store == "web" else f"in {bought.store}"
    day = datetime.fromtimestamp(bought.at / 1000, UTC).date().isoformat()
    other = f" in size {size}" if size else ""
    return f"bought{other} on {day} {where} (order {bought.order_id})"


def _sold_out(article: Article) -> str:
    return "sold out: no store and not the web shop has it" if article.counted else "nobody has counted any stock of it"
