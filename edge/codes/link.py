"""GS1 Digital Link URIs on any domain (GS1 Digital Link: URI Syntax 1.4), parsed by biip."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

from edge.codes.digits import GTIN_LENGTHS, gtin14, is_digits
from edge.codes.gs1 import NotGs1, checked, parsed

SHORT_NAMES = {"gtin": "01", "itip": "8006", "gln": "414", "sscc": "00", "lot": "10", "ser": "21", "cpv": "22"}
"""Names that stood for identifiers in the path up to version 1.1 of the standard and are still printed."""
URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)


def is_url(text: str) -> bool:
    return URL.fullmatch(text) is not None


def digital_link(gtin: str, base: str) -> str:
    """The link of an article: `base` is the domain with an optional path, such as "https://id.example.com"."""
    return f"{base.rstrip('/')}/01/{gtin14(gtin) or gtin}"


def read_link(text: str) -> dict[str, str] | None:
    """The elements of a Digital Link; None where `text` is just a web address. Raises NotGs1 where it is a broken link.

    A path such as "/2026/01/news" holds an identifier by accident: only a number of a GTIN's length behind it counts.
    """
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        path = urlsplit(text).path
    except ValueError:
        return None
    parts = [SHORT_NAMES.get(part.lower(), part) for part in path.split("/")]
    link = text.replace(path, "/".join(parts), 1) if path else text
    try:
        return checked(parsed(lambda: GS1DigitalLinkURI.parse(link).element_strings))
    except NotGs1:
        if _names_an_article(parts):
            raise
        return None


def _names_an_article(parts: list[str]) -> bool:
    return any(key == "01" and is_digits(value) and len(value) in GTIN_LENGTHS for key, value in pairwise(parts))
