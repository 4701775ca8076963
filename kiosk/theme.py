"""How the shop looks: one TOML file of names, pictures and CSS custom properties, and the words of its own."""

import csv
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

NO_MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


@dataclass(frozen=True, kw_only=True)
class Theme:
    name: str = "Tote"
    logo: str = ""
    """SVG, drawn in `currentColor`; "" shows the name."""
    mark: str = NO_MARK
    """SVG, the square sign."""
    claim: dict[str, str] = field(default_factory=dict)
    """A line under the logo, per language."""
    css: str = ""
    """A rule that sets the custom properties."""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """The shop's names of colours and categories, per language: the catalogue names them in its first language only."""

    def named(self, word: str, language: str) -> str:
        return self.words.get(language, {}).get(word, word)


def load(path: Path) -> Theme:
    """The theme of a TOML file; file names in it are relative to it, and a `words.csv` beside it is read too.

    Raises `OSError` and `tomllib.TOMLDecodeError`."""
    table = tomllib.loads(path.read_text("utf-8"))
    shop = table.get("shop", {})
    return Theme(
        name=shop.get("name", Theme.name),
        logo=_picture(path.parent, shop.get("logo", "")),
        mark=_picture(path.parent, shop.get("mark", "")) or NO_MARK,
        claim=shop.get("claim", {}),
        css=_rule(table.get("css", {})),
        words=_words(path.parent / "words.csv"),
    )


def _picture(folder: Path, name: str) -> str:
    """The retailer's own drawing, put inline so that it takes the colours of the page."""
    return Markup((folder / name).read_text("utf-8")) if name else ""  # noqa: S704


def _rule(values: dict[str, Any]) -> str:
    return ":root{" + "".join(f"--{name}:{value};" for name, value in values.items()) + "}"


def _words(path: Path) -> dict[str, dict[str, str]]:
    """A table with a column per language, the catalogue's first."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    languages = [name for name in (rows[0] if rows else {}) if name != "kind"]
    return {language: {row[languages[0]]: row[language] for row in rows} for language in languages}
