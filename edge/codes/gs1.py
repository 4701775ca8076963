"""GS1 element strings: biip finds identifiers and values, what it lets pass is checked here.

biip takes 0.2 s to import, and GS1's tables 10 ms: both are imported when the first element string comes by.
`edge.codes.warm` does it early.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from edge.codes.aim import GS
from edge.codes.digits import is_gtin

if TYPE_CHECKING:
    from biip import ParseConfig

Pair = tuple[str, str]
"""Application identifier, value."""
MOST = 100
"""Elements of one code. No symbol has room for so many that differ, and each takes biip a tenth of a millisecond."""
PRINTED = re.compile(r"\(([0-9]{2,4})\)((?:\\\(|\((?![^()]{0,5}\))|[^(])+)")
"""A bracket inside a value is escaped, or can't be taken for that of an identifier."""


class NotGs1(ValueError):
    """The data is no valid sequence of element strings. The message says why.

    `gtin` is the article's number where that one is right in itself, though something beside it is not.
    """

    def __init__(self, reason: str, gtin: str | None = None) -> None:
        super().__init__(reason)
        self.gtin = gtin


def element_string(text: str) -> dict[str, str]:
    """`text` (identifiers and values, FNC1 = 0x1D between them) as a map. Raises NotGs1."""
    body = text.removeprefix(GS)
    if not body.strip(GS):
        raise NotGs1("it holds no data")
    pairs: list[Pair] = []
    while body:
        chunk = body.partition(GS)[0]
        pairs.append(_first(chunk, pairs))
        if len(pairs) > MOST:
            raise NotGs1("it holds too many elements")
        body = body[sum(map(len, pairs[-1])) :].removeprefix(GS)
    return checked(pairs)


def human_readable(text: str) -> dict[str, str]:
    r"""The form printed under codes, "(01)09506000134352(10)ABC"; a bracket in a value is written "\(". Raises NotGs1.

    It states all there is to say of an item, so that also what is missing beside an element is an error here. One scan
    may miss it: the dictionary has identifiers belong together "over the combined data from all carriers" of an item.
    """
    from edge.codes.associations import gap

    compact = re.sub(r"\s*(\([0-9]{2,4}\))\s*|(?<=[0-9])\s+$", r"\1", text)
    if not PRINTED.match(compact) or PRINTED.sub("", compact):
        raise NotGs1("it is not written as (identifier)value")
    found = PRINTED.findall(compact)
    if len(found) > MOST:
        raise NotGs1("it holds too many elements")
    elements = checked([element(ai, value.replace("\\(", "(")) for ai, value in found])
    missing = gap(elements)
    if missing:
        raise NotGs1(missing, article(elements))
    return elements


def element(ai: str, value: str) -> Pair:
    """The one element `ai` of `value`, of the right length and characters. Raises NotGs1."""
    found = _first(ai + value, ())
    if found != (ai, value):
        raise NotGs1(f"({ai}) has the wrong length or characters")
    return found


def checked(pairs: Iterable[Pair]) -> dict[str, str]:
    """`pairs` as a map, if each is right and none contradicts another. Raises NotGs1."""
    from edge.codes.associations import contradiction

    elements: dict[str, str] = {}
    wrong = ""
    for ai, value in pairs:
        if elements.setdefault(ai, value) != value:
            wrong = wrong or f"({ai}) is there twice with different values"
        wrong = wrong or _wrong(ai, value)
    wrong = wrong or contradiction(elements)
    if wrong:
        raise NotGs1(wrong, article(elements))
    return elements


def article(elements: dict[str, str]) -> str | None:
    """The GTIN among `elements`: of the item, of what a box contains, or of the whole that has several pieces."""
    found = elements.get("01") or elements.get("03") or elements.get("02") or elements.get("8006", "")[:14]
    return found if found and is_gtin(found) else None


def _wrong(ai: str, value: str) -> str:
    from edge.codes.identifiers import PARTS

    for start, end, check in PARTS.get(ai) or PARTS.get(f"{ai[:3]}n", ()):
        part = value[start:end]
        reason = check(part) if part else ""
        if reason:
            return f"{reason}: ({ai}) {part}"
    return ""


def _first(chunk: str, before: Iterable[Pair]) -> Pair:
    """The element `chunk` begins with; one of variable length takes all of it. Raises NotGs1."""
    from biip import ParseError
    from biip.gs1_element_strings import GS1ElementString

    known = _identifier(chunk)
    body = chunk.rstrip("=") if known == "8030" else chunk  # biip does not know the padding of base 64
    try:
        found = GS1ElementString.extract(body, config=_config())
    except (ParseError, ValueError, IndexError, ArithmeticError) as error:  # biip lets all of these out
        reason = f"({known}) has the wrong length or characters" if known else f"{chunk[:4]} is no identifier"
        raise NotGs1(reason, article(dict(before))) from error
    value = found.value + chunk[len(body) :]
    if not value or not value.isascii() or (found.ai.separator_required and len(known) + len(value) != len(chunk)):
        raise NotGs1(f"({known}) has the wrong length or characters", article(dict(before)))
    return known, value


def _identifier(chunk: str) -> str:
    """The identifier `chunk` begins with; "" where biip knows none."""
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        return GS1ApplicationIdentifier.extract(chunk).ai
    except ParseError:
        return ""


@cache
def _config() -> "ParseConfig":
    from biip import ParseConfig

    return ParseConfig(gs1_element_strings_verify_date=False)  # it takes the second date of (7007) for a time
