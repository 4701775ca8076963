"""What a chain's HQ holds after a year or two, in PostgreSQL: people of any number, made by the server itself.

Two of three people sent a basket of three articles, one of four bought something, half of these what lay in the basket.
Seven of ten allowed marketing; one of fifty took it back by a link in a mail, one of twenty is in the control group.
Each person comes with EVENTS events at the screens of STORES stores. Everything follows from the number of a row.
"""

from pathlib import Path

from sqlalchemy import Engine, text

from edge.catalogue import Version, build
from edge.domain.article import WEB, Product, Stock, Variant
from edge.domain.money import Money
from hq.audience import goods
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new

PRODUCTS, SIZES = 2_000, tuple(map(str, range(38, 43)))
STORES, EVENTS = 200, 10
DAY = 86_400_000
CATEGORIES = ("Shoes > Boots", "Shoes > Sneakers", "Clothing > Coats", "Clothing > Shirts", "Home > Kitchen")


def furnish(hq: Hq) -> None:
    """Publishes a catalogue of 10,000 variants, each tenth of them sold out."""
    hq.feeds.mkdir(exist_ok=True)
    names = [f"p{n}" for n in range(PRODUCTS)]
    products = [
        Product(
            id=name,
            brand="",
            category=CATEGORIES[n % len(CATEGORIES)],
            goes_with=(names[n - 1],),
            title={"en": f"Article {n}"},
        )
        for n, name in enumerate(names)
    ]
    skus = [(name, size, f"{name}-{size}") for name in names for size in SIZES]
    variants = [
        Variant(sku=sku, product_id=name, size=size, price=Money(amount=4_900, currency="EUR"))
        for name, size, sku in skus
    ]
    stock = [Stock(sku=sku, store=WEB, quantity=n % 10, as_of=hq.clock()) for n, (_, _, sku) in enumerate(skus)]
    file = Path("catalogue-1-1.db")
    build(
        hq.feeds / file,
        version=Version(1, 1),
        products=products,
        variants=variants,
        stock=stock,
        reviews=[],
        stores=[],
        languages=["en"],
    )
    row = {"feed": "catalogue", "epoch": 1, "n": 1, "file": str(file), "head": b"", "built": hq.clock(), "note": ""}
    with hq.engine.begin() as connection:
        insert_new(connection, tables.feed_version, [row])
    goods.follow(hq)


def person(n: int) -> str:
    """The id of the n-th profile's person; n counts from 1."""
    return f"{n:032x}"


_SKU = f"'p' || ({{}} % {PRODUCTS}) || '-' || ({SIZES[0]} + ({{}}) % {len(SIZES)})"
_ID, _KEYED = "lpad(to_hex({}::bigint), 32, '0')", "lpad(to_hex({}::bigint), 64, '0')"
_P = _ID.format("i")
_EACH, _NOW = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) i", "CAST(:now AS bigint)"


def _sku(n: str, size: str) -> str:
    return _SKU.format(n, size)


