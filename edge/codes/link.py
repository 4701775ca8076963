"""GS1 Digital Link URIs on any domain (GS1 Digital Link: URI Syntax 1.6): where their elements stand in the address.

biip also reads links, but stops at the first key of the path, takes qualifiers in any order and repeated parameters in
silence (99 of the syntax engine's 118 vectors); so the address is taken apart here, and biip checks each element.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import unquote, unquote_plus, urlsplit

from edge.codes.compressed import expanded
from edge.codes.digits import GTIN_LENGTHS, gtin14, is_digits, is_gtin
from edge.codes.gs1 import NotGs1, Pair, checked, element
from edge.codes.link_keys import LINK_KEYS, NOT_IN_QUERY, SHORT_NAMES

URL = re.compile(r"https?://[^\s/?#]+([/?#]\S*)?", re.IGNORECASE)
LINK = re.compile(
    r"(?:https?|HTTPS?)://(?P<user>[^/?#@]*@)?(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"
    r"(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")


GS1 = "https://id.gs1.org"
"""Where links lead that name no host of the retailer's own: GS1's resolver."""


def is_url(text: str) -> bool:
    return URL.fullmatch(text) is not None


def digital_link(gtin: str, base: str) -> str:
    """The link of an article: `base` is the domain with an optional path, such as "https://id.example.com"."""
    return f"{base.rstrip('/')}/01/{gtin14(gtin) or gtin}"


def link_base(hosts: Sequence[str]) -> str:
    """What the links of a shop with these hosts (`codes.hosts`) begin with."""
    return f"https://{hosts[0]}" if hosts else GS1


def host(text: str) -> str:
    """The host a web address names, in lower case; "" where it names none."""
    try:
        return (urlsplit(text).hostname or "").rstrip(".")
    except ValueError:
        return ""


def read_link(text: str) -> dict[str, str] | None:
    """The elements of a Digital Link; None where `text` is just a web address. Raises NotGs1 where it is a broken link.

    A path such as "/2026/01/news" holds an identifier by accident: only a value that has the identifier's length and
    characters makes a link.
    """
    found = LINK.fullmatch(text) if CHARACTERS.fullmatch(text) else None
    if found is None:
        return None
    segments = [SHORT_NAMES.get(part.lower(), part) for part in found["path"].split("/")[1:]]
    path = _path(segments)
    if path is None:
        return _without_key(segments)
    try:
        _check_order([ai for ai, _ in path])
        pairs = [*path, *_query(found["query"] or "", [ai for ai, _ in path])]
    except NotGs1 as wrong:
        raise NotGs1(str(wrong), _gtin(path)) from wrong
    if found["user"]:
        raise NotGs1("it names a user in front of the host", _gtin(path))
    return checked(pairs)


def _path(segments: list[str]) -> list[Pair] | None:
    """The elements from the rightmost key on, in pairs counted from the end of the path; None where there is no key.

    Raises NotGs1 where a qualifier's value is not valid.
    """
    for at in range(len(segments) - 2, -1, -2):
        if segments[at] in LINK_KEYS:
            return _elements(segments[at:])
        if not is_digits(segments[at]):
            return None
    return None


def _elements(segments: list[str]) -> list[Pair] | None:
    values = [unquote(value) for value in segments[1::2]]
    try:
        key = element(segments[0], _padded(segments[0], values[0]))
    except NotGs1:
        return None
    try:
        return [key, *(element(ai, value) for ai, value in zip(segments[2::2], values[1:], strict=True))]
    except NotGs1 as wrong:
        raise NotGs1(str(wrong), _gtin([key])) from wrong


def _padded(ai: str, value: str) -> str:
    """GTINs of 8, 12 and 13 digits stood unpadded in links up to version 1.1, and still do."""
    return value.zfill(14) if ai == "01" and len(value) in GTIN_LENGTHS and is_digits(value) else value


def _gtin(pairs: list[Pair]) -> str | None:
    return next((value for ai, value in pairs if ai == "01" and is_gtin(value)), None)


def _check_order(path: list[str]) -> None:
    if not _in_order(path):
        raise NotGs1(f"({') ('.join(path[1:])}) may not follow ({path[0]}) in this way")


def _in_order(path: list[str]) -> bool:
    """Whether the qualifiers are some of one row, in its order."""
    rows = LINK_KEYS[path[0]] or ((),)
    return any([ai for ai in row if ai in path[1:]] == path[1:] for row in rows)


def _query(query: str, path: list[str]) -> list[Pair]:
    """The elements among the parameters; others are left out, but a number must be an identifier. Raises NotGs1."""
    pairs: list[Pair] = []
    for parameter in query.split("&"):
        ai, equals, value = parameter.partition("=")
        if not equals or not is_digits(ai):
            continue
        pair = element(ai, _padded(ai, unquote_plus(value)))
        if ai in path or ai in (known for known, _ in pairs):
            raise NotGs1(f"({ai}) is there twice")
        if ai in NOT_IN_QUERY or any(_in_order([*path[:at], ai, *path[at:]]) for at in range(1, len(path) + 1)):
            raise NotGs1(f"({ai}) does not belong behind the question mark")
        pairs.append(pair)
    return pairs


def _without_key(segments: list[str]) -> dict[str, str] | None:
    """A number that is followed by something else, or a compressed link; None for other addresses. Raises NotGs1."""
    for key, value in pairwise(segments):
        if key == "01" and is_gtin(value):
            raise NotGs1("the path goes on behind the number", value.zfill(14))
    if any(key == "01" and is_digits(value) and len(value) in GTIN_LENGTHS for key, value in pairwise(segments)):
        raise NotGs1("the check digit is wrong: (01)")
    return expanded(segments[-1])
