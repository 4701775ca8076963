"""DummyJSON's products (dummyjson.com/docs/products): a list, or the answer of its API. Barcodes stand under `meta`,
and most have a wrong check digit."""

from hq.importers.assortment import Assortment
from hq.importers.desk import Desk
from hq.importers.embedded_reviews import EmbeddedReviews
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.record import Record, text, texts
from hq.importers.wording import number_of


class DummyProducts:
    def __init__(self, desk: Desk) -> None:
        self._assortment, self._reviews = Assortment(desk), EmbeddedReviews(desk)

    def take(self, row: int, cells: Record) -> bool:
        product_id = number_of(text(cells, "id")) or number_of(text(cells, "sku"))
        facts = {"Warranty": text(cells, "warrantyInformation"), "Weight": text(cells, "weight")}
        style = Style(
            id=product_id,
            title={OWN: text(cells, "title")},
            story={OWN: text(cells, "description")},
            brand=text(cells, "brand"),
            category=text(cells, "category").replace("-", " ").capitalize(),
            facts=facts,
            keywords=texts(cells, "tags"),
        )
        offer = Offer(
            sku=text(cells, "sku") or product_id,
            product_id=product_id,
            price=Priced(text=text(cells, "price"), exact=True),
            gtins=texts(cells, "meta", "barcode"),
            pictures=texts(cells, "images"),
            quantity=text(cells, "stock"),
        )
        is_new = self._assortment.article(row, cells, style, offer)
        self._reviews.dummy(cells, product_id)
        return is_new


FORMAT = Format(
    name="dummyjson",
    of=ARTICLES,
    layout=Records(
        {"title", "price", "discountPercentage", "stock"},
        {"title", "price", "meta.barcode"},
        at=("item", "products.item"),
    ),
    adapter=DummyProducts,
)
