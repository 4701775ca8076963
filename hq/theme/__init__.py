"""The retailer's look: the TOML file that themes the store's screens themes mails, basket pages and HQ's pages too."""

import csv
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hq.errors import ConfigError

PLAIN = Path(__file__).parent / "plain" / "theme.toml"
NEEDED = (
    "paper",
    "surface",
    "fog",
    "night",
    "night-ink",
    "ink",
    "muted",
    "line",
    "accent",
    "accent-ink",
    "accent-deep",
)
STATES = ("here", "few", "gone")
_SAFE = re.compile(r"[^;{}<>\\]*")


@dataclass(frozen=True, kw_only=True)
class Theme:
    name: str
    claim: dict[str, str]
    """By language."""
    url: str
    """The retailer's web shop."""
    logo: str
    """The word mark as SVG, drawn in currentColor with var(--…, fallback)."""
    mark: str
    """The square sign as SVG."""
    css: dict[str, str]
    """Custom properties without their dashes: {"accent": "#ff5a1f"}."""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """The shop's names of colours, per language: the catalogue names them in its first language only."""

    @property
    def stylesheet(self) -> str:
        return ":root{" + "".join(f"--{key}:{value};" for key, value in self.css.items()) + "}\n"

    def named(self, word: str, language: str) -> str:
        return self.words.get(language, {}).get(word, word)

    def looks(self, traits: Iterable[str], language: str) -> str:
        """What tells an article from its sisters: "42 · Moss"."""
        return " · ".join(self.named(trait, language) for trait in traits)

    @property
    def dark(self) -> dict[str, str]:
        """What the theme's quiet and state colours become on night: the same hue, light enough to read (4.5 : 1)."""
        css = self.css
        quiet = {"muted": mix(css["night-ink"], css["night"], 0.32), "line": mix(css["night-ink"], css["night"], 0.8)}
        return quiet | {state: mix(css[state], "#ffffff", 0.55) for state in STATES}


def load(path: Path | None) -> Theme:
    """The theme in `path` and the `words.csv` beside it; the plain one without. Raises ConfigError naming the fault."""
    path = path or PLAIN
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        shop = document["shop"]
        pictures = {key: (path.parent / shop[key]).read_text(encoding="utf-8") for key in ("logo", "mark")}
        return _theme(path, shop, document["css"], pictures, _words(path.parent / "words.csv"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"The theme {path} can't be read: {error}. Correct shop.theme or the file.") from error
    except KeyError as error:
        raise ConfigError(f"The theme {path} lacks {error}. See edge/demo/shop/README.md for its keys.") from error


def _words(path: Path) -> dict[str, dict[str, str]]:
    """A table with a column per language, the catalogue's first; what a row leaves empty keeps its first name."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        languages = [name for name in table.fieldnames or () if name != "kind"]
        rows = list(table)
    return {code: {row[languages[0]]: row[code] for row in rows if row[code]} for code in languages}


def _theme(
    path: Path, shop: dict[str, Any], css: dict[str, str], pictures: dict[str, str], words: dict[str, dict[str, str]]
) -> Theme:
    for key, value in css.items():
        if not _SAFE.fullmatch(value):
            raise ConfigError(
                f"The theme {path} holds {value!r} under css.{key}: a value without ; {{ }} < > is needed."
            )
    for key in (*NEEDED, *STATES):
        css[key]  # a KeyError names what is missing
    claim, url = shop.get("claim", {}), shop.get("url", "")
    return Theme(name=shop["name"], claim=claim, url=url, css=css, words=words, **pictures)


def mix(colour: str, other: str, share: float) -> str:
    """`share` of `other` in `colour`, both "#rrggbb"."""
    pairs = zip(_octets(colour), _octets(other), strict=True)
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def _octets(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def drawn(svg: str, theme: Theme, colour: str) -> str:
    """`svg` with `colour` for currentColor and every var(--…) resolved: for renderers without custom properties."""

    def value(match: "re.Match[str]") -> str:
        return theme.css.get(match["name"], match["fallback"])

    return re.sub(r"var\(--(?P<name>[\w-]+),\s*(?P<fallback>[^)]*)\)", value, svg.replace("currentColor", colour))
