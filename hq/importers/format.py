"""How a format is described: what it is a list of, how its files are told and read, and who takes its rows.

A format is a module with one `Format` and one line in `formats.FORMATS`. Its layout is either `Columns` of a table
(CSV, TSV and workbooks alike) or `Records` of a tree (JSON, JSON Lines, XML, YAML, a page's JSON-LD); neither knows
containers, dialects or encodings. The adapter turns one row after the other into values of `edge.domain.article`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from hq.errors import InputError
from hq.importers.desk import Adapter, Desk
from hq.importers.documents import Document, Table, Tree
from hq.importers.record import Row

STORES, ARTICLES, VARIANTS, TEXTS = "stores", "articles", "variants", "texts"
PRICES, STOCK, SALES, REVIEWS, ORDERS = "prices", "stock", "sales", "reviews", "orders"
KINDS = (STORES, ARTICLES, VARIANTS, TEXTS, PRICES, STOCK, SALES, REVIEWS, ORDERS)
"""What a format may be a list of; what later ones refer to comes first. Variants and texts add to products that are
there. A list of articles is a full one: what it does
not name is counted as gone."""


class Layout(Protocol):
    def tells(self, document: Document) -> bool:
        """Whether the document is of this layout."""

    def rows(self, document: Document) -> Iterator[Row]:
        """Its rows, read as a stream. Raises InputError where the document has another form altogether."""


def only_here(document: Document, language: str) -> list[str]:
    return [language]


@dataclass(frozen=True, kw_only=True)
class Format:
    name: str
    of: str
    """One of KINDS."""
    layout: Layout
    adapter: Callable[[Desk], Adapter] | None
    """None for orders and sales, which `hq.orders` and `hq.sales` take."""
    languages: Callable[[Document, str], list[str]] = only_here
    """Those of the document's texts, the first first; the second argument is that of texts which name none."""


class Columns:
    """A table that has all columns of one of the sets, and none of `without`. Names are in small letters; "title_*"
    stands for any column that begins so, "* price" for any that ends so."""

    def __init__(self, *needed: set[str], without: frozenset[str] | set[str] = frozenset()) -> None:
        self._needed, self._without = needed, without

    @property
    def needed(self) -> tuple[set[str], ...]:
        return self._needed

    def tells(self, document: Document) -> bool:
        if not isinstance(document, Table):
            return False
        names = document.columns
        return self._admits(names) and any(all(_has(names, name) for name in each) for each in self._needed)

    def _admits(self, names: list[str]) -> bool:
        return not any(_has(names, name) for name in self._without)

    def lacks(self, document: Table) -> str:
        """The one column that would make it of this layout, where two others and more are there; else ""."""
        missing = [
            [name for name in each if not _has(document.columns, name)] for each in self._needed if len(each) > 2
        ]
        alone = [names[0] for names in missing if len(names) == 1]
        return alone[0] if alone and self._admits(document.columns) else ""

    def rows(self, document: Document) -> Iterator[Row]:
        if not isinstance(document, Table):
            raise InputError("The file is no table. Leave --format out, so that HQ looks what it is.")
        return document.rows()


def _has(names: list[str], name: str) -> bool:
    if name.startswith("*"):
        return any(one.endswith(name[1:]) for one in names)
    return any(one.startswith(name[:-1]) for one in names) if name.endswith("*") else name in names


class Records:
    """Records at the first of the paths `at` below which all of one of the sets stand: Records({"sku"}, at=("item",
    "products.item")). "" is the whole document. A needed path may be followed by "=" and the text there."""

    def __init__(self, *needed: set[str], at: tuple[str, ...] = ("item",)) -> None:
        self._needed, self._at = needed, at

    def tells(self, document: Document) -> bool:
        return self._place(document) is not None

    def rows(self, document: Document) -> Iterator[Row]:
        if not isinstance(document, Tree):
            raise InputError("The file is a table. Leave --format out, so that HQ looks what it is.")
        place = self._place(document)
        return document.rows(self._at[0] if place is None else place)

    def _place(self, document: Document) -> str | None:
        paths = document.paths if isinstance(document, Tree) else {}
        return next((at for at in self._at if any(_below(paths, at, each) for each in self._needed)), None)


def _below(paths: Mapping[str, str], at: str, needed: set[str]) -> bool:
    for one in needed:
        path, _, text = one.partition("=")
        full = f"{at}.{path}" if at else path
        if full not in paths or (text and paths[full] != text):
            return False
    return True
