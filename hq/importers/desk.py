"""What the adapters work with and share: remarks about the row at hand, and GTINs that belong to one SKU each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from edge.codes import gtin14, resolve
from edge.domain.article import Variant
from edge.domain.money import Money
from hq.importers.articles import Articles
from hq.importers.cells import BadCell
from hq.importers.pictures import Pictures

Cells = Mapping[str, str]
LONGEST_LINK = 2000
Warn = Callable[[str, str, str], None]
"""Field, reason, hint: the row is taken, but somebody should look."""


class Adapter(Protocol):
    """Turns rows of one format into domain values."""

    def take(self, row: int, cells: dict[str, str]) -> bool:
        """Put what the row says; False where it says what another row said already. Raises BadCell."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    articles: Articles
    pictures: Pictures
    warn: Warn
    currency: str
    """Of prices that name none."""
    language: str
    """Of texts that name none."""
    now: int
    """Milliseconds since 1970, UTC."""

    def picture(self, name: str, sku: str) -> str:
        """The stored picture; where the file is missing, a warning and the picture `sku` has, if any."""
        try:
            return self.pictures.take(name) if name else ""
        except BadCell as bad:
            self.warn(bad.field, bad.reason, bad.hint)
            held = self.articles.get(Variant, sku)
            return held.picture if held else ""

    def priced(self, price: Money) -> Money:
        """`price`, with a warning where the article would be given away."""
        if price.amount == 0:
            self.warn("price", "the price is 0", "correct it, unless the article is given away")
        return price

    def link(self, text: str) -> str:
        if len(text) > LONGEST_LINK:
            self.warn("link", f"it has {len(text)} characters", f"shorten it to {LONGEST_LINK}")
            return ""
        if not text or text.lower().startswith(("https://", "http://")):
            return text
        self.warn("link", f"{text[:80]!r} is no web address", "begin it with https://")
        return ""


@dataclass
class Repeats:
    """SKUs met in this file. The same row twice is merged; another row of the same SKU is refused."""

    _met: dict[str, tuple[int, int]] = field(default_factory=dict)

    def is_new(self, row: int, sku: str, cells: dict[str, str]) -> bool:
        said = hash(tuple(sorted(cells.items())))
        first, before = self._met.setdefault(sku, (row, said))
        if before != said:
            raise BadCell("sku", f"{sku} stands in row {first} already, with other values", "keep one of the two rows")
        return first == row


class Gtins:
    """Which SKU has which GTIN, of this import and those before: a scan leads to exactly one article."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._owner = dict(desk.articles.gtins())
        self._of = {sku: gtin for gtin, sku in self._owner.items()}

    def keep(self, text: str, sku: str) -> str | None:
        """The GTIN for `sku` in 14 digits; None, with a warning, where it is wrong or another article's."""
        gtin = self._read(text)
        if self._of.get(sku) != gtin:
            self._owner.pop(self._of.pop(sku, ""), None)
        if gtin is None:
            return None
        owner = self._owner.setdefault(gtin, sku)
        if owner != sku:
            self._desk.warn("gtin", f"{text} belongs to {owner} already", "a GTIN names one article; it is kept there")
            return None
        self._of[sku] = gtin
        return gtin

    def _read(self, text: str) -> str | None:
        gtin = gtin14(text) if text else None
        if text and gtin is None:
            error = resolve(text).error
            reason = error.reason if error else "it has not 8, 12, 13 or 14 digits"
            self._desk.warn("gtin", f"{text[:40]} is no GTIN: {reason}", "correct it; until then only the SKU is known")
        return gtin
