"""Which of a catalogue's languages somebody typed in: a German title is found from an English screen too."""

from collections.abc import Iterable, Sequence

from edge.catalogue.answer import Spoken
from edge.catalogue.question import MOST_WORDS, knows
from edge.catalogue.words import fold, split


def typed_in(typed: str, own: Spoken, others: Iterable[Spoken]) -> Spoken:
    """The screen's `own`, unless another knows more of the words; where none knows any, the first that knows one spelt
    nearly so. Words that the screen's language knows cost nothing more."""
    tokens = list(dict.fromkeys(split(typed)))[:MOST_WORDS]
    best, most = own, _known(tokens, own)
    if most == len(tokens):
        return own
    every = [own, *others]
    for other in every[1:]:
        count = _known(tokens, other)
        if count > most:
            best, most = other, count
    if most or len(every) == 1:
        return best
    near = (one for one in every if any(one.vocabulary.near(fold(token)) for token in tokens))
    return next(near, own)


def _known(tokens: Sequence[str], language: Spoken) -> int:
    return sum(knows(token, language.vocabulary, language.synonyms) for token in tokens)
