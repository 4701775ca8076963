"""PrestaShop: the CSV of products and that of their combinations, with the columns of its import pages
(docs.prestashop-project.org, "Import"; the names differ a little between versions).

A combination names its product by its id and says what it costs more or less than that.
"""

import re

from edge.domain.article import Product
from edge.domain.money import Money
from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, VARIANTS, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import split_gtins
from hq.importers.running_now import is_running
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
BASE = "prestashop base"
PRICES = (
    "price tax included", "price tax excluded or price tax included", "price (tax incl.)", "tax included price",
    "price", "price tax excluded", "price (tax excl.)", "tax excluded price",
)  # fmt: skip


def plain_names(cells: Cells) -> Cells:
    """Column names without the stars and remarks of the template: "Active (0/1)" -> "active"."""
    return {_plain(name): text for name, text in cells.items()}


def _plain(name: str) -> str:
    return name if name.startswith("price") else re.sub(r"\s*(\([^)]*\)|\*)", "", name).strip()


class PrestaShopProducts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        said = plain_names(cells)
        id_ = pick(said, "product id", "id", "id product")
        sku = pick(said, "reference #", "reference") or number_of(id_)
        if not sku:
            raise BadCell("product id", "the row has neither id nor reference", "fill in one of them")
        if pick(said, "active", "status") == "0":
            raise BadCell("active", "the product is not active there", "leave it out, or activate it there")
        product_id = number_of(id_ or sku)
        return self._assortment.article(row, said, self._style(said, product_id), self._offer(said, product_id, sku))

    def _style(self, cells: Cells, product_id: str) -> Style:
        shorter, longer = pick(cells, "short description", "summary"), cells.get("description", "")
        return Style(
            id=product_id,
            title={OWN: cells.get("name", "")},
            story={OWN: f"<p>{shorter}</p><p>{longer}</p>" if shorter and longer else longer or shorter},
            brand=pick(cells, "manufacturer", "brand"),
            category=_category(pick(cells, "categories", "category")),
            facts=_features(pick(cells, "feature", "features")),
            keywords=(pick(cells, "tags").replace(",", " "), pick(cells, "meta keywords").replace(",", " ")),
        )

    def _offer(self, cells: Cells, product_id: str, sku: str) -> Offer:
        full = pick(cells, *PRICES)
        price, was = self._reduced(cells, full)
        return Offer(
            sku=sku,
            product_id=product_id,
            price=price,
            was=was,
            gtins=[
                gtin
                for name in ("ean13", "ean-13", "ean", "upc", "isbn", "gtin")
                for gtin in split_gtins(pick(cells, name))
            ],
            pictures=_apart(pick(cells, "image urls", "image")),
            web_only=pick(cells, "available online only") == "1",
            quantity=pick(cells, "quantity"),
            position=0,
        )

    def _reduced(self, cells: Cells, full: str) -> tuple[Priced, Priced | None]:
        """The price after a discount that counts now."""
        amount, percent = pick(cells, "discount amount"), pick(cells, "discount percent")
        starts, ends = pick(cells, "discount from"), pick(cells, "discount to")
        if not (amount or percent) or not full or not is_running(starts, ends, self._desk.now):
            return Priced(text=full), None
        before = self._assortment.amount(Priced(text=full))
        less = (
            self._assortment.amount(Priced(text=amount, currency=before.currency), "discount amount").amount
            if amount
            else 0
        )
        share = self._assortment.amount(Priced(text=percent.rstrip("% "), currency="EUR"), "discount percent").amount
        now = before.amount - less - round(before.amount * share / 10_000) if percent else before.amount - less
        if now <= 0:
            return Priced(text=full), None
        return Priced(text=str(now), currency=before.currency, exact=True, minor=True), Priced(text=full)


class PrestaShopCombinations:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        said = plain_names(cells)
        product_id = number_of(pick(said, "product id", "id product", "id"))
        if not product_id:
            raise BadCell("product id", "product id is missing", "fill in the product's id")
        if self._desk.articles.get(Product, product_id) is None:
            raise BadCell("product id", f"no product {product_id} is known", "import the products file with this one")
        base = self._base(product_id)
        options = dict(zip(_names(pick(said, "attribute")), _names(pick(said, "value")), strict=False))
        impact = pick(said, "impact on price")
        offer = Offer(
            sku=pick(said, "reference") or number_of(product_id, *options.values()),
            product_id=product_id,
            price=Priced(
                text=str(base.amount + self._impact(impact, base)), currency=base.currency, exact=True, minor=True
            ),
            gtins=[gtin for name in ("ean13", "ean", "upc") for gtin in split_gtins(pick(said, name))],
            options=options,
            pictures=_apart(pick(said, "image url", "image urls")),
            quantity=pick(said, "quantity"),
        )
        return self._assortment.article(row, said, None, offer)

    def _impact(self, text: str, base: Money) -> int:
        """Minor units, below 0 where the combination costs less."""
        negative = text.startswith("-")
        bare = text.lstrip("+-").strip()
        if not bare:
            return 0
        by = self._assortment.amount(Priced(text=bare, currency=base.currency), "impact on price").amount
        return -by if negative else by

    def _base(self, product_id: str) -> Money:
        """What the product itself costs. The variant that stood for it makes way for its combinations."""
        noted = self._desk.scratch.noted(BASE, product_id)
        if noted is not None:
            amount, currency = noted.split()
            return Money(amount=int(amount), currency=currency)
        own = next((variant for variant in self._desk.articles.variants(product_id) if variant.position == 0), None)
        if own is None:
            reason = f"the price of product {product_id} itself is not known"
            raise BadCell("product id", reason, "import the products file first, together with this one")
        self._assortment.withdraw(own.sku)
        self._desk.scratch.note(BASE, product_id, f"{own.price.amount} {own.price.currency}")
        return own.price


def _names(text: str) -> list[str]:
    """ "Size:select:0, Colour:color:1" -> ["Size", "Colour"]; also of values."""
    return [part.split(":")[0].strip() for part in text.split(",") if part.strip()]


def _features(text: str) -> dict[str, str]:
    parts = (part.split(":") for part in text.split(",") if ":" in part)
    return {name.strip(): value.strip() for name, value, *_ in parts}


def _category(text: str) -> str:
    """Of "Home,Clothes,Home/Clothes/Men" the deepest, without the root."""
    deepest: list[str] = []
    for one in text.split(","):
        path = [name for name in one.split("/") if name.strip() and name.strip().lower() not in ("home", "root")]
        deepest = max(deepest, path, key=len)
    return ">".join(deepest)


def _apart(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if "://" in part]


PRODUCTS = Format(
    name="prestashop-products-csv",
    of=ARTICLES,
    layout=Columns(
        {"product id", "name *", "reference #"},
        {"product id", "active (0/1)", "name *"},
        {"id", "active (0/1)", "name *"},
        {"id", "active (0/1)", "name*"},
        {"product id", "name", "price (tax excl.)"},
        {"product id", "name", "reference", "ean13"},
        {"product id", "active (0/1)", "name"},
    ),
    adapter=PrestaShopProducts,
)
COMBINATIONS = Format(
    name="prestashop-combinations-csv",
    of=VARIANTS,
    layout=Columns({"attribute (name:type:position)*"}, {"attribute (name:type:position)"}),
    adapter=PrestaShopCombinations,
)
