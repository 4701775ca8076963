"""Spree Commerce: the CSV of products and that of their translations, as its admin exports and imports them.

The first row of a slug tells the product (and is sold itself where nothing follows); rows below it with options are its
variants. Texts stand in the first row only. Rows that name nothing but a SKU and a price tell it in another currency.
"""

from edge.domain.article import Product, Variant
from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, TEXTS, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, split_gtins
from hq.importers.platforms.shopify import refuse_archived
from hq.importers.record import Record
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
MASTER = "spree master"
NUMBERS = ("1", "2", "3")


class SpreeRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        slug = number_of(cells.get("slug", ""))
        if not slug:
            raise BadCell("slug", "slug is missing", "fill in the slug; rows of one product share it")
        offer = _offer(cells, slug)
        if offer.options:
            return self._variant(row, cells, slug, offer)
        if not cells.get("name"):
            return self._elsewhere(offer)
        refuse_archived(cells.get("status", ""), self._desk)
        style = _style(cells, slug)
        if _is_priceless(offer):
            self._assortment.product(style)
            self._desk.scratch.note(MASTER, slug, "")
            return True
        taken = self._assortment.article(row, cells, style, offer)
        self._desk.scratch.note(MASTER, slug, offer.sku)
        return taken

    def _elsewhere(self, offer: Offer) -> bool:
        """A row with neither name nor options tells the price of a variant above in another currency."""
        variant = self._desk.articles.get(Variant, offer.sku)
        if variant is None or offer.price is None:
            raise BadCell("name", f"no row before this one tells what {offer.sku} is", "put the product's row first")
        self._assortment.also_costs(variant, offer.price)
        return False

    def _variant(self, row: int, cells: Cells, slug: str, offer: Offer) -> bool:
        style = _style(cells, slug) if cells.get("name") else None
        if style is None and not self._assortment.knows(slug):
            raise BadCell("name", f"no row of {slug} before this one has a name", "put the product's row first")
        taken = self._assortment.article(row, cells, style, offer)
        master = self._desk.scratch.noted(MASTER, slug)
        if master and master != offer.sku:
            self._assortment.withdraw(master)
            self._desk.scratch.note(MASTER, slug, "")
        return taken


def _is_priceless(offer: Offer) -> bool:
    """A row that stands for the product alone has no price, or 0."""
    return offer.price is None or not offer.price.text.strip("0.,")


def _style(cells: Cells, slug: str) -> Style:
    categories = [cells.get(f"category{number}", "") for number in NUMBERS]
    fields = ((name, text) for name, text in cells.items() if name.startswith("custom_field.") and text)
    return Style(
        id=slug,
        title={OWN: cells.get("name", "")},
        story={OWN: cells.get("description", "")},
        brand=pick(cells, "brand_name", "custom_field.custom.brand", "custom_field.properties.brand", "vendor_name"),
        category=max(categories, key=lambda path: path.count("->")).replace("->", ">") or cells.get("product_type", ""),
        facts={name.rpartition(".")[2].replace("_", " ").capitalize(): text for name, text in fields},
        keywords=tuple(cells.get(name, "").replace(",", " ") for name in ("tags", "meta_keywords", "labels")),
    )


def _offer(cells: Cells, slug: str) -> Offer:
    names = {number: cells.get(f"option{number}_name", "") for number in NUMBERS}
    options = {names[n] or f"Option {n}": value for n in NUMBERS if (value := cells.get(f"option{n}_value", ""))}
    currency = cells.get("currency", "")
    return Offer(
        sku=cells.get("sku", "") or number_of(slug, *options.values()),
        product_id=slug,
        price=Priced(text=cells.get("price", ""), currency=currency),
        was=Priced(text=cells.get("compare_at_price", ""), currency=currency),
        gtins=[*split_gtins(cells.get("barcode", "")), *gtins_in({n: t for n, t in cells.items() if n != "barcode"})],
        options=options,
        pictures=[url for number in NUMBERS if (url := cells.get(f"image{number}_src", ""))],
        quantity=cells.get("inventory_count", "") if cells.get("track_inventory", "true").lower() != "false" else "",
    )


class Translations:
    """`slug`, `locale`, `name`, `description`: what a product is called in one more language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        slug, locale = number_of(cells.get("slug", "")), cells.get("locale", "")
        held = self._desk.articles.get(Product, slug) if slug else None
        if held is None:
            raise BadCell("slug", f"no product {slug or 'without a slug'} is known", "import the products first")
        if not locale or not cells.get("name"):
            raise BadCell("locale", "the row has no language or no name", "fill in locale and name")
        self._assortment.translate(held, locale, cells["name"], cells.get("description", ""))
        return True


FORMAT = Format(
    name="spree-csv",
    of=ARTICLES,
    layout=Columns(
        {"slug", "sku", "name", "price", "option1_name"}, {"slug", "sku", "name", "price", "compare_at_price"}
    ),
    adapter=SpreeRows,
)
TRANSLATIONS = Format(
    name="spree-translations-csv",
    of=TEXTS,
    layout=Columns({"slug", "locale", "name"}, without={"sku", "price"}),
    adapter=Translations,
)
