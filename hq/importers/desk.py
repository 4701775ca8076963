"""What the adapters work with and share: remarks about the row at hand, and GTINs that belong to one SKU each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from edge.catalogue.schema import search_table
from edge.codes import gtin14, resolve
from edge.domain.article import Product, Variant
from edge.domain.money import Money
from hq.importers.articles import Articles
from hq.importers.cells import BadCell
from hq.importers.pictures import Pictures
from hq.importers.scratch import Scratch, digest

Cells = Mapping[str, str]
LONGEST_LINK = 2000
ANOTHER = "another product"
MOST_PICTURES = 12
FILLER = re.compile(r"[^1-9]*")
"""What stands where there is no number: "0", "n/a", "none"."""
Warn = Callable[[str, str, str], None]
"""Field, reason, hint: the row is taken, but somebody should look."""


class Adapter(Protocol):
    """Turns rows of one format into domain values. One that has something to do after the last row has a `finish()`."""

    def take(self, row: int, cells: dict[str, Any]) -> bool:
        """Put what the row says; False where it says what another row said already, or only more of another row's
        article. Raises BadCell."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    articles: Articles
    pictures: Pictures
    warn: Warn
    scratch: Scratch
    currency: str
    """Of prices that name none."""
    language: str
    """Of texts that name none."""
    now: int
    """Milliseconds since 1970, UTC."""
    replace: bool = False
    """Whether the file is to be taken for all there is."""
    only: str = ""
    """The one store that the file may speak of; "" for any."""
    intact: Callable[[], bool] = lambda: True
    """Whether every row so far could be read as one: what a damaged row names is not known."""
    spoken: list[str] = field(default_factory=list)
    """Languages of texts that only their rows name."""

    def speaks(self, language: str) -> None:
        """Raises BadCell where it is no language tag."""
        if language in self.spoken:
            return
        try:
            search_table(language)
        except ValueError as error:
            raise BadCell("language", str(error), "write it like en or pt-br") from error
        self.spoken.append(language)

    def picture(self, name: str, sku: str) -> str:
        """The stored picture; where the file is missing, a warning and the picture `sku` has, if any."""
        try:
            return self.pictures.take(name) if name else ""
        except BadCell as bad:
            self.warn(bad.field, bad.reason, bad.hint)
            held = self.articles.get(Variant, sku)
            return held.picture if held else ""

    def pictured(self, names: Sequence[str], sku: str) -> tuple[str, tuple[str, ...]]:
        """The stored picture and further ones. Of addresses that are fetched later (`hq.pictures`) these themselves,
        where no file is named."""
        files = [name for name in dict.fromkeys(names) if name and "://" not in name and not name.startswith("//")]
        if not files and (addresses := [name for name in dict.fromkeys(names) if _is_address(name)][:MOST_PICTURES]):
            return addresses[0], tuple(addresses[1:])
        if not files:
            held = self.articles.get(Variant, sku)
            return (held.picture, held.more_pictures) if held else ("", ())
        first, *more = (self.picture(name, sku) for name in files[:MOST_PICTURES])
        return first, tuple(filter(None, more))

    def remark_on(self, product: Product) -> None:
        """A warning, once, where a live product would become another one: two sources gave both the same id."""
        held = self.articles.get(Product, product.id)
        if held is None or not is_another(held, product) or self.scratch.noted(ANOTHER, product.id) is not None:
            return
        self.scratch.note(ANOTHER, product.id, "")
        before, now = (next(iter(one.title.values()), "")[:60] for one in (held, product))
        reason = f"this is another product under the same id: {product.id} was {before!r} and is {now!r} now"
        self.warn("product_id", reason, "give each source's products ids of their own, unless this is meant")

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


def is_another(held: Product, now: Product) -> bool:
    """Whether title, category and brand (where either has one) all changed."""
    titled = any(held.title[tag] != now.title[tag] for tag in held.title.keys() & now.title.keys())
    branded = held.brand != now.brand or not held.brand
    return titled and branded and held.category != now.category


