"""A small shop in a real HQ: a catalogue that is built and published, and one basket that somebody sent."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import update

from edge.catalogue import Version, build
from edge.domain.article import Product, Review, Stock, Store, Variant
from edge.domain.consent import PURPOSES
from edge.domain.money import Money
from hq import people
from hq.clock import Clock, now
from hq.config import Config, Mail, Web
from hq.service import Hq, open_hq
from hq.store import tables

MAIL = "sarah@example.com"
BASKET, PROFILE, EVENT, MAIL_ID = "b" * 32, "a" * 32, "e" * 32, "d" * 32
HOME = "aurora-tallinn"
NOON = 1_793_620_800_000
"""2 November 2026, 12:00 UTC."""
GTIN = "04012345678901"
HOSTILE = '<script>alert("1")</script>{{ 7*7 }}'

STORES = (
    Store(
        id="aurora-tallinn",
        name="Aurora Tallinn",
        city="Tallinn",
        address="Koidu väljak 1",
        latitude=59.44,
        longitude=24.75,
        hours="Mo-Sa 10:00-20:00",
    ),
    Store(
        id="aurora-tartu", name="Aurora Tartu", city="Tartu", address="Valguse pst 4", latitude=58.38, longitude=26.73
    ),
    Store(id="aurora-parnu", name="Aurora Pärnu", city="Pärnu", latitude=58.38, longitude=24.50),
)


class SetClock:
    """HQ's, set by hand: a moment after the basket was sent."""

    now = NOON + 1

    def __call__(self) -> int:
        return self.now


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


PRODUCTS = (
    Product(
        id="boot",
        brand="Aurora",
        category="Shoes > Boots",
        popularity=9,
        goes_with=("scarf", "pot", "chair"),
        title={
            "en": "Fjell trail boot",
            "de": "Wanderstiefel Fjell",
            "es": "Bota de montaña Fjell",
            "et": "Matkasaabas Fjell",
        },
        story={"en": "Cut for wet stone and long light.\n\nResoled in our workshop, twice if need be."},
    ),
    Product(
        id="coat",
        brand="Aurora",
        category="Clothing > Coats",
        popularity=8,
        goes_with=("pack", "scarf"),
        title={"en": "Rain coat Udu", "de": "Regenmantel Udu"},
    ),
    Product(id="pot", brand="Aurora", category="Home > Kitchen", popularity=3, title={"en": "Teapot Aur"}),
    Product(id="scarf", brand="Aurora", category="Clothing > Scarves", popularity=5, title={"en": "Wool scarf Hall"}),
    Product(id="pack", brand="Aurora", category="Outdoor > Packs", popularity=4, title={"en": "Day pack 22"}),
    Product(id="chair", brand="Aurora", category="Home > Chairs", popularity=2, title={"en": HOSTILE}),
)
VARIANTS = (
    Variant(
        sku="BOOT-41",
        product_id="boot",
        price=eur(18900),
        size="41",
        colour="Moss",
        colour_code="#5f6f52",
        position=1,
        gtin="04012345678895",
    ),
    Variant(
        sku="BOOT-42",
        product_id="boot",
        price=eur(18900),
        size="42",
        colour="Moss",
        colour_code="#5f6f52",
        position=2,
        gtin=GTIN,
        link="https://shop.aurora.example/boot-42",
    ),
    Variant(
        sku="BOOT-43", product_id="boot", price=eur(18900), size="43", colour="Moss", colour_code="#5f6f52", position=3
    ),
    Variant(
        sku="COAT-M", product_id="coat", price=eur(14900), was=eur(19900), size="M", colour="Fog", colour_code="#c9d2d3"
    ),
    Variant(sku="POT-1", product_id="pot", price=eur(6450), colour="Clay", colour_code="#b4745a", web_only=True),
    Variant(sku="SCARF-1", product_id="scarf", price=eur(4900), colour="Heather", gtin="04012345670011"),
    Variant(sku="PACK-1", product_id="pack", price=eur(9900), colour="Spruce", link="javascript:alert(1)"),
    Variant(sku="CHAIR-1", product_id="chair", price=eur(23900), size=HOSTILE),
)
COUNTS = {
    "BOOT-41": {"aurora-tallinn": 6, "aurora-tartu": 2},
    "BOOT-42": {"aurora-tallinn": 2, "aurora-tartu": 5, "aurora-parnu": 0, "web": 11},
    "BOOT-43": {"aurora-tallinn": 0, "aurora-tartu": 0},
    "COAT-M": {"aurora-tallinn": 0, "aurora-tartu": 3, "aurora-parnu": 1, "web": 4},
    "POT-1": {"web": 20},
    "SCARF-1": {"aurora-tallinn": 8},
    "PACK-1": {"aurora-tallinn": 1},
    "CHAIR-1": {"aurora-tartu": 9},
}
REVIEWS = (
    Review(
        product_id="boot",
        rating=5,
        title="Dry feet",
        text="Three days of bog and not a drop.",
        language="en",
        author="Mari",
        date="2026-09-14",
    ),
    Review(product_id="boot", rating=4, title=HOSTILE, text=HOSTILE, language="en", author="Jo", date="2026-08-02"),
)


