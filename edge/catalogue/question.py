"""What somebody typed, as the words a catalogue may know it by.

Each typed word becomes `Word`: every form that answers it, with how much a hit of that form is worth. A form is a stem,
a written word, or several stems in a row. In this order a word is: itself; what begins so, where it is half typed; what
the retailer's synonyms say; run together with its neighbour or taken apart ("smart watch", "smartwatch"); the end of a
compound ("schuhe" in "Wanderschuhe"); and where none of these is known, what is spelt nearly so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from edge.catalogue.near import LONGEST, Vocabulary
from edge.catalogue.words import fold, split, stem

MOST_WORDS = 12
MOST_ENDS = 24
"""Words that a half-typed one may become."""
COMPOUNDING = frozenset({"da", "de", "et", "fi", "nl", "no", "sv"})
"""Languages that write compounds as one word."""
SYNONYM, COMPOUND, JOINED, SLIP, HALF, TYPING, GUESS = 0.7, 0.6, 0.4, 0.9, 1.0, 0.4, 0.5
RARE = 50
"""A known word that a slip away stands for so many times more products may itself be a slip."""
LONGEST_SYNONYM = 3
SHORTEST_HALF = 2
LONG = 5
"""Letters of a word of which one may be wrong, or missing at its end, without its becoming any other."""
Synonyms = Mapping[str, Sequence[str]]


@dataclass
class Word:
    """`forms` maps each form to its weight; none where the catalogue knows nothing like it."""

    typed: str
    forms: dict[str, float] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    """What some of the forms begin with, all of one weight: they need not be counted one by one."""
    instead: str = ""
    """What it was read as, where it is no word of the catalogue."""

    def add(self, form: str, weight: float) -> None:
        """A weight of 0 is for forms that `starts` counts."""
        self.forms[form] = max(weight, self.forms.get(form, 0.0))

    @property
    def expression(self) -> str:
        """For FTS5. Forms are letters, digits and spaces only (`split`), so that quoting them is enough."""
        return "(" + " OR ".join(f'"{form}"' for form in self.forms) + ")"


def read(typed: str, vocabulary: Vocabulary, synonyms: Synonyms, *, typing: bool) -> list[Word]:
    """`typing`: the last word may be half of one even where it is known."""
    tokens = list(dict.fromkeys(split(typed)))[:MOST_WORDS]
    words = [_word(token, vocabulary) for token in tokens]
    _join(words, vocabulary)
    _synonyms(words, vocabulary, synonyms)
    for word in words:
        _half(word, vocabulary, typing and word is words[-1])
    for word in words:
        _misspelt(word, vocabulary)
    if any(word.instead for word in words):
        _join(words, vocabulary)
    return words


def knows(token: str, vocabulary: Vocabulary, synonyms: Synonyms) -> bool:
    """Whether it is a word there, the end of a compound, the beginning of a word, or one with a synonym."""
    if _word(token, vocabulary).forms or stem(token, vocabulary.language) in synonyms:
        return True
    return len(token) >= SHORTEST_HALF and bool(vocabulary.beginning(fold(token), 1))


def _word(token: str, vocabulary: Vocabulary) -> Word:
    word = Word(token)
    for form in dict.fromkeys((stem(token, vocabulary.language), fold(token))):
        if form in vocabulary:
            word.add(form, 1.0)
    if vocabulary.language[:2] in COMPOUNDING and len(token) >= 4 and token.isalpha():
        for term in vocabulary.ending(stem(token, vocabulary.language), MOST_ENDS):
            word.add(term, COMPOUND)
    return word


def _join(words: Sequence[Word], vocabulary: Vocabulary) -> None:
    """Neighbours as one word, and a word that is not known as two that are."""
    language = vocabulary.language
    for left, right in pairwise(words):
        joined = stem((left.instead or left.typed) + (right.instead or right.typed), language)
        if joined in vocabulary:
            left.add(joined, JOINED)
            right.add(joined, JOINED)
    for word in words:
        if not word.forms:
            apart = _apart(word.typed, vocabulary)
            if apart:
                word.add(apart, JOINED)


def _apart(token: str, vocabulary: Vocabulary) -> str:
    """The likeliest two words in a row that `token` is written together from."""
    best, most = "", 0
    if len(token) > LONGEST:  # no two words: stemming every part of it would take seconds
        return best
    for at in range(3, len(token) - 2):
        halves = [stem(half, vocabulary.language) for half in (token[:at], token[at:])]
        count = min(map(vocabulary.count, halves))
        if count > most and vocabulary.together(" ".join(halves)):
            best, most = " ".join(halves), count
    return best


def _synonyms(words: Sequence[Word], vocabulary: Vocabulary, synonyms: Synonyms) -> None:
    """Of single words and of several in a row: the longest that the file names."""
    stems = [stem(word.typed, vocabulary.language) for word in words]
    for length in range(1, LONGEST_SYNONYM + 1):
        for at in range(len(words) - length + 1):
            for finds in synonyms.get(" ".join(stems[at : at + length]), ()):
                if all(part in vocabulary for part in finds.split()):
                    for word in words[at : at + length]:
                        word.add(finds, SYNONYM)


def _half(word: Word, vocabulary: Vocabulary, typing: bool) -> None:
    if len(word.typed) < SHORTEST_HALF or (word.forms and not typing):
        return
    weight = TYPING if word.forms else HALF
    for start in _starts(word.typed, vocabulary.language):
        for term in vocabulary.beginning(start, MOST_ENDS):
            word.starts[start] = weight
            word.forms.setdefault(term, 0.0)
            ending = stem(term, vocabulary.language)
            word.add(ending, 0.0 if ending.startswith(start) else weight)
    if word.starts and weight == HALF and not typing:  # sent off: a slip as likely as half a word
        for term in vocabulary.near(fold(word.typed)):
            _both(word, term, SLIP, vocabulary)


def _starts(typed: str, language: str) -> list[str]:
    """What is typed, and what will be left of it as a stem: "batterie" of "batteri"."""
    folded, stemmed = fold(typed), stem(typed, language)
    return list(dict.fromkeys((folded, stemmed) if len(folded) >= LONG and len(stemmed) >= LONG else (folded,)))


def _misspelt(word: Word, vocabulary: Vocabulary) -> None:
    """Neighbours of a word that is not known, and far commoner ones of a word that hardly is."""
    typed = fold(word.typed)
    known = max(map(vocabulary.count, word.forms), default=0)
    if known and (known >= RARE or len(typed) < LONG or any(" " in form for form in word.forms)):
        return
    for term in vocabulary.near(typed):
        if not known:
            word.instead = word.instead or term
            _both(word, term, SLIP, vocabulary)
        elif vocabulary.count(term) >= RARE * known:
            _both(word, term, GUESS, vocabulary)


def nearest(words: Sequence[Word], vocabulary: Vocabulary) -> None:
    """Where no word led anywhere: what is still most like them."""
    for word in words:
        for term in vocabulary.nearest(fold(word.typed)):
            word.instead = term
            _both(word, term, GUESS, vocabulary)


def _both(word: Word, term: str, weight: float, vocabulary: Vocabulary) -> None:
    word.add(term, weight)
    word.add(stem(term, vocabulary.language), weight)
