"""Where an article can be had, in the words of the reader. A state is never told by colour alone."""

from dataclasses import dataclass
from typing import Literal

from edge.domain.article import FEW, Store
from hq.live.article import LiveArticle
from hq.words import Words

Tone = Literal["here", "few", "gone", "web"]


@dataclass(frozen=True, kw_only=True)
class Note:
    tone: Tone
    text: str


def tone_of(quantity: int) -> Tone:
    return "here" if quantity > FEW else "few" if quantity > 0 else "gone"


def notes(article: LiveArticle, store: Store, say: Words) -> list[Note]:
    """First how it stands in the shopper's own store, then, where that has none, who else has it."""
    if not article.places and article.web is None:
        return [Note(tone="web", text=say("stock.unknown"))]
    if not article.available:
        return [Note(tone="gone", text=say("stock.gone_everywhere"))]
    if article.variant.web_only:
        return [Note(tone="here", text=say("stock.web_only"))]
    here = article.at(store.id)
    first = _here(here.quantity if here else None, store, say)
    return [first] if here and here.quantity > 0 else [first, *_elsewhere(article, store, say)]


def _here(quantity: int | None, store: Store, say: Words) -> Note:
    if quantity is None:
        return Note(tone="web", text=say("stock.none", store=store.name))
    key = {"here": "stock.here", "few": "stock.few", "gone": "stock.gone"}[tone_of(quantity)]
    return Note(tone=tone_of(quantity), text=say(key, store=store.name, n=quantity))


def _elsewhere(article: LiveArticle, store: Store, say: Words) -> list[Note]:
    others = [place.store.name for place in article.places if place.quantity > 0 and place.store.id != store.id]
    found = [say("stock.elsewhere", stores=", ".join(others[:2]))] if others else []
    if article.web:
        found.append(say("stock.web"))
    return [Note(tone="here", text=text) for text in found]
