"""The theme has what pages ask of it, and its colours can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
import xml.etree.ElementTree as ET

import pytest

from tests.demo_shop.tables import LANGUAGES, SHOP, theme

CSS = theme()["css"]
TEXT = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("muted", "fog"),
    ("accent-ink", "accent"),
    ("accent-deep", "paper"),
    ("accent-deep", "accent-wash"),
    ("here", "paper"),
    ("few", "paper"),
    ("gone", "paper"),
    ("night-ink", "night"),
]
OUTLINES = [("control", "paper"), ("control", "surface"), ("focus", "paper"), ("accent", "night")]


def brightness(hexadecimal: str) -> float:
    parts = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(CSS[one]), brightness(CSS[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out_four_and_a_half_times(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), OUTLINES)
def test_outlines_stand_out_three_times(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3


def test_the_claim_is_said_in_every_language() -> None:
    assert set(theme()["shop"]["claim"]) == set(LANGUAGES)


@pytest.mark.parametrize("name", ["logo", "mark"])
def test_drawings_can_be_put_inline_under_a_strict_policy(name: str) -> None:
    text = (SHOP / theme()["shop"][name]).read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert root.get("viewBox")
    assert not re.search(r"style=|<script|href=|url\(", text)
