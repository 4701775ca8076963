"""What a chain's HQ holds after a year or two, in PostgreSQL: people of any number, made by the server itself.

Two of three people sent a basket of three articles, one of four bought something, half of these what lay in the basket.
Seven of ten allowed marketing; one of fifty took it back by a link in a mail, one of twenty is in the control group.
A fifth of the baskets was opened on the web, of a third a mail was. Each person comes with EVENTS events at the screens
of STORES stores over two years. Everything follows from the number of a row.
"""

from pathlib import Path

from sqlalchemy import Engine, text

from edge.catalogue import Version, build
from edge.domain.article import WEB, Product, Stock, Variant
from edge.domain.money import Money
from hq import stores
from hq.audience import goods
from hq.outcomes import following
from hq.projection import spans
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new

PRODUCTS, SIZES = 2_000, tuple(map(str, range(38, 43)))
STORES, EVENTS = 200, 4
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
    log = {"mark": 1, "mark_hash": "", "first_received": hq.clock(), "last_received": hq.clock()}
    with hq.engine.begin() as connection:
        insert_new(connection, tables.feed_version, [row])
        for n in range(STORES):
            stores.register(connection, f"store-{n}")
            insert_new(connection, tables.log, [log | {"log_id": f"{n:032x}", "store": f"store-{n}"}])
    goods.follow(hq)


def person(n: int) -> str:
    """The id of the n-th profile's person; n counts from 1."""
    return f"{n:032x}"


_ID, _KEYED = "lpad(to_hex(({})::bigint), 32, '0')", "lpad(to_hex(({})::bigint), 64, '0')"
_P = _ID.format("i")
_EACH, _NOW = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) i", "CAST(:now AS bigint)"


def _drawn(n: str, seed: int) -> str:
    """Evenly from 0 to 2^30, by the number alone."""
    return f"(hashint8extended(({n})::bigint, {seed}) & 1073741823)"


def _sku(n: str) -> str:
    """Of the n-th thing that somebody touches. Few articles are touched often, most seldom."""
    size = f"{SIZES[0]} + {_drawn(n, 3)} % {len(SIZES)}"
    return f"{_product(n)} || '-' || ({size})"


def _product(n: str) -> str:
    return f"'p' || floor({PRODUCTS} * power({_drawn(n, 2)} / 1073741824.0, 2))"


def _ago(n: str, days: int) -> str:
    """Between two hours and so many days ago, evenly."""
    return f"({_NOW} - 7200000 - {_drawn(n, 1)} % {days} * {DAY} - {_drawn(n, 5)} % {DAY})"


