"""commercetools: the product CSV of its importer (a variant per row; a row without a product type continues the
product above), and products or projections as its API gives them.

A prices cell is "EUR 18750;US-USD 18750;EUR 12295 b2b;DE-EUR 15450#store-berlin": minor units, for a country, a
customer group or a channel. Countries and channels are price zones; prices of customer groups are nobody's in a shop.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.documents import Document, Table
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, is_gtin_name
from hq.importers.record import Record, records, scalar, text, texts, value
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
PRICE = re.compile(
    r"(?:(?P<country>[A-Z]{2})-)?(?P<currency>[A-Z]{3}) (?P<amount>-?\d+)(?:\|(?P<discounted>-?\d+))?"
    r"(?: (?P<group>[^#~$]+))?(?:#(?P<channel>[^~$]+))?(?:[~$].*)?"
)
KNOWN = {
    "producttype", "variantid", "id", "key", "sku", "prices", "tax", "categories", "images", "creationdate",
    "published", "variantkey", "taxcategory", "state", "_published", "haschanged",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One of the prices of a variant."""

    priced: Priced
    was: str = ""
    country: str = ""
    channel: str = ""

    @property
    def zone(self) -> str:
        return self.channel or self.country.lower()


class CommercetoolsRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)
        self._product = ""
        self._shared: Cells = {}

    def take(self, row: int, cells: Cells) -> bool:
        style = None
        if cells.get("producttype"):
            self._product, self._shared = "", {}
            self._product = number_of(pick(cells, "key", "id", "baseid", "slug.en", "sku"))
            self._shared = {name: cells[name] for name in cells if name.startswith(("name.", "description."))}
        if not self._product:
            raise BadCell("producttype", "no row above tells its product", "keep the rows of a product together")
        if cells.get("producttype") or not self._desk.scratch.met(self._product):
            style = _style({**cells, **self._shared}, self._product)
        prices = read_prices(cells.get("prices", ""), self._desk)
        options = {name: value for name, value in cells.items() if _is_option(name) and value}
        offer = Offer(
            sku=cells.get("sku", "") or number_of(self._product, cells.get("variantid", "")),
            product_id=self._product,
            price=None,
            gtins=gtins_in(cells),
            options=options,
            pictures=[one for one in cells.get("images", "").split(";") if "://" in one],
        )
        return self._assortment.article(row, cells, style, _priced(offer, prices, self._desk.currency))


def read_prices(cell: str, desk: Desk) -> list[Listed]:
    found: list[Listed] = []
    for one in filter(None, (part.strip() for part in cell.split(";"))):
        said = PRICE.fullmatch(one)
        if said is None:
            desk.warn("prices", f"{one[:40]!r} is no price", "write it like EUR 1995 or DE-EUR 1995#channel")
        elif not said["group"]:
            now = said["discounted"] or said["amount"]
            priced = Priced(text=now, currency=said["currency"], exact=True, minor=True)
            was = said["amount"] if said["discounted"] else ""
            found.append(Listed(priced=priced, was=was, country=said["country"] or "", channel=said["channel"] or ""))
    return found


def _priced(offer: Offer, prices: list[Listed], currency: str) -> Offer:
    """With the price for everybody: in HQ's currency, for no country or channel, else the next best. Others are
    zones'."""
    ranked = sorted(prices, key=lambda one: (one.priced.currency != currency, bool(one.channel), bool(one.country)))
    if not ranked:
        return replace(offer, price=Priced(text=""))
    first = ranked[0]
    was = Priced(text=first.was, currency=first.priced.currency, exact=True, minor=True) if first.was else None
    zones: dict[str, Priced] = {}
    for one in ranked[1:]:
        if one.zone:
            zones.setdefault(one.zone, one.priced)
    return replace(offer, price=first.priced, was=was, zones=zones)


def _style(cells: Cells, product_id: str) -> Style:
    titles = {name.removeprefix("name."): text for name, text in cells.items() if name.startswith("name.") and text}
    stories = {
        name.removeprefix("description."): t for name, t in cells.items() if name.startswith("description.") and t
    }
    facts = {name: text for name, text in cells.items() if _is_fact(name) and text}
    categories = [part for part in cells.get("categories", "").split(";") if part]
    return Style(
        id=product_id,
        title=titles or {OWN: cells.get("name", "")},
        story=stories or {OWN: cells.get("description", "")},
        brand=pick(cells, "brand", "designer", "manufacturer"),
        category=max(categories, key=lambda path: path.count(">"), default=""),
        facts={_spoken(name): text for name, text in facts.items()},
    )


