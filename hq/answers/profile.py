"""Who a loyalty card or a tag belongs to, as far as a screen may know.

Somebody whom HQ does not know, somebody who was erased and somebody who never said yes to being remembered are all the
same here: the same bytes, after the same queries.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from edge.domain.article import WEB, Product, Variant
from hq import choices, identity, people
from hq.answers.shown import Screen
from hq.audience import facts
from hq.buyers import theirs
from hq.choices import Choice
from hq.config import Config
from hq.coupons.whose import theirs_open
from hq.coupons.wording import in_words
from hq.identity import IdentityKind
from hq.keys import Keys
from hq.linking.person import profiles_of
from hq.points.ledger import balance
from hq.points.rates import rates_of
from hq.store import tables

NOBODY = "-"
"""No profile has this id: what is asked about it finds nothing, as long as it takes."""
LOOKED = 50
"""Articles a person bought last, of which the usual sizes are taken."""
SIZES = 3
"""Usual sizes told at most, of the kinds of article bought most often."""
OPEN = 30 * 86_400_000
"""Milliseconds for which a basket that was sent is still an open one."""
OFFERS = 5
"""Codes told at most, those that end first."""
LINES = 40
"""Lines of it told at most."""


class ProfileQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of `card` (the number) and `tag` (the UID in hex), the other "". `screen`: what kind of it will show it."""

    screen: Screen
    card: Annotated[str, msgspec.Meta(max_length=128)] = ""
    tag: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{0,64}$")] = ""

    def __post_init__(self) -> None:
        if bool(self.card.strip()) == bool(self.tag):
            raise ValueError("name a card or a tag, and not both")


def answer(connection: Connection, keys: Keys, config: Config, question: ProfileQuestion, now: int) -> dict[str, Any]:
    """`known` with `language`, `initial`, the usual `sizes` by category, the `basket` left open, `points` where any are
    given, and as `offers` the codes that are theirs and open; `known` false is all there is of anybody else. `now` in
    milliseconds since 1970."""
    profile = _owner(connection, keys, question) or NOBODY
    language = _language(connection, profile)
    remembered = people.allowed(people.answers(connection, profile), "profiling")
    if language is None or not remembered:
        return {"known": False}
    rates, own = rates_of(config), theirs_open(connection, keys, config, profile, now)
    offers = [{"text": in_words(one), "until": one.until} for one in own[:OFFERS]]
    return {
        "known": True,
        "language": language,
        "initial": _initial(connection, profile),
        "sizes": usual_sizes(connection, profile),
        "basket": open_basket(connection, profile, since=now - OPEN),
        **({"offers": offers} if offers else {}),
        **({"points": balance(connection, rates, profile)} if rates else {}),
    }


def _owner(connection: Connection, keys: Keys, question: ProfileQuestion) -> str | None:
    """By the identity itself, else by the orders that name the card, if they are all one person's."""
    kind: IdentityKind = "card" if question.card else "tag"
    shown = question.card or question.tag
    order, member = tables.order_line.c, tables.member.c
    found = identity.find(connection, keys, kind, shown)
    person = func.coalesce(member.person, order.profile)
    bought = select(person).join_from(tables.order_line, tables.member, member.profile == order.profile, isouter=True)
    named = bought.where(order.card == identity.digest(keys, kind, shown), order.profile.is_not(None))
    buyers = connection.scalars(named.distinct().limit(2)).all()
    return found or (buyers[0] if len(buyers) == 1 else None)


def _language(connection: Connection, profile: str) -> str | None:
    """None for who is not there, or is there without a key: erased."""
    query = select(tables.profile.c.language).join(tables.person_key).where(tables.profile.c.id == profile)
    language: str | None = connection.scalar(query)
    return language


def usual_sizes(connection: Connection, profile: str) -> list[dict[str, str]]:
    """Of what the person bought and kept: per category the size bought most often, the newest of equals."""
    bought: dict[str, Counter[str]] = {}
    for variant, product in _bought(connection, profile):
        if variant.size:
            bought.setdefault(product.category, Counter())[variant.size] += 1
    often = sorted(bought.items(), key=lambda one: -one[1].total())[:SIZES]
    return [{"category": category, "size": sizes.most_common(1)[0][0]} for category, sizes in often]


def _initial(connection: Connection, profile: str) -> str:
    """The letter that their mail address begins with, "" where it begins with none: HQ knows nobody's name."""
    mail = people.mail_of(connection, profile) or ""
    return mail[:1].upper() if mail[:1].isalpha() else ""


def open_basket(connection: Connection, profile: str, *, since: int) -> list[dict[str, Any]]:
    """Of the basket they sent last and of their cart in the web shop, the later one first: what they did not buy since.
    An article that lies in both is the later one's."""
    sent = [one for web in (False, True) for one in _latest(connection, profile, since, web=web)]
    purchases = facts.purchases(connection, profile).values()
    found: dict[str, Choice] = {}
    for basket in sorted(sent, key=lambda one: (-one.sent, one.id)):
        bought = {one.sku for one in purchases if one.at >= basket.sent}
        for line in _lines(connection, basket.id):
            if line.sku not in bought:
                found.setdefault(line.sku, line)
    return [asdict(one) for one in found.values() if one.quantity][:LINES]


def _latest(connection: Connection, profile: str, since: int, *, web: bool) -> Sequence[Row[str, int]]:
    basket = tables.basket.c
    where = basket.store == WEB if web else basket.store != WEB
    query = select(basket.id, basket.sent).where(basket.profile.in_(profiles_of(profile)), basket.sent >= since, where)
    return connection.execute(query.order_by(basket.sent.desc(), basket.id).limit(1)).all()


def _lines(connection: Connection, basket: str) -> list[Choice]:
    """As they stand, also those that were taken out on the basket's page."""
    line = tables.basket_line.c
    query = select(line.sku, line.quantity, line.fulfilment).where(line.basket == basket).order_by(line.position)
    chosen = choices.of_basket(connection, basket)
    return [choices.counted(chosen, row.sku, row.quantity, row.fulfilment) for row in connection.execute(query)]


def _bought(connection: Connection, profile: str) -> list[tuple[Variant, Product]]:
    """What is still in the catalogue of it, the newest first."""
    order, variant, product = tables.order_line.c, tables.article.alias(), tables.article.alias()
    kept = (
        select(order.sku, func.max(order.at).label("at"))
        .where(theirs(profile))
        .group_by(order.sku)
        .having(func.sum(order.quantity) > 0)
        .order_by(func.max(order.at).desc(), order.sku)
        .limit(LOOKED)
        .subquery()
    )
    query = (
        select(variant.c.doc, product.c.doc)
        .join_from(kept, variant, (variant.c.kind == "variant") & (variant.c.id == kept.c.sku))
        .join(product, (product.c.kind == "product") & (product.c.id == variant.c.parent))
        .order_by(kept.c.at.desc(), kept.c.sku)
    )
    rows = connection.execute(query).all()
    return [(msgspec.json.decode(v, type=Variant), msgspec.json.decode(p, type=Product)) for v, p in rows]
