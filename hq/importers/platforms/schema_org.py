"""Products as schema.org has them (JSON-LD): Product and ProductGroup with hasVariant, offers one or many.

From a page's scripts or from files; graphs and item lists are looked into. GTINs stand in gtin, gtin8 … gtin14, isbn,
or as an identifier with a propertyID.
"""

from collections.abc import Iterator

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.embedded_reviews import EmbeddedReviews
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in
from hq.importers.record import Record, records, text, texts, value
from hq.importers.wording import number_of

PRODUCTS = {"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Vehicle", "Book"}
NUMBERS = ("gtin", "gtin13", "gtin12", "gtin14", "gtin8", "isbn", "productID")


class JsonLd:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment, self._reviews = Assortment(desk), EmbeddedReviews(desk)

    def take(self, row: int, cells: Record) -> bool:
        found = list(_products(cells, 0))
        if not found:
            kind = ", ".join(_types(cells)) or "nothing"
            raise BadCell(
                "@type", f"it describes no product but {kind[:60]}", "nothing, where products stand beside it"
            )
        results, refused = [], list[BadCell]()
        for product in found:
            try:
                results.append(self._take(row, product))
            except BadCell as bad:
                refused.append(bad)
        if not results:
            raise refused[0]
        for one in refused:
            self._desk.warn(one.field, one.reason, one.hint)
        return any(results)

    def _take(self, row: int, product: Record) -> bool:
        product_id = _id(product)
        style = Style(
            id=product_id,
            title={OWN: text(product, "name")},
            story={OWN: text(product, "description")},
            brand=text(product, "brand", "name") or text(product, "brand"),
            category=text(product, "category", "name") or text(product, "category").replace("/", ">"),
            facts={text(one, "name"): text(one, "value") for one in records(product, "additionalProperty")},
            keywords=texts(product, "keywords"),
        )
        variants = records(product, "hasVariant") or [product]
        is_new = self._assortment.articles(
            row, product, style, [self._offer(one, product, product_id) for one in variants]
        )
        self._reviews.schema(product, product_id)
        return is_new

    def _offer(self, variant: Record, product: Record, product_id: str) -> Offer:
        offer = _best(variant) or _best(product)
        spec = next(iter(records(offer, "priceSpecification")), {})
        price = text(offer, "price") or text(offer, "lowPrice") or text(spec, "price")
        currency = text(offer, "priceCurrency") or text(spec, "priceCurrency")
        has = text(offer, "availability").rpartition("/")[2]
        level = text(offer, "inventoryLevel", "value")
        images = [
            text(one, "url") or text(one, "contentUrl") if isinstance(one, dict) else text({"": one}, "")
            for one in _all(variant, "image")
        ]
        return Offer(
            sku=text(variant, "sku") or text(offer, "sku") or _number(variant, product_id),
            product_id=product_id,
            price=Priced(text=price, currency=currency, exact=isinstance(value(offer, "price"), int | float)),
            was=Priced(text=text(_list_price(offer), "price"), currency=currency) if _list_price(offer) else None,
            gtins=[
                *(gtin for name in NUMBERS for gtin in texts(variant, name)),
                *texts(offer, "gtin13"),
                *gtins_in(_identifiers(variant)),
            ],
            options={
                name: said for name in ("size", "color") if (said := text(variant, name, "name") or text(variant, name))
            },
            pictures=images,
            link=text(offer, "url") or text(variant, "url") or text(product, "url"),
            quantity=level,
            available=None if not has else has not in ("OutOfStock", "SoldOut", "Discontinued"),
        )


def _types(record: Record) -> list[str]:
    return [name.rpartition("/")[2] for name in texts(record, "@type")]


def _products(record: Record, depth: int) -> Iterator[Record]:
    """A record's products: itself, or what its graph or list holds."""
    if PRODUCTS & set(_types(record)):
        yield record
    elif depth < 4:
        for name in ("@graph", "itemListElement", "item", "mainEntity", "itemOffered"):
            for one in records(record, name):
                yield from _products(one, depth + 1)


def _id(product: Record) -> str:
    told = text(product, "productGroupID") or text(product, "sku") or text(product, "productID") or text(product, "@id")
    told = told or text(product, "url") or next(iter(texts(product, "gtin13")), "") or text(product, "name")
    if not told:
        raise BadCell("sku", "the product has neither SKU, id nor name", "give it a sku")
    return number_of(told)


def _number(variant: Record, product_id: str) -> str:
    told = text(variant, "mpn") or text(variant, "@id")
    return number_of(told) if told else number_of(product_id, text(variant, "size"), text(variant, "color"))


def _best(record: Record) -> Record:
    """Of several offers the one that has a price; of several with one, the first."""
    offers = [
        inner
        for one in records(record, "offers")
        for inner in (records(one, "offers") if not _has_price(one) else [one])
    ]
    return next((one for one in offers if _has_price(one)), next(iter(records(record, "offers")), {}))


def _has_price(offer: Record) -> bool:
    return bool(text(offer, "price") or text(offer, "lowPrice") or records(offer, "priceSpecification"))


def _list_price(offer: Record) -> Record:
    kinds = ((text(one, "priceType"), one) for one in records(offer, "priceSpecification"))
    return next((one for kind, one in kinds if kind.endswith(("ListPrice", "StrikethroughPrice"))), {})


def _identifiers(variant: Record) -> dict[str, str]:
    return {text(one, "propertyID") or text(one, "name"): text(one, "value") for one in records(variant, "identifier")}


def _all(record: Record, name: str) -> list[object]:
    found = value(record, name)
    return found if isinstance(found, list) else [found] if found else []


FORMAT = Format(
    name="schema-org-jsonld",
    of=ARTICLES,
    layout=Records(
        {"@type", "offers"},
        {"@type", "hasVariant"},
        {"@type=Product"},
        {"@type=ProductGroup"},
        {"@context", "@graph"},
        {"@context", "itemListElement"},
        at=("@graph.item", "item", ""),
    ),
    adapter=JsonLd,
)
