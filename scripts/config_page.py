#!/usr/bin/env python3
"""Writes the tables of docs/config.md from the settings' definitions. `.venv/bin/python scripts/config_page.py`"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from edge.config import SETTINGS as BOX
from edge.domain.described import Key
from edge.domain.explained import Definition
from hq.config import SETTINGS as HQ

PAGE = Path(__file__).parents[1] / "docs" / "config.md"
HQ_TITLE = "## HQ: /etc/tote/hq.toml\n\nEvery key may be left out. A change takes effect with a restart."
MARK = "<!-- From here on made by scripts/config_page.py -->\n"


def page() -> str:
    """The page as it should be: what was written by hand, and the tables."""
    by_hand = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    box, hq = "\n".join(_tables(BOX)), "\n".join(_tables(HQ))
    return f"{by_hand}{MARK}\n## The box: /etc/tote/tote.toml\n\n{box}\n{HQ_TITLE}\n\n{hq}"


def _tables(what: Definition) -> Iterator[str]:
    by_section = sorted(what.keys, key=lambda key: key.section != "")
    for section, keys in groupby(by_section, key=lambda key: key.section):
        yield "\n".join(_table(what, section, list(keys))) + "\n"


def _table(what: Definition, section: str, keys: list[Key]) -> Iterator[str]:
    if section:
        yield f"### [[{section}]]\n" if keys[0].listed else f"### [{section}]\n"
    live = " | change" if what.live else ""
    yield f"| key | default | meaning{live} |"
    yield f"|---|---|---{'|---' if live else ''}|"
    for key in keys:
        default = "needed" if key.needed else f"`{key.shown_default}`" if key.shown_default else "unset"
        change = f" | {'reload' if what.is_live(key.path) else 'restart'}" if live else ""
        yield f"| `{key.path.rpartition('.')[2]}` | {_cell(default)} | {_cell(key.text)}{change} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
