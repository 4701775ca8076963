"""Reviews that stand inside a product's record. What is wrong with one is a remark about the product's row, which is
taken all the same."""

from collections.abc import Iterable

from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.record import Record, records, text
from hq.importers.review_taking import ReviewTaking, Told
from hq.importers.schema_reviews import review_of


class EmbeddedReviews:
    """`of` is the product's id; the record was understood, so nothing has to be matched."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._taking = desk, ReviewTaking(desk)

    def schema(self, record: Record, of: str) -> None:
        """`review` (or `reviews`) of schema.org."""
        found = [*records(record, "review"), *records(record, "reviews")]
        self._take((review_of(one, [of]) for one in found), of)

    def dummy(self, record: Record, of: str) -> None:
        """`reviews` of DummyJSON; the writers' mail addresses are left where they are."""
        found = (
            Told(
                products=[of],
                rating=text(one, "rating"),
                text=text(one, "comment"),
                author=text(one, "reviewerName"),
                date=text(one, "date"),
            )
            for one in records(record, "reviews")
        )
        self._take(found, of)

    def _take(self, told: Iterable[Told], of: str) -> None:
        for one in told:
            try:
                self._taking.take(one, product=of)
            except BadCell as bad:
                self._desk.warn(f"review {bad.field}", f"a review of {of} is left out: {bad.reason}", bad.hint)
