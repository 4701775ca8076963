"""The reviews as moderators see them, and deciding about one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import msgspec
from sqlalchemy import Connection, select

from edge.domain.article import HELD, REFUSED, SHOWN, Review
from hq import decisions
from hq.errors import InputError
from hq.reviews.decided import words_of
from hq.reviews.rules import reasons
from hq.store import tables
from hq.store.aside import alone

if TYPE_CHECKING:
    from hq.service import Hq

State = Literal["shown", "refused"]
DECISIONS: dict[str, State] = {"accept": "shown", "refuse": "refused"}
PATIENCE = 10.0
"""Seconds that a decision waits for an import that is at work."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A review as moderators see it. `why` names what speaks against showing it, whatever was decided."""

    id: str
    review: Review
    why: tuple[str, ...]


def decide(hq: "Hq", id_: str, state: State) -> Review:
    """Shows or refuses a review; its beginning will do for `id_`. Returns it as it stands now. Raises InputError where
    there is none, BusyError where an import is at work on the reviews."""
    with alone(hq.dir, patience=PATIENCE):
        with hq.reading() as connection:
            found = one(connection, id_)
        decisions.review_decided(hq, found.id, state=state, words=words_of(found.review))
    return replace(found.review, state=state)


def reviews(connection: Connection, state: str = HELD, product: str = "", limit: int = 0) -> Iterator[Held]:
    """Those of a state ("" for all), in the order of products; `limit` 0 has no bound."""
    article = tables.article.c
    query = select(article.id, article.doc).where(article.kind == "review").order_by(article.parent, article.id)
    if product:
        query = query.where(article.parent == product)
    decoder, found = msgspec.json.Decoder(Review), 0
    for id_, doc in connection.execute(query.execution_options(yield_per=1_000)):
        review = decoder.decode(doc)
        if state in ("", review.state):
            yield _held(id_, review)
            found += 1
            if found == limit:
                return


def one(connection: Connection, id_: str) -> Held:
    """Raises InputError where none or several begin so."""
    if not id_ or not id_.isalnum():
        raise InputError("Name a review by its id, as `tote-hq reviews list` shows it; its beginning will do.")
    article = tables.article.c
    beginning = (article.id >= id_) & (article.id < id_ + "\uffff")
    rows = connection.execute(select(article.id, article.doc).where(article.kind == "review", beginning).limit(2)).all()
    if len(rows) != 1:
        many = "Several reviews begin" if rows else "There is no review whose id begins"
        raise InputError(f"{many} with {id_!r}: tote-hq reviews list shows them.")
    return _held(rows[0].id, msgspec.json.decode(rows[0].doc, type=Review))


def counts(connection: Connection) -> dict[str, int]:
    """How many there are of each state."""
    found = {SHOWN: 0, HELD: 0, REFUSED: 0}
    for review in reviews(connection, ""):
        found[review.review.state] = found.get(review.review.state, 0) + 1
    return found


def _held(id_: str, review: Review) -> Held:
    return Held(id=id_, review=review, why=tuple(reasons(review.title, review.text, review.language)))
