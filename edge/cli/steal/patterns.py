"""Mail addresses (RFC 5321, as people have them) and phone numbers (E.164), found in octets of any kind.

The search goes from each "@" and "+" outwards, so that it takes no longer than the octets are long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_WORD = rb"[A-Za-z0-9_]|[\xc3-\xc9\xce-\xd1][\x80-\xbf]"
"""Also Latin, Greek and Cyrillic letters beyond ASCII, in UTF-8."""
_AT = re.compile(rb"@|%40|\\u0040|&#0*64;|&commat;|=40")
_LOCAL = re.compile(rb"(?:%s|[.'+-])*(?:%s|[+'-])\Z" % (_WORD, _WORD))
_DOMAIN = re.compile(rb"(?:(?:%s)(?:%s|-){0,62}\.){1,8}([A-Za-z]{2,24})" % (_WORD, _WORD))
_NUMBER = re.compile(rb"(?<![A-Za-z0-9+/])(?:\+|%2[Bb])[1-9](?:[ ()./-]{0,2}[0-9]){7,14}(?![0-9])")
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 255
_SHORTEST, _SHORTEST_DOMAIN = len("ab@x.com"), len("x.com")
_NO_ENDINGS = frozenset(b"png jpg jpeg webp svg gif css js py so html json service socket slice scope target".split())
"""Of files (icon@2x.png) and of systemd's units (getty@tty1.service)."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """What looks like somebody's, and where it begins."""

    kind: Literal["mail", "phone"]
    offset: int
    text: str


def people_in(data: bytes) -> Iterator[Person]:
    yield from _mails(data)
    for found in _NUMBER.finditer(data):
        digits = re.sub(rb"[^0-9]", b"", found[0].replace(b"%2B", b"").replace(b"%2b", b""))
        yield Person(kind="phone", offset=found.start(), text=f"+{digits.decode()}")


def _mails(data: bytes) -> Iterator[Person]:
    for at in _AT.finditer(data):
        before = data[max(at.start() - _LONGEST_LOCAL, 0) : at.start()]
        local = _LOCAL.search(before)
        domain = _DOMAIN.match(data, at.end(), at.end() + _LONGEST_DOMAIN)
        if local and domain and _likely(local[0], domain):
            text = b"@".join((local[0], domain[0])).decode("utf-8", "replace")
            yield Person(kind="mail", offset=at.start() - len(local[0]), text=text)


def _likely(local: bytes, domain: re.Match[bytes]) -> bool:
    """Random octets look like an address now and then: hardly ever like one of eight that ends in one case."""
    if domain[1].lower() in _NO_ENDINGS:
        return False
    long_enough = len(local) + 1 + len(domain[0]) >= _SHORTEST and len(domain[0]) >= _SHORTEST_DOMAIN
    return long_enough and (domain[1].islower() or domain[1].isupper())
