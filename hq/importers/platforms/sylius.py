"""Sylius: the product CSV of its import and export plugin. A row per product and language, or per variant below the
code of its parent; attributes, pictures and options stand in columns of their own.

Prices are whole numbers of minor units, as Sylius counts. Taxons are told by their codes alone.
Source: FriendsOfSylius/SyliusImportExportPlugin.
"""

from edge.domain.article import Product
from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, is_gtin_name
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
OPTION, IMAGE = "product_option_", "images_"
KNOWN = {
    "code", "parent_code", "locale", "name", "description", "short_description", "meta_description", "meta_keywords",
    "main_taxon", "taxons", "channels", "enabled", "price", "original_price", "tax_category_code", "slug", "on_hand",
}  # fmt: skip
NO = {"0", "false", "no"}


class SyliusRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        code = number_of(cells.get("code", ""))
        if not code:
            raise BadCell("code", "code is missing", "fill in the code of the product or variant")
        if cells.get("enabled", "").lower() in NO:
            raise BadCell("enabled", f"{code} is disabled there", "leave it out, or enable it there")
        parent = number_of(cells.get("parent_code", "")) or code
        if self._is_translation(code, parent, cells):
            return False
        if cells.get("parent_code") and not self._assortment.knows(parent):
            raise BadCell("parent_code", f"no product {parent} is known", "put its row before those of its variants")
        style = None if cells.get("parent_code") else _style(cells, code)
        if style is not None and "parent_code" in cells and not cells.get("price"):
            self._assortment.product(style)
            return True
        return self._assortment.article(row, cells, style, _offer(cells, code, parent))

    def _is_translation(self, code: str, parent: str, cells: Cells) -> bool:
        """A code that was met in another language: only its texts are new."""
        locale = language(cells.get("locale", ""))
        first = self._desk.scratch.noted("sylius.locale", code)
        if first is None:
            self._desk.scratch.note("sylius.locale", code, locale)
        if first in (None, locale) or not locale or parent != code:
            return False
        held = self._desk.articles.get(Product, code)
        if held is None or not cells.get("name"):
            raise BadCell("name", f"{code} has no name in {locale}", "fill in its name, or leave the row out")
        self._assortment.translate(held, locale, cells["name"], _story(cells))
        return True


def language(locale: str) -> str:
    """ "de_DE" -> "de"."""
    return locale.replace("-", "_").partition("_")[0].lower()


def spoken(code: str) -> str:
    """ "t_shirts" -> "T shirts"."""
    return code.replace("_", " ").replace("-", " ").strip().capitalize()


def _style(cells: Cells, code: str) -> Style:
    tag = language(cells.get("locale", "")) or OWN
    told = {name: text for name, text in cells.items() if text and name not in KNOWN}
    facts = {n: t for n, t in told.items() if not n.startswith((OPTION, IMAGE)) and not is_gtin_name(n)}
    brands = [name for name in facts if name in ("brand", "manufacturer") or name.endswith("_brand")]
    return Style(
        id=code,
        title={tag: cells.get("name", "")},
        story={tag: _story(cells)},
        brand=pick(cells, *brands),
        category=spoken(cells.get("main_taxon", "")),
        facts={spoken(name): text for name, text in facts.items() if name not in brands},
        keywords=(cells.get("meta_keywords", "").replace(",", " "), *map(spoken, cells.get("taxons", "").split("|"))),
    )


def _story(cells: Cells) -> str:
    return pick(cells, "description", "short_description")


def _offer(cells: Cells, code: str, parent: str) -> Offer:
    options = {name.removeprefix(OPTION): text for name, text in cells.items() if name.startswith(OPTION) and text}
    return Offer(
        sku=code,
        product_id=parent,
        price=priced(cells["price"]) if "price" in cells else None,
        was=priced(cells["original_price"]) if cells.get("original_price") else None,
        gtins=gtins_in({name: text for name, text in cells.items() if name not in KNOWN}),
        options=options,
        pictures=[text.lstrip("/") for name, text in cells.items() if name.startswith(IMAGE) and text],
        quantity=cells.get("on_hand", ""),
    )


def priced(text: str) -> Priced:
    """What somebody has put a decimal point into by hand is no number of minor units any more."""
    return Priced(text=text, exact=text.isdigit(), minor=text.isdigit())


FORMAT = Format(
    name="sylius-csv",
    of=ARTICLES,
    layout=Columns(
        {"code", "name", "short_description", "meta_description", "main_taxon"},
        {"code", "parent_code", "name", "main_taxon"},
    ),
    adapter=SyliusRows,
)
