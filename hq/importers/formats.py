"""Which format a file has, told by what is in it, never by its name."""

from collections.abc import Iterable
from pathlib import Path

from hq.errors import InputError
from hq.importers import merchant, table

ARTICLES, PRICES, STOCK = "tote-articles-csv", "tote-prices-csv", "tote-stock-csv"
REVIEWS, STORES, ORDERS, MERCHANT = "tote-reviews-csv", "tote-stores-csv", "tote-orders-csv", "google-merchant-xml"
FORMATS = (STORES, ARTICLES, MERCHANT, PRICES, STOCK, REVIEWS, ORDERS)
"""What later ones refer to comes first."""
COLUMNS = (
    (ORDERS, {"order_id", "sku", "quantity"}),
    (STOCK, {"sku", "store", "quantity"}),
    (REVIEWS, {"product_id", "rating"}),
    (ARTICLES, {"sku", "price", "title_*"}),
    (ARTICLES, {"sku", "product_id", "title_*"}),
    (PRICES, {"sku", "price"}),
    (STORES, {"id", "name", "city"}),
    (STORES, {"id", "name", "address"}),
    (STORES, {"id", "name", "latitude"}),
)
"""The first set that a header holds decides."""


def recognise(path: Path) -> str:
    """The format's name. Raises InputError where it is none that HQ knows, saying what is missing."""
    if not path.is_file():
        raise InputError(f"{path} is no file.")
    if merchant.is_xml(path):
        merchant.check(path)
        return MERCHANT
    names = table.header(path)
    columns = {*names, *("title_*" for name in names if name.startswith("title_"))}
    for name, needed in COLUMNS:
        if needed <= columns:
            return name
    seen = ", ".join(filter(None, names[:6])) or "nothing"
    raise InputError(f"{path} is no catalogue: its first line names {seen[:120]}. {table.ACCEPTED}")


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Several files in the order in which they are to be imported: stores and articles before what refers to them."""
    return sorted(paths, key=lambda path: FORMATS.index(recognise(path)))
