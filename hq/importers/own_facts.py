"""What is said about articles that are there: new prices, counts of stock, reviews. And the stores."""

import re
from dataclasses import replace
from hashlib import sha256

from edge.domain.article import WEB, Product, Review, Stock, Store, Variant
from hq.importers.cells import (
    LONGEST_STORY,
    LONGEST_TITLE,
    BadCell,
    moment,
    optional,
    place,
    required,
    sku_of,
    store_id,
    whole,
)
from hq.importers.desk import Desk, Repeats
from hq.importers.format import PRICES as PRICE_LIST
from hq.importers.format import REVIEWS as REVIEW_LIST
from hq.importers.format import STOCK as STOCK_LIST
from hq.importers.format import STORES as STORE_LIST
from hq.importers.format import Columns, Format
from hq.importers.own_articles import prices

UNLISTED = "check how it is spelled, or import the article first: articles.csv"
NOT_YET = "import its articles too; until then this is kept but not shown"


class PriceRows:
    """`sku`, `price`, and `was` if reductions are to change with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        sku = required(cells, "sku")
        held = self._desk.articles.get(Variant, sku)
        if held is None:
            raise BadCell("sku", f"{sku} is not in the catalogue", UNLISTED)
        price, was = prices(cells, held.price.currency)
        if "was" not in cells and held.was and held.was.currency == price.currency and held.was.amount > price.amount:
            was = held.was
        if not self._repeats.is_new(row, sku, cells):
            return False
        self._desk.articles.put(sku, held.product_id, replace(held, price=self._desk.priced(price), was=was))
        return True


class StockRows:
    """`sku`, `store` ("web" is the web shop), `quantity`, `as_of`. Counts are absolute: a repeat is harmless."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._skus = desk.articles.ids(Variant)
        self._stores = desk.articles.ids(Store) | {WEB}

    def take(self, row: int, cells: dict[str, str]) -> bool:
        sku, store = sku_of(cells), store_id(cells, "store")
        quantity = whole(required(cells, "quantity"), "quantity")
        if quantity < 0:
            raise BadCell("quantity", f"{quantity} is less than nothing", "write what can be sold, 0 at least")
        as_of = moment(cells.get("as_of", ""), "as_of", self._desk.now)
        self._remark(sku, store)
        held = self._desk.articles.get(Stock, f"{sku}@{store}")
        if held and held.as_of > as_of:
            self._desk.warn(
                "as_of", f"a newer count of {sku} in {store} is known", "nothing to do: the newer one stays"
            )
            return False
        value = Stock(sku=sku, store=store, quantity=quantity, as_of=as_of)
        self._desk.articles.put(f"{sku}@{store}", sku, value)
        return True

    def _remark(self, sku: str, store: str) -> None:
        if sku not in self._skus:
            self._desk.warn("sku", f"{sku} is not in the catalogue", NOT_YET)
        if store not in self._stores:
            self._desk.warn("store", f"{store} is no store HQ knows", "import the stores first, or correct the id")


class ReviewRows:
    """`product_id`, `rating`, `title`, `text`, `language`, `author`, `date`. The same review twice is one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._products = desk.articles.ids(Product)
        self._met: set[str] = set()

    def take(self, row: int, cells: dict[str, str]) -> bool:
        review = self._review(cells)
        said = "\0".join((review.product_id, review.author, review.date, review.title, review.text))
        id_ = sha256(said.encode()).hexdigest()[:32]
        if review.product_id not in self._products:
            self._desk.warn("product_id", f"{review.product_id} is not in the catalogue", NOT_YET)
        self._desk.articles.put(id_, review.product_id, review)
        is_new = id_ not in self._met
        self._met.add(id_)
        return is_new

    def _review(self, cells: dict[str, str]) -> Review:
        rating = whole(required(cells, "rating"), "rating")
        if not 1 <= rating <= 5:
            raise BadCell("rating", f"{rating} is not between 1 and 5", "convert it to stars, 1 to 5")
        return Review(
            product_id=required(cells, "product_id"),
            rating=rating,
            title=optional(cells, "title", LONGEST_TITLE),
            text=optional(cells, "text", LONGEST_STORY),
            language=optional(cells, "language", 35) or self._desk.language,
            author=optional(cells, "author"),
            date=self._date(cells.get("date", "")),
        )

    def _date(self, text: str) -> str:
        if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}(T.*)?", text):
            raise BadCell("date", f"{text[:40]!r} is no date", "write it like 2026-11-02")
        return text[:10]


class StoreRows:
    """`id`, `name`, `city`, `address`, `latitude`, `longitude`, `hours`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, cells: dict[str, str]) -> bool:
        id_ = store_id(cells, "id")
        if id_ == WEB:
            raise BadCell("id", f"{WEB!r} stands for the web shop", "choose another id")
        store = Store(
            id=id_,
            name=required(cells, "name", 200),
            city=optional(cells, "city"),
            address=optional(cells, "address"),
            latitude=place(cells.get("latitude", ""), "latitude", 90),
            longitude=place(cells.get("longitude", ""), "longitude", 180),
            hours=optional(cells, "hours", LONGEST_TITLE),
        )
        if not self._repeats.is_new(row, id_, cells):
            return False
        self._desk.articles.put(id_, "", store)
        return True


PRICES = Format(
    name="tote-prices-csv",
    of=PRICE_LIST,
    layout=Columns({"sku", "price"}, without={"title*", "name*", "slug", "handle"}),
    adapter=PriceRows,
)
STOCK = Format(
    name="tote-stock-csv",
    of=STOCK_LIST,
    layout=Columns({"sku", "store", "quantity"}, without={"order_id"}),
    adapter=StockRows,
)
REVIEWS = Format(name="tote-reviews-csv", of=REVIEW_LIST, layout=Columns({"product_id", "rating"}), adapter=ReviewRows)
STORES = Format(
    name="tote-stores-csv",
    of=STORE_LIST,
    layout=Columns({"id", "name", "city"}, {"id", "name", "address"}, {"id", "name", "latitude"}),
    adapter=StoreRows,
)
