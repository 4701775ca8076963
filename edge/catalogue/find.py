"""Answers for what somebody typed and chose: a page of hits, and by what they can be narrowed down.

No answer is empty while the catalogue has anything and nothing was chosen: where nothing bears the words, what is spelt
most like them is shown, and where nothing is, what is liked; the answer says so (`Results.nearest`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from edge.catalogue import synonyms
from edge.catalogue.answer import Answer, Nearest, Spoken
from edge.catalogue.choice import Choice, Whereabouts
from edge.catalogue.facets import Facets
from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.rank import Weights
from edge.catalogue.schema import FIELDS
from edge.catalogue.search import Found, Index
from edge.catalogue.search_rows import text_in
from edge.catalogue.speaking import typed_in
from edge.catalogue.stocked import Stocked
from edge.catalogue.words import fold, split

EVERYWHERE = Whereabouts()
ANYTHING = Choice()
MOST_SUGGESTED = 6


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`rank` counts from 1. `id` names the product, `sku` the variant of it that fits the words best."""

    rank: int
    id: str
    sku: str
    title: str
    score: float
    """Larger is better; comparable within one answer only."""


@dataclass(frozen=True, kw_only=True)
class Results:
    hits: Sequence[Hit] = ()
    total: int = 0
    more: bool = False
    """There are more than `total`, which is where counting ends; the same may be true of every count in `facets`."""
    facets: Facets = field(default_factory=Facets)
    nearest: Nearest = ""
    """Nothing bears the words: the hits are for words spelt like them ("spelling"), or simply what is "liked"."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Typed words that the catalogue does not know, and what they were read as."""
    unknown: Sequence[str] = ()
    """Typed words that nothing answers."""
    suggestions: Sequence[str] = ()
    """What the last word may become."""


class Finder:
    """One per catalogue. Any thread may ask."""

    def __init__(
        self, ask: Ask, languages: Sequence[str], meta: Mapping[str, str], weights: Weights | None = None
    ) -> None:
        self._ask = ask
        self._languages = languages
        products = int(meta.get("products", 0))
        usual = {language: json.loads(meta.get(f"usual_{language}", "[]")) for language in languages}
        stocked = Stocked(ask)
        self._spoken = {
            language: Spoken(
                index=Index(
                    vocabulary=Vocabulary(ask, language), products=products, usual=usual[language] or [1] * len(FIELDS)
                ),
                synonyms=synonyms.load(ask, language),
                weights=weights or Weights(),
                stocked=stocked,
            )
            for language in languages
        }

    def warm(self) -> None:
        for spoken in self._spoken.values():
            spoken.index.vocabulary.load()

    def find(self, words: str, language: str, limit: int, offset: int) -> list[Hit]:
        """The hits alone."""
        if not self._languages or limit <= 0:
            return []
        answer = Answer(self._ask, self._of(language, words), _bindable(words), ANYTHING, EVERYWHERE)
        return self._hits(answer, words, language, limit, offset)

    def search(
        self,
        words: str,
        language: str,
        *,
        choice: Choice = ANYTHING,
        where: Whereabouts = EVERYWHERE,
        typing: bool = False,
        limit: int = 24,
        offset: int = 0,
    ) -> Results:
        if not self._languages:
            return Results()
        answer = Answer(self._ask, self._of(language, words), _bindable(words), choice, where, typing=typing)
        hits = self._hits(answer, words, language, limit, offset)
        return Results(
            hits=hits,
            total=len(answer.hits),
            more=answer.more,
            facets=answer.facets(),
            nearest=answer.nearest,
            instead={word.typed: word.instead for word in answer.words if word.instead},
            unknown=[word.typed for word in answer.words if not word.forms],
            suggestions=_suggestions(words, hits) if typing else (),
        )

    def _of(self, language: str, words: str) -> Spoken:
        own = self._spoken.get(language) or self._spoken[self._languages[0]]
        return typed_in(_bindable(words), own, (one for one in self._spoken.values() if one is not own))

    def _hits(self, answer: Answer, words: str, language: str, limit: int, offset: int) -> list[Hit]:
        found = answer.order(offset + limit)[offset:]
        return list(self._named(found, _bindable(words), language, offset)) if found else []

    def _named(self, found: Sequence[Found], words: str, language: str, offset: int) -> Iterable[Hit]:
        products = self._products([one.n for one in found])
        skus = self._fitting([products[one.n][0] for one in found], words, {one.sku for one in found})
        for rank, one in enumerate(found, offset + 1):
            id_, titles = products[one.n]
            title = text_in(titles, language, self._languages[0])
            yield Hit(rank=rank, id=id_, sku=skus.get(id_, ""), title=title, score=round(one.score, 4))

    def _products(self, numbers: Iterable[int]) -> dict[int, tuple[str, dict[str, str]]]:
        places = ",".join(map(str, numbers))
        found = self._ask(f"SELECT n, id, title FROM product WHERE n IN ({places})")
        return {n: (id_, json.loads(title)) for n, id_, title in found}

    def _fitting(self, ids: Sequence[str], words: str, named: set[str]) -> dict[str, str]:
        """For each product its first variant, or one that `named` names, or whose size, colour or number was typed."""
        marks = ",".join("?" * len(ids))
        columns = "SELECT product_id, sku, size || ' ' || colour || ' ' || sku FROM variant"
        typed, best = {fold(word) for word in split(words)}, dict[str, tuple[int, str]]()
        for id_, sku, told in self._ask(f"{columns} WHERE product_id IN ({marks}) ORDER BY position, n", *ids):
            fit = 99 if sku in named else len(typed.intersection(map(fold, split(told))))
            if id_ not in best or fit > best[id_][0]:
                best[id_] = (fit, sku)
        return {id_: sku for id_, (_, sku) in best.items()}


def _bindable(words: str) -> str:
    """Half a surrogate pair can't be bound."""
    return words.encode(errors="replace").decode()[:MOST_TYPED]


MOST_TYPED = 400
"""Characters that are looked at; nobody types more."""


def _suggestions(typed: str, hits: Sequence[Hit]) -> list[str]:
    """What is typed with its last word made whole, as the hits' titles write it, the most frequent first."""
    words = split(typed)
    if not words or typed[-1:].isspace():
        return []
    start, counted = fold(words[-1]), dict[str, int]()
    for hit in hits:
        for word in dict.fromkeys(split(hit.title)):
            if fold(word).startswith(start) and fold(word) != start and word.isalpha():
                counted[word] = counted.get(word, 0) + 1
    best = sorted(counted, key=lambda word: (-counted[word], word))[:MOST_SUGGESTED]
    return [" ".join([*words[:-1], word]) for word in best]
