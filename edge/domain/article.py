"""What is sold: products (styles), their variants (sellable articles), stock, reviews and stores."""

from dataclasses import dataclass, field

from edge.domain.money import Money

WEB = "web"
"""The store id under which stock of the web shop is counted."""
FEW = 3
"""Up to so many pieces are "few" wherever stock is shown."""
SHOWN, HELD, REFUSED = "shown", "held", "refused"
"""What a moderator decided about a review; those held wait for a decision."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """A style. `title` and `story` map a language code to text; a blank line splits a story's paragraphs."""

    id: str
    brand: str
    category: str
    """Path from the root, joined by " > "."""
    title: dict[str, str]
    story: dict[str, str] = field(default_factory=dict)
    goes_with: tuple[str, ...] = ()
    """Product ids, best first."""
    popularity: int = 0
    """Larger is shown earlier when nothing else decides."""
    facts: dict[str, str] = field(default_factory=dict)
    """What the retailer tells beside the story, in the catalogue's first language: "Material" to "Wool". Searched."""
    keywords: str = ""
    """Further words it is found by and that nobody is shown, in any language."""


@dataclass(frozen=True, kw_only=True)
class ZonePrice:
    """What a variant costs in the stores of one price zone; `was` as for the variant."""

    price: Money
    was: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One sellable article: `sku` is its identity, `gtin` (14 digits) where it has one."""

    sku: str
    product_id: str
    price: Money
    gtin: str | None = None
    size: str = ""
    colour: str = ""
    """A colour's name in the first language of the catalogue."""
    colour_code: str = ""
    """The swatch, "#rrggbb"."""
    was: Money | None = None
    """The price before a reduction."""
    picture: str = ""
    """File name of its picture: SHA-256 in hex with the suffix of its type, such as "ab12….svg"; "" has none. At HQ
    also the web address it is to be fetched from; no catalogue file holds such."""
    web_only: bool = False
    link: str = ""
    """The article's page in the retailer's web shop."""
    position: int = 0
    """Order among the variants of its product (sizes do not sort as text)."""
    more_pictures: tuple[str, ...] = ()
    """Names like `picture`, best first: what is shown beside it."""
    more_gtins: tuple[str, ...] = ()
    """Further numbers that are this same article (another pack, an older print), 14 digits each, in rising order."""
    zones: dict[str, ZonePrice] = field(default_factory=dict)
    """Prices of the zones (`Store.zone`) in which it costs something else than `price`."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many of one variant one store (or WEB) has: an absolute count, its time and where it came from."""

    sku: str
    store: str
    quantity: int
    as_of: int
    """Milliseconds since 1970, UTC."""
    source: str = "feed"


@dataclass(frozen=True, kw_only=True)
class Review:
    """Only those that are `SHOWN` reach the catalogue."""

    product_id: str
    rating: int
    """1 to 5; 0 where nobody gave one."""
    title: str
    text: str
    language: str
    author: str
    date: str
    """ISO 8601 date."""
    helpful: int = 0
    unhelpful: int = 0
    """How many readers said so."""
    state: str = SHOWN


@dataclass(frozen=True, kw_only=True)
class Store:
    """A shop of the retailer. `id` matches `[a-z0-9-]{1,32}`; latitude and longitude are WGS 84 degrees."""

    id: str
    name: str
    city: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    hours: str = ""
    """As OpenStreetMap's `opening_hours`, in the store's own time."""
    time_zone: str = ""
    """IANA name, such as "Europe/Tallinn"."""
    zone: str = ""
    """The price zone it belongs to; "" has the variants' own prices."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A variant as an event carries it (Segment e-commerce v2, GA4 items): enough to export without the catalogue."""

    sku: str
    product_id: str
    name: str
    variant: str
    """What tells it from its sisters: "42 · Brown"."""
    brand: str
    category: str
    price: int
    """Unit price in minor units."""
    currency: str
    gtin: str | None = None
