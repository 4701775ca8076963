"""Reviews in Tote's own CSV and JSON: `product_id` (or `sku`, `gtin`), `rating`, `title`, `text`, `language`, `author`,
`date`, `best`, `worst`, `helpful`, `unhelpful`, `state`, `id`."""

from typing import Any

from hq.importers.desk import Desk
from hq.importers.format import REVIEWS, Columns, Format, Records
from hq.importers.record import text
from hq.importers.review_taking import ReviewTaking, Told

FIELDS = (
    "rating", "best", "worst", "title", "text", "language", "author", "date", "helpful", "unhelpful", "state", "id",
)  # fmt: skip


class ReviewRows:
    def __init__(self, desk: Desk) -> None:
        self._taking = ReviewTaking(desk)

    def take(self, row: int, record: dict[str, Any]) -> bool:
        names = [text(record, name) for name in ("product_id", "sku", "gtin")]
        return self._taking.take(Told(products=names, **{name: text(record, name) for name in FIELDS}))


NEEDED = tuple({name, about} for name in ("product_id", "sku", "gtin") for about in ("rating", "text"))
ARTICLES = {"price", "quantity", "title_*", "name"}
CSV = Format(name="tote-reviews-csv", of=REVIEWS, layout=Columns(*NEEDED, without=ARTICLES), adapter=ReviewRows)
JSON = Format(
    name="tote-reviews-json",
    of=REVIEWS,
    layout=Records(
        {"product_id", "rating"},
        *({*each, more} for each in NEEDED for more in ("author", "date")),
        at=("item", "reviews.item"),
    ),
    adapter=ReviewRows,
)