_STORE, _DAY = f"'store-' || i % {STORES}", f"floor({{}} / {DAY})"
_SENT, _LINE = _ago("i", 60), "i * 8 + k"
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
    "INSERT INTO basket (id, profile, store, station, event, language, sent, shop_id)"
    f" SELECT {_P}, {_P}, {_STORE}, 'wall', {_P}, 'en', {_SENT}, {_ID.format('i + 1000000000')}"
    f" FROM {_EACH} WHERE i % 3 < 2",
    "INSERT INTO basket_line (basket, sku, position, product_id, name, variant, quantity, fulfilment, price, currency)"
    f" SELECT {_P}, {_sku(_LINE)}, k, {_product(_LINE)}, '', '', 1, 'take', 4900, 'EUR'"
    f" FROM {_EACH}, generate_series(0, 2) k WHERE i % 3 < 2 ON CONFLICT DO NOTHING",
    "INSERT INTO mail (id, event, kind, profile, basket, state, message_id, tries, due, sent, error)"
    f" SELECT {_P}, {_P}, 'basket', {_P}, {_P}, 'sent', '', 1, {_SENT}, {_SENT}, '' FROM {_EACH} WHERE i % 3 < 2",
    "INSERT INTO order_line (store, order_id, sku, quantity, price, currency, profile, at)"
    f" SELECT {_STORE}, i::text, {_sku('i * 8 + i / 4 % 2 * 7')}, 1, 4900, 'EUR', {_P},"
    f" {_ago('i + 1', 60)} FROM {_EACH} WHERE i % 4 = 0",
    "INSERT INTO web_visit (profile, basket, page, at)"
    f" SELECT {_P}, CASE WHEN k = 0 THEN {_P} END, CASE WHEN k = 0 THEN 'basket' ELSE 'mail' END, {_SENT} + 60000"
    f" FROM {_EACH}, generate_series(0, 1) k WHERE i % 3 < 2 AND i % (5 - 2 * k) = 0",
    "INSERT INTO wish (event, profile, sku, product_id, name, variant, store, station, language, channel, at)"
    f" SELECT {_P}, {_P}, {_sku('i')}, {_product('i')}, '', '', {_STORE}, 'wall', 'en', 'mail', {_ago('i', 60)}"
    f" FROM {_EACH} WHERE i % 50 = 7",
)
_KINDS = "(ARRAY['ProductScanned','ProductViewed','VisitStarted','LineAdded','VisitEnded','ProductsSearched'])"
_HAPPENED = _ago("i", 700)
_EVENTS = (
    "INSERT INTO event (id, log_id, n, store, kind, at, received, body, hash)"
    f" SELECT {_P}, {_ID.format(f'i % {STORES}')}, i / {STORES} + 1, {_STORE},"
    f" {_KINDS}[1 + i % 6], {_HAPPENED}, {_HAPPENED},"
    f""" '{{"visit":"' || {_ID.format("i / 8")} || '","station":"wall","sku":"' || {_sku("i")} || '"}}',"""
    f" {_KEYED.format('i')} FROM {_EACH}"
)
_STEP = "(ARRAY['scan','view','','add'])"
_COUNTS = (
    f"""INSERT INTO day_count (day, store, station, sku, step, n)
    SELECT {_DAY.format(_HAPPENED)}, {_STORE}, 'wall', {_sku("i")}, {_STEP}[1 + i % 6], count(*)
    FROM {_EACH} WHERE i % 6 IN (0, 1, 3) GROUP BY 1, 2, 4, 5
    ON CONFLICT (day, store, station, sku, step) DO UPDATE SET n = day_count.n + excluded.n""",
    f"""INSERT INTO day_station (day, store, station, scan, view, add, send)
    SELECT {_DAY.format(_HAPPENED)}, {_STORE}, 'wall', count(*) FILTER (WHERE i % 6 = 0),
      count(*) FILTER (WHERE i % 6 = 1), count(*) FILTER (WHERE i % 6 = 3), 0
    FROM {_EACH} GROUP BY 1, 2
    ON CONFLICT (day, store, station) DO UPDATE SET scan = day_station.scan + excluded.scan,
      view = day_station.view + excluded.view, add = day_station.add + excluded.add""",
    f"""INSERT INTO day_search (day, store, words, n, empty, chosen)
    SELECT {_DAY.format(_HAPPENED)}, {_STORE}, 'words ' || {_product("i")}, count(*),
      count(*) FILTER (WHERE i % 4 = 1), 0
    FROM {_EACH} WHERE i % 6 = 5 GROUP BY 1, 2, 3
    ON CONFLICT (day, store, words) DO UPDATE SET n = day_search.n + excluded.n,
      empty = day_search.empty + excluded.empty""",
)
"""What HQ counts as it applies events."""
_SENDS = (
    *(
        f"""INSERT INTO day_count (day, store, station, sku, step, n)
        SELECT {_DAY.format("b.sent")}, b.store, 'wall', {sku}, 'send', count(*) FROM {source}
        WHERE b.id BETWEEN :one AND :other GROUP BY 1, 2, 4
        ON CONFLICT (day, store, station, sku, step) DO UPDATE SET n = day_count.n + excluded.n"""
        for sku, source in (("''", "basket b"), ("l.sku", "basket b JOIN basket_line l ON l.basket = b.id"))
    ),
    f"""INSERT INTO day_station (day, store, station, scan, view, add, send)
    SELECT {_DAY.format("sent")}, store, 'wall', 0, 0, 0, count(*) FROM basket
    WHERE id BETWEEN :one AND :other GROUP BY 1, 2
    ON CONFLICT (day, store, station) DO UPDATE SET send = day_station.send + excluded.send""",
)


def populate(engine: Engine, now: int, before: int, people: int) -> None:
    """Adds people until there are so many; `before` of them are there."""
    with engine.begin() as connection:
        for statement in _PEOPLE:
            connection.execute(text(statement), {"now": now, "first": before + 1, "last": people})
        events = {"now": now, "first": before * EVENTS + 1, "last": people * EVENTS}
        for statement in (_EVENTS, *_COUNTS):
            connection.execute(text(statement), events)
        for statement in _SENDS:
            connection.execute(text(statement), {"one": person(before + 1), "other": person(people)})
        following.rebuild(connection)
        spans.fill(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


ORDERS = f"""
INSERT INTO order_line (store, order_id, sku, quantity, price, currency, profile, at)
SELECT {_STORE}, :name || '-' || i, {_sku("i * 8")}, 1, 4900, 'EUR', {_P}, {_NOW} FROM {_EACH}
"""
"""Orders of what lay in the baskets of these people."""
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
