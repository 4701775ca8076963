"""From what a reader sent to what it means: one place, exact match first, and no input makes it raise."""

import re
from dataclasses import replace

from edge.codes.aim import GS, GS1_SYMBOLOGIES, Framed, unframe
from edge.codes.amounts import measure, price
from edge.codes.digits import has_check_digit
from edge.codes.epc import is_epc, read_epc
from edge.codes.gs1 import NotGs1, article, element_string, human_readable
from edge.codes.link import host, is_url, read_link
from edge.codes.meaning import Kind, Meaning, invalid
from edge.codes.number import read_number
from edge.codes.patterns import fits
from edge.codes.rules import CodeRules
from edge.codes.tag import NotATag, tag_text

LONGEST = 8_192
SITE = re.compile("^[^:]+://[^/?#]*")
"""Scheme and host, which mean the same in capital letters: QR codes have them so, to be smaller."""
UNREADABLE = "Scan it again, or search by name."
TAG_HINTS = {
    "empty tag": "Nothing is written on this tag. Scan the barcode instead.",
    "foreign tag": "This tag belongs to something else. Scan the barcode instead.",
}


def resolve(data: bytes | str, symbology: str = "", rules: CodeRules = CodeRules()) -> Meaning:  # noqa: B008 (frozen)
    """What `data` means; bytes of symbology "ndef" are the octets of an NDEF message. Never raises."""
    if symbology == "ndef":
        return _tag(data.encode(errors="replace") if isinstance(data, str) else data, rules)
    text = decoded(data.encode(errors="replace") if isinstance(data, str) else data)
    return _framed(unframe(text, symbology), rules) if len(text) <= LONGEST else _too_long(text)


def _too_long(text: str) -> Meaning:
    return invalid(text[:64] + "…", "the code is too long", UNREADABLE)


def decoded(data: bytes) -> str:
    """UTF-8, or else Latin-1, as 2-D symbols say it of themselves."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _tag(octets: bytes, rules: CodeRules) -> Meaning:
    try:
        text = tag_text(octets)
        return _framed(Framed("", text), rules) if len(text) <= LONGEST else _too_long(text)
    except NotATag as error:
        reason = str(error)
        return invalid("", reason, TAG_HINTS.get(reason, "Hold the tag still on the reader, or scan the barcode."))


def _framed(framed: Framed, rules: CodeRules) -> Meaning:
    text = framed.text
    if framed.aim == "?":
        return invalid(text, "the reader sent an unknown code identifier", UNREADABLE)
    for card in rules.ranges:
        if card.holds(text):
            return Meaning(kind=card.kind, text=text)
    if framed.symbology in GS1_SYMBOLOGIES or _looks_gs1(text):
        return _elements(text, rules)
    if not text:
        return _empty(framed.aim)
    meaning = _plain(text, framed.symbology, rules)
    return _with_composite(meaning, framed.composite) if framed.composite is not None else meaning


def _empty(aim: str) -> Meaning:
    """A 2-D symbol may rightly carry nothing (the GS1 syntax engine's vectors say so); a linear one may not."""
    if aim in ("d0", "d1", "J0", "Q0", "Q1"):
        return Meaning(kind="text", text="")
    return invalid("", "the code is empty", UNREADABLE)


def _looks_gs1(text: str) -> bool:
    """FNC1 at the start, or an article or parcel number whose check digit is right, though no reader said GS1."""
    if text.startswith((GS, "^")) and text[1:3].isdigit():
        return True
    if text.startswith("("):
        return re.match(r"\(\d{2,4}\)", text) is not None
    return (text.startswith("01") and len(text) >= 16 and has_check_digit(text[2:16])) or (
        text.startswith("00") and len(text) == 20 and has_check_digit(text[2:])
    )


def _elements(text: str, rules: CodeRules) -> Meaning:
    raw = text.replace("^", GS) if text.startswith("^") else text
    try:
        elements = human_readable(raw) if raw.startswith("(") else element_string(raw)
    except NotGs1 as error:
        return invalid(text, f"this GS1 code is not valid: {error}", UNREADABLE, error.gtin)
    return _from_elements("gs1", raw, elements, rules)


def _from_elements(kind: Kind, text: str, elements: dict[str, str], rules: CodeRules) -> Meaning:
    return Meaning(
        kind=kind,
        text=text,
        gtin=article(elements),
        elements=elements,
        measure=measure(elements),
        price=price(elements, rules.currency),
    )


def _plain(text: str, symbology: str, rules: CodeRules) -> Meaning:
    if is_url(text):
        return _url(text, rules)
    if is_epc(text, symbology):
        return read_epc(text)
    number = read_number(text, symbology, rules)
    if number and number.kind != "invalid":
        return number
    is_sku = fits(rules.sku, text) is not None
    if number and not (is_sku and rules.sku != CodeRules.sku):
        return number
    return Meaning(kind="sku" if is_sku else "text", text=text)


def _url(text: str, rules: CodeRules) -> Meaning:
    own = host(text) in (own.lower().rstrip(".") for own in rules.hosts)
    for rule in rules.links:
        named = rule.article(SITE.sub(lambda site: site[0].lower(), text))
        if named:
            return replace(_named(*named, rules), own=own)
    try:
        elements = read_link(text)
    except NotGs1 as error:
        return invalid(text, f"this GS1 link is not valid: {error}", "Scan the barcode instead.", error.gtin)
    read = _from_elements("digital-link", text, elements, rules) if elements else Meaning(kind="url", text=text)
    return replace(read, own=own) if own else read


def _named(group: str, value: str, rules: CodeRules) -> Meaning:
    """The article an own address names, as if its number had been scanned."""
    number = read_number(value, "", rules) if group == "gtin" else None
    return number or Meaning(kind="sku", text=value)


def _with_composite(meaning: Meaning, composite: str) -> Meaning:
    if meaning.kind == "invalid":
        return meaning
    try:
        elements = element_string(composite)
    except NotGs1 as error:
        return invalid(meaning.text, f"the part above the bars is not valid: {error}", UNREADABLE, meaning.gtin)
    return replace(meaning, elements={**meaning.elements, **elements})
