"""schema.org reviews: alone, with the product in `itemReviewed`, or inside a product (`review_of`)."""

from typing import Any

from hq.importers.desk import Desk
from hq.importers.documents import Document
from hq.importers.format import REVIEWS, Format, Records
from hq.importers.record import Record, text
from hq.importers.review_taking import ReviewTaking, Told

PRODUCT_IDS = ("productID", "sku", "gtin", "gtin13", "gtin14", "gtin12", "gtin8", "mpn", "@id")


def review_of(record: Record, products: list[str]) -> Told:
    """A `Review` object, about the product that one of `products` names."""
    rating = record.get("reviewRating")
    rating = rating[0] if isinstance(rating, list) and rating else rating
    return Told(
        products=products,
        rating=text(rating, "ratingValue") if isinstance(rating, dict) else text(record, "reviewRating"),
        best=text(rating, "bestRating"),
        worst=text(rating, "worstRating"),
        title=text(record, "name") or text(record, "headline"),
        text=text(record, "reviewBody") or text(record, "description"),
        language=text(record, "inLanguage"),
        author=_author(record.get("author")),
        date=text(record, "datePublished") or text(record, "dateCreated"),
        helpful=text(record, "upvoteCount"),
        unhelpful=text(record, "downvoteCount"),
        id=f"schema {text(record, '@id')}" if text(record, "@id") else "",
    )


def _author(found: Any) -> str:
    found = found[0] if isinstance(found, list) and found else found
    return text(found, "name") if isinstance(found, dict) else text({"author": found}, "author")


def product_ids(product: object) -> list[str]:
    return [name for key in PRODUCT_IDS if (name := text(product, key))]


class SchemaReviews:
    def __init__(self, desk: Desk) -> None:
        self._taking = ReviewTaking(desk)

    def take(self, row: int, record: dict[str, Any]) -> bool:
        return self._taking.take(review_of(record, product_ids(record.get("itemReviewed"))))


class Alone(Records):
    """Reviews without the products beside them: where those are offered too, it is their list."""

    def tells(self, document: Document) -> bool:
        paths = getattr(document, "paths", {})
        return super().tells(document) and not any("offers" in path.split(".") for path in paths)


FORMAT = Format(
    name="schema-org-reviews",
    of=REVIEWS,
    layout=Alone(
        {"itemReviewed.@type", "reviewRating.ratingValue"}, {"itemReviewed.@type", "reviewBody"},
        at=("item", "@graph.item", ""),
    ),
    adapter=SchemaReviews,
)  # fmt: skip
