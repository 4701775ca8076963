"""Which application identifiers may, must and must not stand together (GS1 General Specifications 4.13 and 4.14)."""

from collections.abc import Mapping

from edge.codes.identifiers import EXCLUDES, NEEDS, spread

REQUIRED = {ai: tuple(word.split(",") for word in words.split()) for row, words in NEEDS for ai in spread(row)}
EXCLUDED = {ai: tuple(patterns.split()) for row, patterns in EXCLUDES for ai in spread(row)}
WITH_SERIAL = {"253": 13, "255": 13, "8003": 14}
"""Keys whose serial component is optional, and their length without it; a signature (8030) needs the serial."""


def contradiction(elements: Mapping[str, str]) -> str:
    """Two elements that can't both be true of one item; "" where there are none."""
    for ai in elements:
        for pattern in EXCLUDED.get(_row(ai, EXCLUDED), ()):
            other = next((found for found in elements if found != ai and _fits(found, pattern)), None)
            if other:
                return f"({ai}) and ({other}) exclude each other"
    if "8030" in elements:
        for ai, length in WITH_SERIAL.items():
            if len(elements.get(ai, "")) == length:
                return f"({ai}) needs a serial number where (8030) signs it"
    return ""


def gap(elements: Mapping[str, str]) -> str:
    """What an element needs beside it and does not find; "" where nothing is missing."""
    for ai in elements:
        for alternatives in REQUIRED.get(_row(ai, REQUIRED), ()):
            if not any(_met(group, ai, elements) for group in alternatives):
                return f"({ai}) needs one of {', '.join(alternatives)} beside it"
    return ""


def _row(ai: str, table: Mapping[str, object]) -> str:
    return ai if ai in table else f"{ai[:3]}n"


def _met(group: str, ai: str, elements: Mapping[str, str]) -> bool:
    return all(any(found != ai and _fits(found, wanted) for found in elements) for wanted in group.split("+"))


def _fits(ai: str, pattern: str) -> bool:
    """ "31nn" fits every identifier of four digits that begins with 31."""
    return len(ai) == len(pattern) and ai.startswith(pattern.rstrip("n"))
