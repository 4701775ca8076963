"""Google's product review feeds (XML, versions 2.0 to 2.4): feed/reviews/review."""

from typing import Any

from hq.importers.desk import Desk
from hq.importers.format import REVIEWS, Format, Records
from hq.importers.record import Record, records, text, texts
from hq.importers.review_taking import ReviewTaking, Told

IDS = (("skus", "sku"), ("gtins", "gtin"), ("mpns", "mpn"))


class GoogleReviews:
    def __init__(self, desk: Desk) -> None:
        self._taking = ReviewTaking(desk)

    def take(self, row: int, record: dict[str, Any]) -> bool:
        named = text(record, "review_id")
        rating = next(iter(records(record, "ratings", "overall")), {"": text(record, "ratings", "overall")})
        return self._taking.take(
            Told(
                id=f"google {named}" if named else "",
                products=_products(record),
                rating=text(rating, ""),
                worst=text(rating, "@min"),
                best=text(rating, "@max"),
                title=_said(record, "title"),
                text=_said(record, "content"),
                language=_said(record, "review_language"),
                author=_author(record),
                date=text(record, "review_timestamp"),
                state="spam" if text(record, "is_spam").lower() == "true" else "",
            )
        )


def _products(record: Record) -> list[str]:
    """SKUs first: a GTIN may have been given to another article since."""
    named: list[str] = []
    for product in records(record, "products", "product"):
        for path in IDS:
            named += texts(product, "product_ids", *path)
    return named


def _author(record: Record) -> str:
    name = record.get("reviewer", {})
    anonymous = text(name, "name", "@is_anonymous").lower() == "true"
    return "" if anonymous else _said(name, "name")


def _said(record: object, name: str) -> str:
    """The text of an element, whether or not it has attributes."""
    return text(record, name) or text(record, name, "")


FORMAT = Format(
    name="google-reviews-xml",
    of=REVIEWS,
    layout=Records({"ratings"}, {"review_id"}, at=("feed.reviews.review",)),
    adapter=GoogleReviews,
)
