"""Which formats there are, and which of them a file has: told by what is in it, never by its name."""

from collections.abc import Iterable
from pathlib import Path

from hq.errors import InputError
from hq.importers import (
    commercetools_stock,
    google_reviews,
    merchant,
    own_articles,
    own_facts,
    own_orders,
    own_reviews,
    own_sales,
    own_stock,
    own_stores,
    schema_reviews,
    text_reviews,
)
from hq.importers.containers import Member, members
from hq.importers.documents import ACCEPTED, Document, Table, document
from hq.importers.format import KINDS, Format
from hq.importers.nearly import nearly
from hq.importers.platforms import (
    bigcommerce,
    commercetools,
    dummyjson,
    icecat,
    magento,
    medusa,
    open_food_facts,
    prestashop,
    retail_demo,
    saleor,
    schema_org,
    shopify,
    spree,
    spryker,
    sylius,
    sylius_api,
    sylius_variants,
    vendure,
    woocommerce,
)

FORMATS: tuple[Format, ...] = (
    text_reviews.FORMAT,
    own_orders.FORMAT,
    own_sales.CSV,
    own_sales.JSON,
    own_sales.JSON_OF_A_RECEIPT,
    merchant.XML,
    google_reviews.FORMAT,
    schema_reviews.FORMAT,
    shopify.FORMAT,
    woocommerce.FORMAT,
    magento.FORMAT,
    prestashop.PRODUCTS,
    prestashop.COMBINATIONS,
    spree.FORMAT,
    spree.TRANSLATIONS,
    saleor.DUMP,
    saleor.CSV,
    commercetools.CSV,
    commercetools.JSON,
    sylius.FORMAT,
    sylius_api.FORMAT,
    sylius_variants.FORMAT,
    medusa.JSON,
    medusa.CSV,
    vendure.FORMAT,
    spryker.CONCRETE,
    spryker.PRICE_LIST,
    bigcommerce.FORMAT,
    open_food_facts.JSON,
    open_food_facts.CSV,
    icecat.FORMAT,
    dummyjson.FORMAT,
    retail_demo.FORMAT,
    schema_org.FORMAT,
    merchant.TSV,
    merchant.META,
    own_stores.CSV,
    own_articles.FORMAT,
    own_articles.JSON,
    own_facts.PRICES,
    own_stock.CSV,
    own_stock.JSON,
    own_stock.JSON_OF_A_STORE,
    commercetools_stock.FORMAT,
    own_reviews.CSV,
    own_reviews.JSON,
    own_stores.JSON,
)
"""The first that tells a document as its own decides, so those that ask for less come later."""
BY_NAME = {one.name: one for one in FORMATS}
NAMES = tuple(BY_NAME)


def recognise(path: Path) -> str:
    """The format's name; of an archive that of the member that is to be imported first.
    Raises InputError where it is none that HQ knows, saying what was seen."""
    return min((one for _, one in inside(path)), key=lambda one: KINDS.index(one.of)).name


def inside(path: Path, only: str = "") -> list[tuple[Member, Format]]:
    """What is in a file, in the order in which it is to be imported: one member, or those of an archive. Where it may
    speak of `only` one store it need not name that.

    Members of an archive that are no catalogue (a licence, pictures) are passed over where another one is."""
    told: list[tuple[Member, Format]] = []
    refused: list[InputError] = []
    for member in members(path):
        try:
            told.append((member, format_of(member, document(member), only)))
        except InputError as error:
            refused.append(error)
    if not told:
        raise refused[0]
    return sorted(told, key=lambda pair: KINDS.index(pair[1].of))


def as_told(path: Path, name: str, only: str = "") -> list[tuple[Member, Format]]:
    """The same where somebody says which format it is: every member is taken for it. Raises InputError."""
    if name not in BY_NAME:
        raise InputError(f"There is no format {name!r}. It is one of {', '.join(NAMES)}.")
    storeless = next((one for one in own_stock.AT_A_DOOR if one.name == name and only), None)
    if storeless is None:
        return [(member, BY_NAME[name]) for member in members(path)]
    told = BY_NAME[name].layout.tells
    return [(member, BY_NAME[name] if told(document(member)) else storeless) for member in members(path)]


def format_of(member: Member, read: Document, only: str = "") -> Format:
    found = next((one for one in FORMATS if one.layout.tells(read)), None)
    if found is None and (storeless := next((one for one in own_stock.AT_A_DOOR if one.layout.tells(read)), None)):
        if only:
            return storeless
        raise InputError(
            f"{member.name} counts stock, but says of no store: add the column store (web is the web shop), or bring "
            "it in through a door or drop folder that belongs to one store."
        )
    if found is None and isinstance(read, Table) and (remedy := nearly(read, FORMATS)):
        raise InputError(f"{member.name} is no catalogue: {_seen(read)}. {remedy}")
    if found is None:
        raise InputError(f"{member.name} is no catalogue: {_seen(read)}. {ACCEPTED}")
    return found


def _seen(read: Document) -> str:
    if isinstance(read, Table):
        seen = ", ".join(list(filter(None, read.columns))[:6]) or "nothing"
        return f"its first line names {seen[:120]}"
    paths = [path for path in read.paths if path]
    return f"it holds {', '.join(paths[:8])[:160] or 'nothing'}"


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Several files in the order in which they are to be imported: stores and articles before what refers to them."""
    return sorted(paths, key=lambda path: KINDS.index(BY_NAME[recognise(path)].of))
