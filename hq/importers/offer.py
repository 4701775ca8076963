"""What one row of a file says of an article, before it is checked: the one model all platforms are read into.

Texts are those of the file; `hq.importers.assortment` checks them and makes the domain's values of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OWN = ""
"""The language of texts that name none."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """A product. `title` and `story` by language; a story may be plain, HTML or EditorJS."""

    id: str
    title: Mapping[str, str]
    story: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    category: str = ""
    """A path, joined by ">"."""
    goes_with: Sequence[str] = ()
    popularity: int | None = None
    """None where the file does not say."""
    facts: Mapping[str, str] = field(default_factory=dict)
    keywords: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Priced:
    """An amount as the file writes it. `exact`: written by a machine, with a point before decimals; `minor`: in minor
    units."""

    text: str
    currency: str = ""
    exact: bool = False
    minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A variant."""

    sku: str
    product_id: str
    price: Priced | None
    """None where its format has no prices: then the price that is known stays."""
    was: Priced | None = None
    """What it cost before; what is not above the price is no reduction."""
    gtins: Sequence[str] = ()
    """Candidates; of those whose check digits are right the first is its own, the rest are further ones."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What tells it from its sisters, by the file's own names."""
    colour_code: str = ""
    pictures: Sequence[str] = ()
    """Files beside the imported one, or addresses, best first."""
    link: str = ""
    web_only: bool = False
    quantity: str = ""
    """What the web shop has of it, as a number."""
    available: bool | None = None
    """Whether the web shop has any, where it tells no number."""
    zones: Mapping[str, Priced] = field(default_factory=dict)
    position: int | None = None
