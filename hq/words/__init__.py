"""What shoppers read in mails and on public pages: one TOML file per language, the same keys in each."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel import negotiate_locale

from edge.domain.article import WEB

LANGUAGES = ("en", "de", "es", "et")
"""The first is what a shopper gets whose own language is not among them."""

Words = Callable[..., str]
"""words("stock.few", n=2, store="Viru") -> the text in one language. Raises KeyError for an unknown key or place."""


@cache
def table(language: str) -> Mapping[str, str]:
    """Every text of one language by "section.key"."""
    file = Path(__file__).with_name(f"{language}.toml")
    sections = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def words(language: str, store: str = "") -> Words:
    """`store`: where that happened which is spoken of. In the web shop nobody stands: what is said of it in words of
    its own has a key that ends in "_web"."""
    texts = table(known(language))

    def say(key: str, /, **places: object) -> str:
        text = texts.get(f"{key}_web", texts[key]) if store == WEB else texts[key]
        return text.format(**places)

    return say


def known(language: str) -> str:
    """`language` where we speak it ("de-AT" is "de"), otherwise the first of LANGUAGES."""
    return negotiate_locale([language.replace("-", "_")], LANGUAGES) or LANGUAGES[0]


def count_of(say: Words, n: int) -> str:
    """ "3 articles": all four languages have but one and many."""
    return say("count.article_one") if n == 1 else say("count.article_many", n=n)
