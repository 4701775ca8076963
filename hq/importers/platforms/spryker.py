"""Spryker's data import: concrete products (docs.spryker.com, "File details: product_concrete.csv"), and their prices,
which stand in a file of their own ("product_price.csv", in minor units, by store and currency)."""

from dataclasses import replace

from edge.domain.article import Variant, ZonePrice
from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell, currency_of, sku_of
from hq.importers.desk import Desk
from hq.importers.documents import Document, Table
from hq.importers.format import ARTICLES, PRICES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, size_and_colour
from hq.importers.wording import number_of

Cells = dict[str, str]
SKIPPED = "spryker priced"


class ConcreteProducts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        product_id = number_of(cells.get("abstract_sku", ""))
        sku = sku_of(cells, "concrete_sku")
        if not product_id:
            raise BadCell("abstract_sku", "abstract_sku is missing", "fill in the product it is a variant of")
        attributes = _attributes(cells)
        facts = {name: said for name, said in attributes.items() if not any(size_and_colour({name: said}))}
        options = {name: said for name, said in attributes.items() if name.lower() in ("size", "color", "colour")}
        style = Style(
            id=product_id,
            title=_texts(cells, "name") or {OWN: cells.get("name", "")},
            story=_texts(cells, "description"),
            brand=attributes.get("brand", "") or attributes.get("manufacturer", ""),
            facts={name.replace("_", " ").capitalize(): said for name, said in facts.items()},
        )
        offer = Offer(
            sku=sku,
            product_id=product_id,
            price=None,
            gtins=gtins_in({**cells, **attributes}),
            options=options or dict(attributes),
        )
        return self._assortment.article(row, cells, style, offer)


class ProductPrices:
    """`value_gross` counts, else `value_net`. The first store met gives the price, others are zones. A row of an
    abstract product is about every variant that has no row of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        if cells.get("price_type", "DEFAULT").upper() != "DEFAULT":
            return False
        amount = cells.get("value_gross") or cells.get("value_net") or ""
        currency = currency_of(cells.get("currency", "") or self._desk.currency)
        price = self._assortment.amount(Priced(text=amount, currency=currency, exact=True, minor=True), "value_gross")
        variants = self._variants(cells)
        for variant in variants:
            noted = self._desk.scratch.noted(SKIPPED, variant.sku)
            if noted is None or (noted == "abstract" and cells.get("concrete_sku")):
                changed = replace(variant, price=self._desk.priced(price), was=None)
                self._desk.scratch.note(SKIPPED, variant.sku, "concrete" if cells.get("concrete_sku") else "abstract")
            else:
                zone = f"{cells.get('store', '').lower()}-{currency.lower()}".strip("-")
                changed = replace(variant, zones={**variant.zones, zone: ZonePrice(price=price)})
            self._desk.articles.put(variant.sku, variant.product_id, changed)
        return True

    def _variants(self, cells: Cells) -> list[Variant]:
        if sku := cells.get("concrete_sku", ""):
            variant = self._desk.articles.get(Variant, sku)
            found = [variant] if variant else []
        else:
            found = self._desk.articles.variants(number_of(cells.get("abstract_sku", "")) or "-")
        if not found:
            name = sku or cells.get("abstract_sku", "")
            raise BadCell("concrete_sku", f"{name} is not in the catalogue", "import the concrete products first")
        return found


def _attributes(cells: Cells) -> dict[str, str]:
    """attribute_key_1 … with value_1 …"""
    keys = (
        (name.removeprefix("attribute_key_"), said) for name, said in cells.items() if name.startswith("attribute_key_")
    )
    return {said: cells.get(f"value_{n}", "") for n, said in keys if said and "." not in n and cells.get(f"value_{n}")}


def _texts(cells: Cells, name: str) -> dict[str, str]:
    """ "name.de_de" counts as German."""
    found = ((column.partition("."), said) for column, said in cells.items() if said)
    return {locale.partition("_")[0]: said for (base, _, locale), said in found if base == name and locale}


def _languages(document: Document, language: str) -> list[str]:
    names = document.columns if isinstance(document, Table) else []
    tags = [name.removeprefix("name.").partition("_")[0] for name in names if name.startswith("name.")]
    return list(dict.fromkeys(tags)) or [language]


CONCRETE = Format(
    name="spryker-concrete-csv",
    of=ARTICLES,
    layout=Columns({"abstract_sku", "concrete_sku", "name.*"}),
    adapter=ConcreteProducts,
    languages=_languages,
)
PRICE_LIST = Format(
    name="spryker-prices-csv",
    of=PRICES,
    layout=Columns({"abstract_sku", "concrete_sku", "value_gross"}, {"abstract_sku", "concrete_sku", "value_net"}),
    adapter=ProductPrices,
)
