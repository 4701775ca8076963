"""A retailer's own words for the same thing, as the catalogue file holds them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edge.catalogue.near import Ask
from edge.catalogue.words import stemmed


@dataclass(frozen=True)
class Synonym:
    """Who looks for `word` in `language` finds `finds` too; either may be several words."""

    language: str
    word: str
    finds: str


def stemmed_rows(synonyms: Iterable[Synonym]) -> Iterator[tuple[str, str, str]]:
    """As they are stored; those that say nothing once stemmed are left out."""
    for one in synonyms:
        word, finds = stemmed(one.word, one.language), stemmed(one.finds, one.language)
        if word and finds and word != finds:
            yield one.language, word, finds


def load(ask: Ask, language: str) -> dict[str, list[str]]:
    """Stems to what they find too."""
    found = dict[str, list[str]]()
    for word, finds in ask("SELECT word, finds FROM synonym WHERE language = ? ORDER BY word, finds", language):
        found.setdefault(word, []).append(finds)
    return found
