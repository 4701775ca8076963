"""An HQ that knows much: the showroom's articles in its table, and Sarah, with everything that can be known of her."""

from sqlalchemy import Connection

from edge.domain.article import Stock
from hq import identity, people, stores
from hq.importers.articles import Articles
from hq.service import Hq
from hq.store import tables
from tests.hq.boxes import NOW, STORE
from tests.hq.showroom import COUNTS, PRODUCTS, STORES, VARIANTS

SARAH, MAIL, CARD, TAG = "5a" * 16, "sarah.lepp@example.com", "2912345678901", "04a1b2c3d4e5f6"
ORDER = "till-4711"


def furnish(hq: Hq, *, counted: int = NOW) -> None:
    """`counted`: when all stock was."""
    with hq.engine.begin() as connection:
        articles = Articles(connection)
        for store in STORES:
            articles.put(store.id, "", store)
        for product in PRODUCTS:
            articles.put(product.id, "", product)
        for variant in VARIANTS:
            articles.put(variant.sku, variant.product_id, variant)
        for sku, counts in COUNTS.items():
            for place, quantity in counts.items():
                articles.put(f"{sku}@{place}", sku, Stock(sku=sku, store=place, quantity=quantity, as_of=counted))
        articles.flush()
        stores.register(connection, STORE)


def count(hq: Hq, sku: str, quantity: int, store: str = STORE, as_of: int = NOW) -> None:
    """Somebody counted."""
    with hq.engine.begin() as connection:
        articles = Articles(connection)
        articles.put(f"{sku}@{store}", sku, Stock(sku=sku, store=store, quantity=quantity, as_of=as_of))
        articles.flush()


def meet(connection: Connection, hq: Hq, profile: str = SARAH, **identities: str) -> None:
    """HQ comes to know somebody by these identities."""
    row = {"id": profile, "created": NOW, "language": "et", "control": False}
    connection.execute(tables.profile.insert().values(row))
    key = people.new_key(connection, profile)
    for kind, value in identities.items():
        digest = identity.digest(hq.keys, kind, value)  # type: ignore[arg-type]
        known = {"kind": kind, "digest": digest, "profile": profile, "created": NOW}
        connection.execute(tables.identity.insert().values(known | {"value": people.encrypt(key, value)}))


def consent(connection: Connection, purpose: str, granted: bool, *, at: int = NOW, profile: str = SARAH) -> None:
    words = {"words": "Yes, remember me.", "words_hash": "0" * 64, "version": "1", "language": "et", "how": "screen"}
    row = {"profile": profile, "purpose": purpose, "granted": granted, "event": None, "at": at}
    connection.execute(tables.consent.insert().values(words | row))


def buy(
    connection: Connection, hq: Hq, sku: str, *, n: int = 1, profile: str | None = SARAH, card: str = "", at: int = NOW
) -> None:
    """An order line of `n` pieces, a negative number for a return."""
    order = f"{ORDER}-{sku}-{n}-{at}-{profile}"[:64]
    row = {"store": STORE, "order_id": order, "sku": sku, "quantity": n, "price": 18900, "currency": "EUR"}
    whose = {"profile": profile, "basket": None, "at": at, "buyer": None}
    digest = identity.digest(hq.keys, "card", card) if card else None
    connection.execute(tables.order_line.insert().values(row | whose | {"card": digest}))


def sarah(hq: Hq, *, consents: tuple[str, ...] = ("profiling", "marketing")) -> None:
    """She has card and tag, bought two pairs of boots and a coat, and said yes to `consents`."""
    with hq.engine.begin() as connection:
        meet(connection, hq, mail=MAIL, card=CARD, tag=TAG)
        for purpose in ("profiling", "marketing"):
            consent(connection, purpose, purpose in consents)
        buy(connection, hq, "BOOT-42", card=CARD, at=NOW - 3)
        buy(connection, hq, "BOOT-41", n=2, at=NOW - 2)
        buy(connection, hq, "BOOT-41", n=-2, at=NOW - 1)
        buy(connection, hq, "COAT-M", at=NOW)