def _is_option(name: str) -> bool:
    return name in ("size", "color", "colour")


def _is_fact(name: str) -> bool:
    """The product's attributes; what is written per language counts in English, and number codes not at all."""
    base, _, language = name.partition(".")
    told = {"name", "description", "slug", "metatitle", "metadescription", "metakeywords", "baseid", "matrixid"}
    return base not in KNOWN | told and not _is_option(name) and language in ("", "en") and not is_gtin_name(name)


def _spoken(name: str) -> str:
    return name.removesuffix(".en").replace("_", " ").replace("-", " ").capitalize()


def _languages(document: Document, language: str) -> list[str]:
    names = document.columns if isinstance(document, Table) else []
    return [name.removeprefix("name.") for name in names if name.startswith("name.")] or [language]


class CommercetoolsProducts:
    """An object per product, in "masterData" or already projected."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        data = value(cells, "masterData", "current") or value(cells, "masterData", "staged") or cells
        product_id = number_of(text(cells, "key") or text(cells, "id"))
        if not product_id:
            raise BadCell("id", "the product has neither key nor id", "export it again")
        variants = [*records(data, "masterVariant"), *records(data, "variants")]
        style = Style(
            id=product_id,
            title=_spoken_texts(value(data, "name")),
            story=_spoken_texts(value(data, "description")),
            brand=_attributes(variants[0]).get("brand", "") if variants else "",
            category=">".join(_names(data)),
            facts={_spoken(name): said for name, said in (_attributes(variants[0]) if variants else {}).items()},
        )
        return self._assortment.articles(row, cells, style, list(self._offers(variants, product_id)))

    def _offers(self, variants: list[Record], product_id: str) -> Iterator[Offer]:
        for variant in variants:
            attributes = _attributes(variant)
            stock = text(variant, "availability", "availableQuantity")
            offer = Offer(
                price=None,
                sku=text(variant, "sku") or number_of(product_id, text(variant, "id")),
                product_id=product_id,
                gtins=gtins_in(attributes),
                options={name: said for name, said in attributes.items() if _is_option(name.lower())},
                pictures=[text(image, "url") for image in records(variant, "images")],
                quantity=stock,
            )
            yield _priced(offer, list(_listed(variant)), self._desk.currency)


def _listed(variant: Record) -> Iterator[Listed]:
    for one in records(variant, "prices"):
        if value(one, "customerGroup"):
            continue
        now = value(one, "discounted", "value") or value(one, "value")
        priced = Priced(text=text(now, "centAmount"), currency=text(now, "currencyCode"), exact=True, minor=True)
        was = text(one, "value", "centAmount") if value(one, "discounted") else ""
        channel = text(one, "channel", "key") or text(one, "channel", "obj", "key") or text(one, "channel", "id")
        yield Listed(priced=priced, was=was, country=text(one, "country"), channel=channel)


def _attributes(variant: Record) -> dict[str, str]:
    """Names and values; of an enumeration its label, of a text per language the English one or the first."""
    found: dict[str, str] = {}
    for one in records(variant, "attributes"):
        said = value(one, "value")
        if isinstance(said, Mapping):
            said = said.get("label") or said.get("key") or said.get("en") or next(iter(said.values()), "")
        if isinstance(said, Mapping):
            said = said.get("en") or next(iter(said.values()), "")
        found[text(one, "name")] = ", ".join(texts({"": said}, "")) if isinstance(said, list) else scalar(said)
    return found


def _spoken_texts(found: object) -> dict[str, str]:
    return {tag: text(found, tag) for tag in found} if isinstance(found, Mapping) else {OWN: scalar(found)}


def _names(data: Record) -> list[str]:
    """The first category, where the export has it in full."""
    for one in records(data, "categories"):
        path = [*records(one, "obj", "ancestors"), *records(one, "obj")]
        names = [
            pick(_spoken_texts(value(each, "obj", "name") or value(each, "name")), "en", "de", OWN) for each in path
        ]
        if any(names):
            return [name for name in names if name]
    return []


CSV = Format(
    name="commercetools-csv",
    of=ARTICLES,
    layout=Columns(
        {"producttype", "variantid", "sku", "prices"},
        {"producttype", "sku", "prices"},
        {"producttype", "variantid", "name.*"},
    ),
    adapter=CommercetoolsRows,
    languages=_languages,
)
JSON = Format(
    name="commercetools-json",
    of=ARTICLES,
    layout=Records({"masterData"}, {"masterVariant"}, at=("results.item", "item", "")),
    adapter=CommercetoolsProducts,
)