class Currencies:
    """Warns once of a file whose articles are priced in several currencies, or in another than the catalogue's were."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._live = desk.articles.currency()
        self._first = self._live
        self._is_told = False

    def look_at(self, price: Money) -> None:
        self._first = self._first or price.currency
        if self._is_told or price.currency == self._first:
            return
        self._is_told = True
        before = "those of the catalogue" if self._first == self._live else "articles before it"
        reason = f"it is priced in {price.currency}, {before} in {self._first}"
        self._desk.warn("currency", reason, "nothing, if that is meant: it is told once a file")


class Repeats:
    """SKUs met in this file. The same row twice is merged; another row of the same SKU is refused."""

    def __init__(self, scratch: Scratch) -> None:
        self._db = scratch.db

    def is_new(self, row: int, sku: str, cells: Mapping[str, Any]) -> bool:
        said = _told(cells)
        enter = self._db.execute("INSERT OR IGNORE INTO repeat VALUES (?, ?, ?)", (sku, row, said))
        if enter.rowcount == 1:
            return True
        first, before = self._db.execute("SELECT row, said FROM repeat WHERE sku = ?", (sku,)).fetchone()
        if before != said:
            raise BadCell("sku", f"{sku} stands in row {first} already, with other values", "keep one of the two rows")
        return False


def _told(cells: Mapping[str, Any]) -> bytes:
    try:
        return hash(tuple(cells.items())).to_bytes(8, "big", signed=True)  # of a table's rows, at a tenth of the price
    except TypeError:
        return digest(repr(sorted(cells.items())))


class Gtins:
    """Which SKU has which GTIN, of this import and those before: a scan leads to exactly one article."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._db = desk.scratch.db
        if self._db.execute("SELECT 1 FROM gtin LIMIT 1").fetchone() is None:
            for gtin, sku in desk.articles.gtins():
                self._give(int(gtin), sku)
        self._some = self._db.execute("SELECT 1 FROM gtin LIMIT 1").fetchone() is not None

    def numbered(self, variant: Variant, told: Sequence[str]) -> Variant:
        """`variant` with those of the numbers told that are GTINs and no other article's: the first is its own, the
        rest are its further ones. Each of the others is a warning."""
        right = self._read(told)
        if self._some:
            self._let_go(variant.sku, right)
        kept = [gtin for gtin in right if self._keeps(gtin, variant.sku)]
        return replace(variant, gtin=kept[0] if kept else None, more_gtins=tuple(sorted(kept[1:])))

    def _keeps(self, gtin: str, sku: str) -> bool:
        if self._give(int(gtin), sku) or (owner := self.owner(gtin)) == sku:
            return True
        self._desk.warn("gtin", f"{gtin} belongs to {owner} already", "a GTIN names one article; it is kept there")
        return False

    def owner(self, gtin: str) -> str:
        """The SKU that has this GTIN (14 digits), "" where none has."""
        row = self._db.execute("SELECT sku FROM gtin WHERE gtin = ?", (int(gtin),)).fetchone()
        return row[0] if row else ""

    def release(self, sku: str) -> None:
        """The SKU is gone, its numbers free."""
        self._let_go(sku, ())

    def _give(self, gtin: int, sku: str) -> bool:
        """Whether it was free."""
        if self._db.execute("INSERT OR IGNORE INTO gtin VALUES (?, ?)", (gtin, sku)).rowcount != 1:
            return False
        self._db.execute("INSERT OR REPLACE INTO gtin_of VALUES (?, ?)", (sku, gtin))
        return True

    def _let_go(self, sku: str, keeps: Sequence[str]) -> None:
        """The numbers it had and has no more: they may go to other SKUs."""
        kept = set(map(int, keeps))
        for (gtin,) in self._db.execute("SELECT gtin FROM gtin_of WHERE sku = ?", (sku,)).fetchall():
            if gtin not in kept:
                self._db.execute("DELETE FROM gtin_of WHERE sku = ? AND gtin = ?", (sku, gtin))
                self._db.execute("DELETE FROM gtin WHERE gtin = ? AND sku = ?", (gtin, sku))

    def _read(self, told: Sequence[str]) -> list[str]:
        """Those that are right, each once, in 14 digits. Beside a right one a mere filler is no number."""
        read = [(text, gtin14(text)) for text in dict.fromkeys(told)]
        right = list(dict.fromkeys(gtin for _, gtin in read if gtin))
        for text, gtin in read:
            if text and not gtin and not (right and FILLER.fullmatch(text)):
                self._warn_of(text, right)
        return right

    def _warn_of(self, text: str, right: Sequence[str]) -> None:
        error = resolve(text).error
        reason = error.reason if error else "it has not 8, 12, 13 or 14 digits"
        rest = "its other numbers are kept" if right else "until then only the SKU is known"
        self._desk.warn("gtin", f"{text[:40]} is no GTIN: {reason}", f"correct it; {rest}")


def _is_address(name: str) -> bool:
    return name.startswith(("https://", "http://")) and len(name) <= LONGEST_LINK and name.isprintable()
