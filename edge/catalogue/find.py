"""Hits for what somebody typed: the products `search.py` finds, each with its title and its best fitting variant."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edge.catalogue.near import Ask, Vocabulary
from edge.catalogue.search import Found, Search
from edge.catalogue.search_rows import text_in
from edge.catalogue.words import fold, split


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`rank` counts from 1. `id` names the product, `sku` the variant of it that fits the words best."""

    rank: int
    id: str
    sku: str
    title: str
    score: float
    """Larger is better; comparable within one answer only."""


class Finder:
    def __init__(self, ask: Ask, languages: Sequence[str]) -> None:
        self._ask = ask
        self._languages = languages
        self._vocabularies = {language: Vocabulary(ask, language) for language in languages}

    def warm(self) -> None:
        for vocabulary in self._vocabularies.values():
            vocabulary.load()

    def find(self, words: str, language: str, limit: int, offset: int) -> list[Hit]:
        if not self._languages or limit <= 0:
            return []
        words = words.encode(errors="replace").decode()  # half a surrogate pair would not bind
        spoken = language if language in self._vocabularies else self._languages[0]
        found = Search(self._ask, self._vocabularies[spoken], limit + offset).run(words)[offset:]
        return self._hits(found, words, spoken, offset) if found else []

    def _hits(self, found: Sequence[Found], words: str, language: str, offset: int) -> list[Hit]:
        products = self._products([one.n for one in found])
        skus = self._fitting([products[one.n][0] for one in found], words, {one.sku for one in found})
        hits = []
        for rank, one in enumerate(found, offset + 1):
            id_, titles = products[one.n]
            title = text_in(titles, language, self._languages[0])
            hits.append(Hit(rank=rank, id=id_, sku=skus.get(id_, ""), title=title, score=round(one.score, 4)))
        return hits

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
