"""One question with what was chosen, worked out once: which products, in which order, and by what to narrow down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from edge.catalogue import question
from edge.catalogue.choice import Choice, Whereabouts
from edge.catalogue.facets import HEADINGS, Facets, facets
from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.question import Synonyms, Word
from edge.catalogue.rank import Weights
from edge.catalogue.search import COUNTED, Found, Index, Search, codes
from edge.catalogue.stocked import Stocked
from edge.catalogue.variants import Row, chosen, rows
from edge.catalogue.words import stemmed

SAMPLED = 500
"""Of more than COUNTED, where counts are only "at least", so many are counted."""
WIDE = 10 * COUNTED
"""Hits that are looked through for those that fit what was chosen."""
Nearest = Literal["", "spelling", "liked"]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What questions in one language need."""

    index: Index
    synonyms: Synonyms
    weights: Weights
    stocked: Stocked

    @property
    def vocabulary(self) -> Vocabulary:
        return self.index.vocabulary


class Answer:
    """Of the most popular COUNTED products that fit; `more` where there are others."""

    def __init__(
        self, ask: Ask, spoken: Spoken, typed: str, choice: Choice, where: Whereabouts, *, typing: bool = False
    ) -> None:
        self._ask, self._spoken, self._choice, self._where = ask, spoken, choice, where
        self._vocabulary = spoken.vocabulary
        self.nearest: Nearest = ""
        self._codes = codes(ask, typed.strip(), COUNTED)
        self.words = question.read(typed, self._vocabulary, spoken.synonyms, typing=typing)
        self._base = self._gather("", COUNTED + 1)
        if typed.strip() and not self.words and not self._codes:
            self.nearest = "liked"  # signs that are no words
        elif not self._base and typed.strip():
            self._guess()
        fitting = self._fitting(choice)
        self.more = len(fitting) > COUNTED
        self.hits = fitting[:COUNTED]

    @property
    def known(self) -> list[Word]:
        return [word for word in self.words if word.forms]

    def order(self, most: int) -> list[Found]:
        """The best hits: what codes name, what words find; without words, what is liked most."""
        kept = set(self.hits)
        named = {one.n: one for one in self._codes if one.n in kept}
        rest = [n for n in self.hits if n not in named]
        if not self.known or self.nearest == "liked":
            return [*named.values(), *(Found(n, 0.0) for n in rest[:most])][:most]
        return [*named.values(), *self._search().order(rest, self.known, most)][:most]

    def facets(self) -> Facets:
        own, among = self._looked_at(self.hits), dict[str, Sequence[Row]]()
        for heading in HEADINGS:
            others = self._choice.without(heading)
            among[heading] = own if others == self._choice else self._looked_at(self._fitting(others))
        return facets(self._ask, self._spoken.stocked, among, self._choice, self._where)

    def _looked_at(self, numbers: Sequence[int]) -> list[Row]:
        return self._rows(numbers if len(numbers) <= COUNTED and not self.more else numbers[:SAMPLED])

    def _guess(self) -> None:
        question.nearest(self.words, self._vocabulary)
        self._base = self._gather("", COUNTED + 1)
        self.nearest = "spelling"
        if not self._base:
            self.words, self.nearest = [], "liked"
            self._base = self._gather("", COUNTED + 1)

    def _gather(self, within: str, most: int) -> list[int]:
        """Products that the codes and words find, the most popular first; without words all there are."""
        if self.known:
            named = [one.n for one in self._codes]
            return list(dict.fromkeys([*named, *self._search(within).hits(self.known, most)]))[:most]
        if self._codes or self.words:
            return [one.n for one in self._codes]
        return self._search(within).all(most)

    def _fitting(self, choice: Choice) -> list[int]:
        """The first COUNTED of them that fit, and one more where there are more."""
        if not choice:
            return self._base
        if len(self._base) <= COUNTED:
            return self._chosen(self._base, choice)
        found, looked = list[int](), self._gather(_within(choice, self._vocabulary.language), WIDE)
        for at in range(0, len(looked), COUNTED):
            found += self._chosen(looked[at : at + COUNTED], choice)
            if len(found) > COUNTED:
                break
        return found[: COUNTED + 1]

    def _chosen(self, numbers: Sequence[int], choice: Choice) -> list[int]:
        return [row.n for row in chosen(self._ask, self._rows(numbers), choice, self._where)]

    @cached_property
    def _of_base(self) -> Mapping[int, Row]:
        counted = self._base if len(self._base) <= COUNTED else self._base[:SAMPLED]
        return {row.n: row for row in rows(self._ask, counted)}

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        known = self._of_base
        if known.keys() >= set(numbers):
            return [known[n] for n in numbers]
        return rows(self._ask, numbers)

    def _search(self, within: str = "") -> Search:
        return Search(self._ask, self._spoken.index, self._spoken.weights, within)


def _within(choice: Choice, language: str) -> str:
    """What every product that fits bears in its words, for FTS5: it spares looking through all the others."""
    asked = [("category", [choice.category] if choice.category else []), ("brand", choice.brands)]
    asked += [("more", choice.sizes), ("more", choice.colours)]
    parts = []
    for column, values in asked:
        phrases = [stemmed(value, language) for value in sorted(values)]
        if phrases and all(phrases):
            parts.append(f"{{{column}}} : (" + " OR ".join(f'"{phrase}"' for phrase in phrases) + ")")
    return " AND ".join(parts)
