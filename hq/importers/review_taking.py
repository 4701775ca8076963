"""A review, however a file tells it: matched to its product, brought to five stars, made harmless, and held back where
a rule or a person says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import sha256

from edge.domain.article import HELD, REFUSED, SHOWN, Review
from hq.importers.cells import LONGEST_STORY, LONGEST_TITLE, LONGEST_WORDS, BadCell, whole
from hq.importers.desk import Desk
from hq.importers.matching import Matching
from hq.importers.text import plain
from hq.reviews.decided import decided, has_decisions, words_of
from hq.reviews.rules import hides, reasons, tamed

NOT_YET = "import its articles too; until then this is kept but not shown"
BEST, WORST = 5, 1
OF = re.compile(r"\s*([\d.,]+)\s*(?:/|of|von|de|/\s*)\s*([\d.,]+)\s*", re.IGNORECASE)
STATES = {
    **dict.fromkeys(("", "shown", "approved", "published", "accepted", "1", "yes", "true"), SHOWN),
    **dict.fromkeys(("held", "pending", "new", "unapproved", "hold", "moderation", "0", "no", "false"), HELD),
    **dict.fromkeys(("refused", "rejected", "spam", "deleted", "trash", "declined"), REFUSED),
}
"""What other systems call a review's state."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A review as the texts of a file. `id` is the file's own, "" where it has none. `rating` may be "8/10" or "80%";
    `best` and `worst` are the ends of its scale where the file names them."""

    products: Sequence[str]
    """Ids, SKUs and GTINs that may name the product, the surest first."""
    rating: str = ""
    best: str = ""
    worst: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    author: str = ""
    date: str = ""
    helpful: str = ""
    unhelpful: str = ""
    state: str = ""
    id: str = ""


class ReviewTaking:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._matching = Matching(desk)
        self._met: set[str] = set()
        self._decisions = has_decisions(desk.articles.connection)

    def take(self, told: Told, product: str = "") -> bool:
        """Puts the review; False where the file says it a second time. `product` is the id of the product where that is
        known already. Raises BadCell."""
        review = self._review(told, product)
        id_ = _id(told, review)
        review = self._moderated(id_, review, told)
        self._desk.articles.put(id_, review.product_id, review)
        is_new = id_ not in self._met
        self._met.add(id_)
        return is_new

    def _review(self, told: Told, product: str) -> Review:
        title, text = _bounded(told.title, "title", LONGEST_TITLE), _bounded(told.text, "text", LONGEST_STORY)
        rating = stars(told.rating, told.best, told.worst)
        if not (rating or title or text):
            raise BadCell("rating", "it says nothing: no rating, no title, no text", "leave the row out, or fill it in")
        if not rating:
            self._desk.warn("rating", "it has no rating", "nothing to do: its words are shown, and count for no mean")
        return Review(
            product_id=product or self._product(told),
            rating=rating,
            title=title,
            text=text,
            language=_language(told.language) or self._desk.language,
            author=_bounded(told.author, "author", LONGEST_WORDS),
            date=_date(told.date),
            helpful=_votes(told.helpful, "helpful"),
            unhelpful=_votes(told.unhelpful, "unhelpful"),
            state=_state(told.state),
        )

    def _product(self, told: Told) -> str:
        names = [name for name in told.products if name]
        if not names:
            raise BadCell("product_id", "product_id is missing", "name the product: by its id, a SKU or a GTIN")
        if found := self._matching.product(*names):
            return found
        if len(names[0]) > 64:
            raise BadCell("product_id", f"product_id has {len(names[0])} characters", "shorten it to 64")
        self._desk.warn("product_id", f"{names[0]} is not in the catalogue", NOT_YET)
        return names[0]

    def _moderated(self, id_: str, review: Review, told: Told) -> Review:
        """A decision about these very words counts; else what the file says, unless a rule holds it back."""
        decision = decided(self._desk.articles.connection, id_) if self._decisions else None
        if decision and decision[1] == words_of(review):
            return replace(review, state=decision[0])
        why = reasons(review.title, review.text, review.language)
        why += ["characters that hide something"] if hides(told.title + told.text + told.author) else []
        if review.state == SHOWN and why:
            reason = f"held back for {', '.join(why)}"
            self._desk.warn("text", reason, "look at it: tote-hq reviews list, then accept or refuse it")
            return replace(review, state=HELD)
        return review


def stars(text: str, best: str = "", worst: str = "") -> int:
    """A rating as 1 to 5 stars, 0 where there is none: "4", "4,5", "8/10", "80%"; another scale by its ends. Raises
    BadCell."""
    if not text:
        return 0
    if named := OF.fullmatch(text):
        text, best, worst = named[1], named[2], worst or ("0" if _number(named[2]) > BEST else "1")
    elif text.endswith("%"):
        text, best, worst = text[:-1], "100", "0"
    given, top, bottom = _number(text), _number(best or str(BEST)), _number(worst or str(WORST))
    if not (bottom < top and bottom <= given <= top):
        reason = f"{text[:20]} is not between {bottom} and {top}"
        raise BadCell("rating", reason, "name the ends of its scale, or convert it to stars, 1 to 5")
    share = (given - bottom) / (top - bottom)
    return int((WORST + share * (BEST - WORST)).quantize(Decimal(1), ROUND_HALF_UP))


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise BadCell("rating", f"{text[:20]!r} is no number", "write stars, 1 to 5, or 8/10") from error
    if not found.is_finite() or abs(found) > 1_000_000:
        raise BadCell("rating", f"{text[:20]!r} is no rating", "write stars, 1 to 5, or 8/10")
    return found


def _id(told: Told, review: Review) -> str:
    said = "\0".join((review.product_id, review.author, review.date, review.title, review.text))
    return sha256(f"id\0{told.id}".encode() if told.id else said.encode()).hexdigest()[:32]


def _bounded(raw: str, field: str, most: int) -> str:
    text = plain(tamed(plain(raw)))
    if len(text) > most:
        raise BadCell(field, f"{field} has {len(text)} characters", f"shorten it to {most}")
    return text


def _language(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text):
        raise BadCell("language", f"{text[:40]!r} is no language", "write it like en or pt-br")
    return re.split("[-_]", text)[0].lower()


def _date(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ].*)?", text):
        raise BadCell("date", f"{text[:40]!r} is no date", "write it like 2026-11-02")
    return text[:10]


def _votes(text: str, field: str) -> int:
    votes = whole(text, field)
    if not 0 <= votes <= 1_000_000_000:
        raise BadCell(field, f"{votes} is no number of votes", "write how many said so, 0 at least")
    return votes


def _state(text: str) -> str:
    known = STATES.get(text.lower())
    if known is None:
        raise BadCell("state", f"{text[:40]!r} is no state", "write shown, held or refused")
    return known