_PEOPLE = (
    f"INSERT INTO profile (id, created, language, control) SELECT {_P}, {_NOW} - i % 700 * {DAY}, 'en', i % 20 = 0"
    f" FROM {_EACH}",
    "INSERT INTO identity (kind, digest, profile, value, created)"
    f" SELECT 'mail', {_KEYED.format('i')}, {_P}, '', {_NOW} FROM {_EACH}",
    "INSERT INTO consent (profile, purpose, granted, words, words_hash, version, language, how, at)"
    f" SELECT {_P}, 'marketing', i % 10 < 7, '', '', '2', 'en', 'screen', {_NOW} - i % 700 * {DAY}"
    f" FROM {_EACH}",
    f"INSERT INTO suppression (digest, reason, at) SELECT {_KEYED.format('i')}, 'unsubscribed', {_NOW}"
    f" FROM {_EACH} WHERE i % 50 = 0",
    "INSERT INTO basket (id, profile, store, station, event, language, sent)"
    f" SELECT {_ID.format('i')}, {_P}, 'store-' || i % {STORES}, 'wall', {_ID.format('i')}, 'en',"
    f" {_NOW} - 7200000 - i % 60 * {DAY}"
    f" FROM {_EACH} WHERE i % 3 < 2",
    "INSERT INTO basket_line (basket, sku, position, product_id, name, variant, quantity, fulfilment, price, currency)"
    f" SELECT {_ID.format('i')}, {_sku('(i * 7 + k * 31)', 'i + k')}, k,"
    f" 'p' || (i * 7 + k * 31) % {PRODUCTS}, '', '', 1, 'take', 4900, 'EUR'"
    f" FROM {_EACH}, generate_series(0, 2) k WHERE i % 3 < 2",
    "INSERT INTO order_line (store, order_id, sku, quantity, price, currency, profile, at)"
    f" SELECT 'store-' || i % {STORES}, i::text, {_sku('(i * 7 + i / 4 % 2 * 31 * 5)', 'i')}, 1, 4900, 'EUR', {_P},"
    f" {_NOW} - i % 60 * {DAY} FROM {_EACH} WHERE i % 4 = 0",
)
_KINDS = "(ARRAY['ProductScanned','ProductViewed','VisitStarted','LineAdded','VisitEnded','ProductsSearched'])"
_EVENTS = (
    "INSERT INTO event (id, log_id, n, store, kind, at, received, body, hash)"
    f" SELECT {_ID.format('i')}, {_ID.format(f'i % {STORES}')}, i / {STORES} + 1, 'store-' || i % {STORES},"
    f" {_KINDS}[1 + i % 6], {_NOW} - i % 700 * {DAY}, {_NOW} - i % 700 * {DAY},"
    f""" '{{"visit":"' || {_ID.format("i / 8")} || '","station":"wall","sku":"p' || i % {PRODUCTS} || '-40"}}',"""
    f" {_KEYED.format('i')} FROM {_EACH}"
)


def populate(engine: Engine, now: int, before: int, people: int) -> None:
    """Adds people until there are so many; `before` of them are there."""
    with engine.begin() as connection:
        for statement in _PEOPLE:
            connection.execute(text(statement), {"now": now, "first": before + 1, "last": people})
        events = {"now": now, "first": before * EVENTS + 1, "last": people * EVENTS}
        connection.execute(text(_EVENTS), events)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


WANTED = """
SELECT DISTINCT b.profile FROM basket b JOIN basket_line l ON l.basket = b.id JOIN good g ON g.sku = l.sku
WHERE b.sent BETWEEN :first AND :last AND g.available > 0
  AND EXISTS (SELECT FROM consent c WHERE c.profile = b.profile AND c.purpose = 'marketing' AND c.granted)
  AND NOT EXISTS (SELECT FROM profile p WHERE p.id = b.profile AND p.control)
  AND NOT EXISTS (SELECT FROM identity i JOIN suppression s ON s.digest = i.digest WHERE i.profile = b.profile)
  AND NOT EXISTS (
    SELECT FROM order_line o JOIN good bought ON bought.sku = o.sku
    WHERE o.profile = b.profile AND (o.sku = l.sku OR bought.style = g.style))
ORDER BY b.profile
"""
"""The floor: who may be reminded of a basket, told for these rows alone: nobody merged, nothing returned, no marks of
staff's, no codes of baskets at the till, no cap."""
OWN = """
SELECT l.sku, l.name, l.variant, b.sent, g.available, o.at, c.granted, p.control FROM basket b
JOIN basket_line l ON l.basket = b.id JOIN profile p ON p.id = b.profile LEFT JOIN good g ON g.sku = l.sku
LEFT JOIN order_line o ON o.profile = b.profile AND o.sku = l.sku LEFT JOIN consent c ON c.profile = b.profile
WHERE b.profile = :profile
"""
"""The floor of an explanation: the rows that it is made of."""
