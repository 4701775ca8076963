"""A small catalogue in the domain's words."""

from pathlib import Path
from typing import Any

from edge.catalogue import Version, build
from edge.domain.article import Product, Review, Stock, Store, Variant
from edge.domain.money import Money

PRODUCTS = (
    Product(
        id="boot",
        brand="Fjällstig",
        category="Shoes > Boots",
        title={"en": "Trail boot", "de": "Wanderstiefel", "et": "Matkasaabas"},
        story={"en": "A boot for wet autumn paths.\n\nResoled for free."},
        goes_with=("sock", "gone", "tent"),
        popularity=50,
        facts={"Sole": "Rubber", "Waterproof": "yes"},
    ),
    Product(
        id="sock",
        brand="Fjällstig",
        category="Clothing > Socks",
        title={"en": "Wool running socks", "es": "Calcetines de lana", "et": "Villased jooksusokid"},
        popularity=90,
    ),
    Product(
        id="tent",
        brand="Nordlys",
        category="Camping",
        title={"en": "Tent for two"},
        popularity=10,
        keywords="shelter bivouac",
    ),
)
VARIANTS = (
    Variant(
        sku="TB-42-BRN",
        product_id="boot",
        gtin="04006381333931",
        more_gtins=("00000000000024", "05012345678900"),
        price=Money(amount=12995, currency="EUR"),
        was=Money(amount=15995, currency="EUR"),
        size="42",
        colour="Brown",
        colour_code="#6b4a2f",
        picture="ab12.svg",
        link="https://shop.example.com/boot",
        position=2,
    ),
    Variant(
        sku="TB-41-BLK",
        product_id="boot",
        price=Money(amount=12995, currency="EUR"),
        size="41",
        colour="Black",
        position=1,
    ),
    Variant(
        sku="WS-1",
        product_id="sock",
        gtin="00000096385074",
        price=Money(amount=1500, currency="EUR"),
        picture="cd34.svg",
    ),
    Variant(
        sku="TENT", product_id="tent", price=Money(amount=29900, currency="EUR"), picture="cd34.svg", web_only=True
    ),
)
STOCK = (
    Stock(sku="TB-42-BRN", store="aurora-tallinn", quantity=3, as_of=1_700_000_000_000),
    Stock(sku="TB-42-BRN", store="web", quantity=0, as_of=1_700_000_000_000),
    Stock(sku="TB-41-BLK", store="web", quantity=5, as_of=1_700_000_000_000, source="rfid"),
)
REVIEWS = (
    Review(
        product_id="boot", rating=5, title="Dry feet", text="Good.", language="en", author="Mari", date="2026-01-02"
    ),
    Review(product_id="boot", rating=2, title="Eng", text="Zu eng.", language="de", author="Jan", date="2026-03-01"),
)
STORES = (
    Store(
        id="aurora-tallinn", name="Aurora Tallinn", city="Tallinn", latitude=59.43, longitude=24.75, hours="Mo-Su 10-20"
    ),
    Store(id="aurora-berlin", name="Aurora Berlin"),
)


FIRST = Version(1, 1)


def write(path: Path, version: Version = FIRST, **changed: Any) -> Path:
    parts: dict[str, Any] = {
        "products": PRODUCTS,
        "variants": VARIANTS,
        "stock": STOCK,
        "reviews": REVIEWS,
        "stores": STORES,
        "languages": ("en", "de", "es", "et"),
    }
    build(path, version=version, **{**parts, **changed})
    return path
