"""A retailer's synonyms: one TOML file, checked whole and kept with the catalogue's settings (docs/search.md).

[en]
same = [["laptop", "notebook"], ["tv", "television"]]    # each finds the others
[en.also]
trainers = ["sneakers", "running shoes"]                 # who looks for trainers finds these too
"""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sqlalchemy import Connection, delete, select

from edge.catalogue.question import LONGEST_SYNONYM
from edge.catalogue.synonyms import Synonym
from edge.catalogue.words import split
from hq.errors import InputError
from hq.store.insert import put
from hq.store.tables import setting

KEY = "synonyms"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
MOST = 20_000
"""Pairs a file may have."""


def parse(text: str) -> list[Synonym]:
    """Raises InputError that names the place and the fix."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is no TOML: {error}. See docs/search.md for the form of the file.") from error
    found = list(dict.fromkeys(one for language, words in said.items() for one in _of_language(language, words)))
    if len(found) > MOST:
        raise InputError(f"{len(found)} pairs of words are too many: {MOST} at most. Split large groups.")
    return found


def _of_language(language: str, words: Any) -> Iterator[Synonym]:
    if not LANGUAGE.fullmatch(language) or not isinstance(words, dict):
        raise InputError(f"[{language}] is no language: write [en], with same = [[…]] or [en.also] below it.")
    if strange := set(words) - {"same", "also"}:
        raise InputError(f"[{language}] has {sorted(strange)[0]!r}, which is neither same nor also.")
    for group in _list(words.get("same", []), f"[{language}] same"):
        several = _words(group, f"[{language}] same")
        yield from (Synonym(language, word, finds) for word, finds in permutations(several, 2))
    also = words.get("also", {})
    if not isinstance(also, dict):
        raise InputError(f'[{language}] also is no table: write [{language}.also] and below it word = ["other"].')
    for word, others in also.items():
        (typed,) = _words([word], f"[{language}.also]")
        yield from (Synonym(language, typed, finds) for finds in _words(others, f"[{language}.also] {word}"))


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(f'{where} is no list: write [["one", "other"]].')
    return value


def _words(value: Any, where: str) -> list[str]:
    words = _list(value, where)
    for word in words:
        if not isinstance(word, str) or not 1 <= len(split(word)) <= LONGEST_SYNONYM:
            raise InputError(f"{where}: {word!r} must be one to {LONGEST_SYNONYM} words in quotation marks.")
    return words


def keep(connection: Connection, synonyms: list[Synonym]) -> None:
    """From the next version on, which is built though no article changed; those kept before are gone."""
    from hq.feeds.publish import DIGEST  # which reads this module

    connection.execute(delete(setting).where(setting.c.key == DIGEST))
    rows = [[one.language, one.word, one.finds] for one in synonyms]
    put(connection, setting, {"key": KEY, "value": json.dumps(rows, ensure_ascii=False)})


def kept(connection: Connection) -> list[Synonym]:
    held = connection.scalar(select(setting.c.value).where(setting.c.key == KEY))
    return [Synonym(*row) for row in json.loads(held or "[]")]