def showroom(
    directory: Path,
    *,
    smtp: str = "",
    clock: Clock = now,
    pictures: dict[str, str] | None = None,
    config: Config | None = None,
) -> Hq:
    """An HQ with the catalogue published. `pictures` maps SKUs to files that lie in D/pictures."""
    config = config or Config(web=Web(public_url="https://bag.aurora.example"))
    hq = open_hq(directory, replace(config, mail=Mail(smtp=smtp, sender="Aurora <basket@aurora.example>")), clock=clock)
    hq.feeds.mkdir(exist_ok=True)
    hq.pictures.mkdir(exist_ok=True)
    variants = [replace(variant, picture=(pictures or {}).get(variant.sku, "")) for variant in VARIANTS]
    stock = [
        Stock(sku=sku, store=store, quantity=n, as_of=NOON) for sku, at in COUNTS.items() for store, n in at.items()
    ]
    publish(hq, variants, stock)
    return hq


def publish(
    hq: Hq, variants: list[Variant], stock: list[Stock], n: int = 1, products: tuple[Product, ...] = PRODUCTS
) -> None:
    file = f"catalogue-1-{n}.db"
    build(
        hq.feeds / file,
        version=Version(1, n),
        products=products,
        variants=variants,
        stock=stock,
        reviews=REVIEWS,
        stores=STORES,
        languages=["en", "de", "es", "et"],
    )
    with hq.engine.begin() as connection:
        row = {
            "feed": "catalogue",
            "epoch": 1,
            "n": n,
            "file": file,
            "head": b"",
            "built": NOON,
            "note": "import articles.csv",
        }
        connection.execute(tables.feed_version.insert().values(row))


def send_basket(
    hq: Hq,
    *,
    skus: dict[str, int] | None = None,
    language: str = "en",
    consents: tuple[str, ...] = (),
    mail: str = MAIL,
    store: str = HOME,
) -> None:
    """Somebody sent their basket: profile, basket and a queued mail. `consents` are the purposes they said yes to."""
    with hq.engine.begin() as c:
        c.execute(tables.profile.insert().values(id=PROFILE, created=NOON, language=language, control=False))
        key = people.new_key(c, PROFILE)
        digest = hq.keys.digest_of("mail", mail)
        c.execute(
            tables.identity.insert().values(
                kind="mail", digest=digest, profile=PROFILE, value=people.encrypt(key, mail), created=NOON
            )
        )
        for purpose in PURPOSES:
            c.execute(
                tables.consent.insert().values(
                    profile=PROFILE,
                    purpose=purpose,
                    granted=purpose in consents,
                    words=f"Words of {purpose}.",
                    words_hash="0" * 64,
                    version="1",
                    language=language,
                    how="screen",
                    event=EVENT,
                    at=NOON,
                )
            )
        c.execute(
            tables.basket.insert().values(
                id=BASKET,
                profile=PROFILE,
                store=store,
                station="wall-1",
                event=EVENT,
                language=language,
                sent=NOON,
            )
        )
        for position, (sku, quantity) in enumerate((skus or {"BOOT-42": 1, "COAT-M": 1, "POT-1": 2}).items()):
            variant = next(v for v in VARIANTS if v.sku == sku)
            product = next(p for p in PRODUCTS if p.id == variant.product_id)
            c.execute(
                tables.basket_line.insert().values(
                    basket=BASKET,
                    sku=sku,
                    position=position,
                    product_id=product.id,
                    name=product.title["en"],
                    variant=variant.size,
                    quantity=quantity,
                    fulfilment=("take", "collect", "ship")[position % 3],
                    price=variant.price.amount,
                    currency="EUR",
                )
            )
        c.execute(
            tables.mail.insert().values(
                id=MAIL_ID,
                event=EVENT,
                kind="basket",
                profile=PROFILE,
                basket=BASKET,
                state="queued",
                message_id=f"<{EVENT}@aurora.example>",
                tries=0,
                due=NOON,
            )
        )


def mail_row(hq: Hq) -> dict[str, object]:
    with hq.reading() as connection:
        return dict(connection.execute(tables.mail.select()).mappings().one())


def due_again(hq: Hq) -> None:
    """As if the claim, or the pause, had run out."""
    with hq.engine.begin() as connection:
        connection.execute(update(tables.mail).values(due=0))
