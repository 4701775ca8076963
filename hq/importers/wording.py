"""Texts, paths, facts and numbers of a source, brought into the form and the bounds the catalogue has."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from hq.importers.cells import LONGEST_WORDS, BadCell
from hq.importers.text import plain

LONGEST_ID = 64
MOST_FACTS = 100


def bounded(field: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadCell(field, f"{field} has {len(text)} characters", f"shorten it to {longest}")
    return text


def path(category: str) -> str:
    """ "Shoes>Boots" -> "Shoes > Boots"; a path too deep for its bound ends earlier."""
    parts = [part for part in (plain(part) for part in category.split(">")) if part]
    while len(parts) > 1 and len(" > ".join(parts)) > LONGEST_WORDS:
        parts.pop()
    return " > ".join(parts)


def facts(said: Mapping[str, str]) -> dict[str, str]:
    """Names and values in a line each; what is too long for a line on a screen is cut."""
    pairs = ((" ".join(plain(name).split()), " ".join(plain(text).split())) for name, text in said.items())
    kept = [(name, text) for name, text in pairs if name and text][:MOST_FACTS]
    return {shortened(name): shortened(text) for name, text in kept}


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_WORDS else f"{text[: LONGEST_WORDS - 1].rstrip()}…"


def keywords(said: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(word for text in said for word in plain(text).split()))[:2_000]


def number_of(*parts: str) -> str:
    """A stable SKU of a source's own ids: for articles that have none. "12", "red/M" -> "12-red-M"."""
    name = re.sub(r"[^\w.+-]+", "-", "-".join(filter(None, parts))).strip("-.")
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[:51]}-{sha256(name.encode()).hexdigest()[:12]}"


def pick(cells: Mapping[str, str], *names: str) -> str:
    """The first of the columns that says something."""
    return next((text for text in (cells.get(name, "") for name in names) if text), "")
