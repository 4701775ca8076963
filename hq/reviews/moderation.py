"""The reviews as moderators see them, and deciding about one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from edge.domain.article import HELD, REFUSED, SHOWN, Review
from hq import decisions
from hq.errors import InputError
from hq.reviews.decided import decided, words_of
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
            words = words_of(found.review)
            if decided(connection, found.id) == (state, words) and found.review.state == state:
                return found.review  # said already: the journal is kept for ever
        decisions.review_decided(hq, found.id, state=state, words=words)
    return replace(found.review, state=state)


def reviews(connection: Connection, state: str = HELD, product: str = "", limit: int = 0) -> Iterator[Held]:
    """Those of a state ("" for all), in the order of products; `limit` 0 has no bound."""
    article = tables.article.c
    query = select(article.id, article.doc).where(article.kind == "review").order_by(article.parent, article.id)
    if product:
        query = query.where(article.parent == product)
    if state:
        query = query.where(_is(state))
    if limit:
        query = query.limit(limit)
    decoder = msgspec.json.Decoder(Review)
    for id_, doc in connection.execute(query.execution_options(yield_per=1_000)):
        yield _held(id_, decoder.decode(doc))


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
    article = tables.article.c
    count = select(func.count()).select_from(tables.article).where(article.kind == "review")
    return {state: connection.scalar(count.where(_is(state))) or 0 for state in (SHOWN, HELD, REFUSED)}


def _is(state: str) -> ColumnElement[bool]:
    """Asked of the text, a hundred times as fast as decoding each: no word of a review can hold these quotes as they
    are. What was imported before there were states is shown."""
    doc = tables.article.c.doc
    said = [doc.contains(f'"state":"{one}"', autoescape=True) for one in (HELD, REFUSED)]
    return ~or_(*said) if state == SHOWN else said[(HELD, REFUSED).index(state)]


def _held(id_: str, review: Review) -> Held:
    return Held(id=id_, review=review, why=tuple(reasons(review.title, review.text, review.language)))
