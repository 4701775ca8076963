"""Text to the words that are compared: folded (no case, no accents) and stemmed by the language's Snowball rules.

FTS5 stems English only. Building and asking go through the same functions here, so every language Snowball knows is
stemmed alike at HQ and on every box.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import Any

SNOWBALL = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish",
    "fr": "french", "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ru": "russian", "sv": "swedish",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")
_stemmers: dict[str, Any] = {}
_stemming = Lock()


def split(text: str) -> list[str]:
    """The words of `text` in order, case folded, accents kept."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """`word` without accents: "jalanõud" is typed "jalanoud" on most keyboards."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The folded stem of one word that `split` gave. A language Snowball does not know is only folded."""
    name = SNOWBALL.get(language[:2])
    if name is None or not word.isalpha():
        return fold(word)
    with _stemming:  # a stemmer keeps its word in itself
        return fold(_stemmer(name).stemWord(word))


def _stemmer(name: str) -> Any:
    if name not in _stemmers:
        import snowballstemmer

        _stemmers[name] = snowballstemmer.stemmer(name)
    return _stemmers[name]


def stemmed(text: str, language: str) -> str:
    return " ".join(stem(word, language) for word in split(text))


def folded(text: str) -> str:
    return " ".join(map(fold, split(text)))
