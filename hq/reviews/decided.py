"""What was decided about reviews. A decision is about the words that were read: it stands in the journal, survives
backups and every later import of the same words, and holds no longer for others."""

from dataclasses import replace
from hashlib import sha256
from typing import Literal

import msgspec
from sqlalchemy import Connection, Select, select, update

from edge.domain.article import Review
from hq.journal import Entry
from hq.store import tables

KIND: Literal["review-decided"] = "review-decided"


def words_of(review: Review) -> str:
    """What a decision is about, as a hash."""
    said = "\0".join((review.author, review.title, review.text))
    return sha256(said.encode()).hexdigest()[:32]


def decided(connection: Connection, id_: str) -> tuple[str, str] | None:
    """The state and the words (`words_of`) of the latest decision about a review; None where there is none."""
    entry = tables.decision.c
    about = select(entry.body).where(entry.subject == id_, entry.kind == KIND)
    body = connection.scalar(about.order_by(entry.at.desc(), entry.id.desc()).limit(1))
    if body is None:
        return None
    told = msgspec.json.decode(body)
    return str(told["state"]), str(told["words"])


def has_decisions(connection: Connection) -> bool:
    return connection.scalar(select(tables.decision.c.id).where(tables.decision.c.kind == KIND).limit(1)) is not None


def apply(connection: Connection, entry: Entry) -> None:
    """The effect of a journal entry: on the review, if it is there and still says what was read."""
    row = connection.execute(_of(entry.subject)).first()
    if row is None:
        return
    review = msgspec.json.decode(row.doc, type=Review)
    if words_of(review) == entry.body["words"]:
        doc = msgspec.json.encode(replace(review, state=entry.body["state"])).decode()
        article = tables.article.c
        connection.execute(
            update(tables.article).where(article.kind == "review", article.id == entry.subject).values(doc=doc)
        )


def _of(id_: str) -> Select[tuple[str]]:
    return select(tables.article.c.doc).where(tables.article.c.kind == "review", tables.article.c.id == id_)
