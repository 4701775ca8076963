"""What a shopper chose to narrow a list down, and where they stand."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from edge.domain.article import WEB, Stock

Place = Literal["here", "nearby", "web"]
PLACES: tuple[Place, ...] = ("here", "nearby", "web")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Nothing under a heading lets everything pass. Prices are minor units, both ends within; `category` is a path, and
    takes in what lies below it."""

    category: str = ""
    brands: Set[str] = frozenset()
    sizes: Set[str] = frozenset()
    colours: Set[str] = frozenset()
    lowest: int | None = None
    highest: int | None = None
    places: Set[Place] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.category or self.brands) or self.of_variants

    @property
    def of_variants(self) -> bool:
        """Whether anything is asked that one variant of a product may fulfil and another not."""
        priced = self.lowest is not None or self.highest is not None
        return bool(self.sizes or self.colours or self.places) or priced

    def without(self, heading: str) -> "Choice":
        """All but what was chosen under `heading` (as `facets.HEADINGS`)."""
        match heading:
            case "category":
                return replace(self, category="")
            case "prices":
                return replace(self, lowest=None, highest=None)
            case "brands":
                return replace(self, brands=frozenset())
            case "sizes":
                return replace(self, sizes=frozenset())
            case "colours":
                return replace(self, colours=frozenset())
            case _:
                return replace(self, places=frozenset())


@dataclass(frozen=True)
class Whereabouts:
    """The store that asks, those near it, and its price zone ("" without one that has prices of its own)."""

    here: str = ""
    nearby: Sequence[str] = ()
    zone: str = ""
    counted: Mapping[str, Stock] = field(default_factory=dict)
    """What `here` counted itself, by SKU: it stands over older counts of the catalogue."""

    @property
    def places(self) -> dict[str, Place]:
        """By store id."""
        places: dict[str, Place] = {store: "nearby" for store in self.nearby}  # noqa: C420
        places[WEB] = "web"
        if self.here:
            places[self.here] = "here"
        return places
