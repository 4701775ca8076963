"""The rules of retargeting, pure: may this article of this person's basket be used in a campaign today?

The first of these that holds decides; what concerns the whole person comes before what concerns one article:

    1. erased            the person asked to be forgotten
    2. unsubscribed      they unsubscribed; a later tick at a screen, where anybody can type, does not undo it
    3. bounced           mail to the address comes back
    4. no-consent        there is no marketing consent, or it was withdrawn; no later tick at a screen undoes that
    5. control-group     the person is kept out of campaigns, to measure against
    6. cap               they had as many messages as they may have, of all journeys together
    7. bought            they bought this article, or the same in another size
    8. returned          they sent this very article back, and have not wanted it since
    9. unknown-article   it is not in the catalogue any more
    10. sold-out         no store and not the web shop has it, in that size

Whole audiences are judged in the database by the same rules (`hq.audience.judging`); a test holds both against each
other over random histories.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, get_args

For = Literal["in-basket", "wanted", "goes-with", "buyer", "offered", "invited"]
Against = Literal[
    "erased",
    "unsubscribed",
    "bounced",
    "no-consent",
    "control-group",
    "cap",
    "bought",
    "returned",
    "unknown-article",
    "sold-out",
]
Reason = Literal[For, Against, "other-category"]
WHY: dict[str, tuple[Reason, str]] = {
    "baskets": ("in-basket", "in the basket"),
    "wishes": ("wanted", "asked for"),
    "wanted": ("wanted", "in a basket, or asked for"),
    "goes-with": ("goes-with", "goes with what they bought"),
    "buyers": ("buyer", "bought before"),
}
"""Why somebody or something is included, by where an audience's articles come from (`hq.config_marketing.SOURCES`)."""
AGAINST: tuple[Reason, ...] = get_args(Against)
INCLUDED = 0
RANK: dict[str, int] = {reason: place for place, reason in enumerate(AGAINST, start=1)}
"""The place of each rule: of several the first holds. INCLUDED comes before all of them."""
Marketing = Literal["yes", "left-empty", "taken-back", "ticked-since", "not-asked", "not-this"]
REFUSED: dict[Marketing, str] = {
    "left-empty": "the box for marketing was left empty when the basket was sent",
    "taken-back": "the person took back the consent to marketing",
    "ticked-since": "the person took back the consent to marketing; a tick at a screen, where anybody can type their"
    " address, does not undo it, their own link does",
    "not-asked": "the person was never asked about marketing, or did not answer",
    "not-this": "the person's preferences say no to it",
}


NARROW = "the words they agreed to speak of what lies in their basket alone"


@dataclass(frozen=True, kw_only=True)
class Person:
    suppressed: frozenset[str]
    """Of "erased", "unsubscribed", "bounced"."""
    marketing: Marketing
    """The answer that stands; an empty box on a screen is no withdrawal."""
    control: bool
    capped: bool = False
    """They had as many messages as they may have just now."""
    wider: bool = True
    """The words they agreed to speak of more than what lies in their basket."""


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
    wanted: int = 0
    """When it was last put into a basket, or asked for."""


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


def decide(
    person: Person,
    article: Article,
    purchases: Mapping[str, Purchase],
    returns: Mapping[str, Purchase] = MappingProxyType({}),
    source: str = "baskets",
) -> Decision:
    """`purchases`: what the person bought and kept, by SKU; `returns`: what they sent back, with nothing kept."""
    because, why = WHY[source]
    reason, words = next(_against(person, article, purchases, returns), (because, _why(article, why)))
    included = reason == because
    return Decision(
        basket=article.basket,
        sku=article.sku,
        name=article.name,
        variant=article.variant,
        included=included,
        reason=reason,
        words=words,
    )


def decide_person(person: Person, source: str) -> Decision:
    """Of an audience without articles."""
    because, why = WHY[source]
    reason, words = next(_person(person), (because, f"{why}, and marketing is allowed"))
    return Decision(basket="", sku="", name="", variant="", included=reason == because, reason=reason, words=words)


def offer(
    person: Person, article: Article, purchases: Mapping[str, Purchase], returns: Mapping[str, Purchase]
) -> Decision:
    """As `decide`, of an article that lies in no basket of theirs: the words they agreed to must speak of such, too."""
    decision = decide(person, article, purchases, returns)
    if not decision.included:
        return decision
    if not person.wider:
        return replace(decision, included=False, reason="no-consent", words=NARROW)
    pieces = "piece is" if article.available == 1 else "pieces are"
    return replace(decision, reason="offered", words=f"not bought, {article.available} {pieces} there")


def invite(person: Person, *, id: str, name: str) -> Decision:  # noqa: A002 (of what they are invited to)
    """The rules about a person alone."""
    against = list(_person(person))
    if not person.wider:
        against.append(("no-consent", NARROW))
    reason, words = next(iter(against), ("invited", "marketing is allowed"))
    return Decision(basket="", sku=id, name=name, variant="", included=reason == "invited", reason=reason, words=words)


def _why(article: Article, why: str) -> str:
    pieces = "piece is" if article.available == 1 else "pieces are"
    return f"{why}, not bought, {article.available} {pieces} there, and marketing is allowed"


def _against(
    person: Person, article: Article, purchases: Mapping[str, Purchase], returns: Mapping[str, Purchase]
) -> Iterator[tuple[Reason, str]]:
    yield from _person(person)
    for sku, size in article.same.items():
        if bought := purchases.get(sku):
            yield "bought", _bought(bought, "" if sku == article.sku else size)
    if (back := returns.get(article.sku)) and back.at >= article.wanted:
        yield "returned", f"sent back {_when(back)}"
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
    if person.capped:
        yield "cap", "the person had as many messages as they may have"


def _bought(bought: Purchase, size: str) -> str:
    other = f" in size {size}" if size else ""
    return f"bought{other} {_when(bought)}"


def _when(purchase: Purchase) -> str:
    where = "in the web shop" if purchase.store == "web" else f"in {purchase.store}"
    day = datetime.fromtimestamp(purchase.at / 1000, UTC).date().isoformat()
    return f"on {day} {where} (order {purchase.order_id})"


def _sold_out(article: Article) -> str:
    return "sold out: no store and not the web shop has it" if article.counted else "nobody has counted any stock of it"
