"""How well a product answers a question.

BM25 for each field by itself (Robertson and Zaragoza 2009: saturation, length against what is usual for the field),
weighted; of a word's hits in several fields the best counts whole, the others a part, so that a long list of facts does
not outweigh a title. FTS5's own ranking adds all fields up before it saturates them, and scans every hit of every word
for it. What goes with the thing that was asked for stands behind it. Weights were chosen on judged queries,
cross-validated: `python -m bench search`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

from edge.catalogue.accessories import Accessories
from edge.catalogue.question import Word
from edge.catalogue.schema import FIELDS

Row = Sequence[Any]
"""A row of a language's text table: number, popularity, then FIELDS."""
TITLE, CATEGORY = 2 + FIELDS.index("title"), 2 + FIELDS.index("category")
SATURATION = 1.2
SEARCHED = len(FIELDS) - 1
"""All but `words`, which only lets a half-typed word match."""
WRITTEN = 0.2
"""What a word is worth that matched in its written form alone."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """`fields` in the order of FIELDS, `length` how much the length of a field counts (BM25's b)."""

    fields: Sequence[float] = (3.0, 2.0, 1.0, 0.5, 1.0, 0.8, 1.5)
    length: Sequence[float] = (0.5, 0.5, 0.5, 0.5, 0.5, 0.75, 0.75)
    other: float = 0.3
    """The part that hits in further fields count."""
    whole: float = 2.0
    """The power of the share of the words that are there at all."""
    popular: float = 0.1
    """How much the most popular of all hits gains."""
    accessory: float = 0.6
    """What is left of an accessory's score where none was asked for."""


def ranked(
    rows: Iterable[Row],
    words: Sequence[Word],
    idf: Sequence[float],
    usual: Sequence[int],
    weights: Weights,
    accessories: Accessories,
) -> list[tuple[int, float]]:
    """Numbers and scores, best first; of equals the more popular first."""
    score, part = _scorer(words, idf, usual, weights), _share(words, weights, accessories)
    scored = [(score(row) * part(row), row[0], row[1]) for row in rows]
    most = max((popularity for *_, popularity in scored), default=0) or 1
    best = sorted((-one * (1 + weights.popular * popularity / most), n) for one, n, popularity in scored)
    return [(n, -one) for one, n in best]


def rarity(count: int, products: int) -> float:
    """BM25's inverse document frequency, above 0 also for a word that every product has."""
    return log(1 + (max(0, products - count) + 0.5) / (count + 0.5))


def _share(words: Sequence[Word], weights: Weights, accessories: Accessories) -> Callable[[Row], float]:
    """What counts of a product's score. An accessory is what its category calls so, and what one word alone finds where
    its title goes on with one ("notebook sleeve"); who types several words has narrowed it down already."""
    asked = {form for word in words for form in word.forms}
    categories, titles = accessories.categories, accessories.titles
    if not asked.isdisjoint(categories | titles):
        return lambda row: 1.0
    alone = asked if len(words) == 1 else set[str]()

    def accessory(row: Row) -> bool:
        if not categories.isdisjoint(row[CATEGORY].split()):
            return True
        return bool(alone) and any(word in alone and after in titles for word, after in pairwise(row[TITLE].split()))

    return lambda row: weights.accessory if accessory(row) else 1.0


def _texts(word: Word) -> list[tuple[str, float]]:
    """What is looked for in a text that is padded with blanks."""
    whole = ((f" {form} ", part) for form, part in word.forms.items() if part)
    return [*whole, *((f" {start}", part) for start, part in word.starts.items())]


def _scorer(
    words: Sequence[Word], idf: Sequence[float], usual: Sequence[int], weights: Weights
) -> Callable[[Row], float]:
    sought = [(rare, _texts(word)) for word, rare in zip(words, idf, strict=True)]
    fields = list(zip(range(2, 2 + SEARCHED), weights.fields, weights.length, usual[:SEARCHED], strict=True))
    other, whole = weights.other, weights.whole

    def score(row: Row) -> float:
        """The one place where every instruction counts: it runs for some hundred products a keystroke."""
        padded = [(f" {row[at]} ", weight, length, long) for at, weight, length, long in fields if row[at]]
        everything = "".join([text for text, *_ in padded])
        total, there = 0.0, 0
        for rare, forms in sought:
            best = rest = 0.0
            met = [
                (form, part) for form, part in forms if form in everything
            ]  # of dozens of forms seldom more than one
            for text, weight, length, long in padded if met else ():
                times = 0.0
                for form, part in met:
                    times += part * text.count(form)
                if times:
                    size = 1 - length + length * (text.count(" ") - 1) / long
                    hit = weight * times * (SATURATION + 1) / (times + SATURATION * size)
                    rest += min(best, hit)
                    best = max(best, hit)
            if not best and any(form in f" {row[-1]} " for form, _ in forms):
                best = WRITTEN
            if best:
                there += 1
                total += rare * (best + other * rest)
        return total * (there / len(sought)) ** whole if sought else 0.0

    return score
