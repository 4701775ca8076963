"""Text to the words that are compared: folded (no case, no accents) and stemmed by the language's Snowball rules.

FTS5 stems English only. Building and asking go through the same functions here, so every language Snowball knows is
stemmed alike at HQ and on every box. Numbers and their units are one word: "8 GB", "8gb" and "8-GB" are the same.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from threading import Lock
from typing import Any

SNOWBALL = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish",
    "fr": "french", "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ru": "russian", "sv": "swedish",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")
IN_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
"""ASCII letters in lower case and digits; a blank for every other sign."""
UNITS = {
    "gb", "tb", "mb", "ghz", "mhz", "khz", "mah", "wh", "mm", "cm", "km", "ml", "cl", "kg", "mg", "lb", "oz", "fps",
    "dpi", "px", "mp", "inch", "kw", "va", "kva",
}  # fmt: skip
"""What follows a number and belongs to it. Units that are words of some language ("in", "m", "w") are left alone."""
MOST_KEPT = 1 << 18
"""Stems that one process keeps: some 30 MB, more than most catalogues have words."""
_stemmers: dict[str, Any] = {}
_stemming = Lock()


def split(text: str) -> list[str]:
    """The words of `text` in order, case folded, accents kept."""
    if text.isascii():  # what WORD would find, several times as fast
        words = text.encode().translate(IN_WORDS).decode().split()
    else:
        words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return words if UNITS.isdisjoint(words) else _measured(words)


def _measured(words: list[str]) -> list[str]:
    joined = words[:1]
    for word in words[1:]:
        if word in UNITS and joined[-1].isdecimal():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """`word` without accents: "jalanõud" is typed "jalanoud" on most keyboards."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def stem(word: str, language: str) -> str:
    """The folded stem of one word that `split` gave. A language Snowball does not know is only folded."""
    return stems(language)[word]


@cache
def stems(language: str) -> "Stems":
    """The stems of a language, made when first asked for and then kept."""
    return Stems(SNOWBALL.get(language[:2], ""))


class Stems(dict[str, str]):
    """Word to stem. Looking one up that is known costs no call: of millions of words few are different."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        made = self[word] = self._made(word)
        return made

    def _made(self, word: str) -> str:
        if not self._name or not word.isalpha():
            return fold(word)
        with _stemming:  # a stemmer keeps its word in itself
            return fold(str(_stemmer(self._name)(word)))


def _stemmer(name: str) -> Callable[[str], Any]:
    if name not in _stemmers:
        import snowballstemmer

        _stemmers[name] = snowballstemmer.stemmer(name).stemWord
    stem_word: Callable[[str], Any] = _stemmers[name]
    return stem_word


def stemmed(text: str, language: str) -> str:
    return " ".join(map(stems(language).__getitem__, split(text)))


def folded(text: str) -> str:
    return " ".join(map(fold, split(text)))
