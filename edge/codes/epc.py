"""Electronic Product Codes: URNs and the hexadecimal memory of UHF tags, decoded by epcpy (Tag Data Standard 1)."""

import re

from edge.codes.epc_plus import BadTag, read_article, scheme
from edge.codes.gs1 import NotGs1, article, checked, element
from edge.codes.meaning import Meaning, invalid

HEADERS = re.compile("2C|2D|2E|2F|3[0-9A-F]|E[6-F]|F[0-9A-D]")
HEX = re.compile(r"[0-9A-F]{24}|[0-9A-F]{52}", re.IGNORECASE)
"""96 bits, or the 198 of an SGTIN-198 in whole words."""
FURTHER = {
    "36": (50,), "37": (43, 44), "38": (51,), "39": (49,), "3E": (44,), "40": (28,), "41": (53, 56),
    **dict.fromkeys(("3B", "3D", "F7", "FB"), range(20, 97)),
}  # fmt: skip
"""Digits of the other schemes, with and without the zeros that fill up the last word. So long a number may be anything:
it is a tag only where it has letters and can be read. Any length counts where the reader says "epc"."""
ANY_HEX = re.compile("[0-9A-F]+", re.IGNORECASE)
AGAIN = "Read the tag again, or scan the barcode."
KEYS_BEFORE_OTHERS = ("01", "414", "8006", "8010")
"""Keys that another element follows. They hold no bracket; the last element's value may hold one."""


def is_epc(text: str, symbology: str) -> bool:
    if symbology == "epc" or text[:8].lower() == "urn:epc:":
        return True
    if HEX.fullmatch(text) is not None and HEADERS.match(text.upper()) is not None:
        return True
    return len(text) in FURTHER.get(text[:2].upper(), ()) and ANY_HEX.fullmatch(text) is not None and _is_read(text)


def _is_read(text: str) -> bool:
    return not text.isdigit() and read_epc(text).kind == "epc"


def read_epc(text: str) -> Meaning:
    if text[:8].lower() != "urn:epc:":
        octets = _octets(text)
        if scheme(octets):
            return _plus(text, octets)
    return _by_epcpy(text)


def _octets(text: str) -> bytes:
    digits = text.rpartition("x")[2]
    try:
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    except ValueError:
        return b""


def _plus(text: str, octets: bytes) -> Meaning:
    name = scheme(octets)
    if "SGTIN" not in name:
        return invalid(text, f"this tag is of the scheme {name} (TDS 2), which names no article", AGAIN)
    try:
        elements = checked([element(ai, value) for ai, value in read_article(octets)])
    except (BadTag, NotGs1) as error:
        return invalid(text, f"this is no valid {name} (TDS 2): {error}", AGAIN)
    return Meaning(kind="epc", text=text, gtin=article(elements), elements=elements)


def _by_epcpy(text: str) -> Meaning:
    from epcpy.epc_schemes.base_scheme import EPCScheme
    from epcpy.epc_schemes.lgtin import LGTIN
    from epcpy.utils.parsers import epc_pure_identity_to_scheme, hex_to_tag_encodable, tag_uri_to_tag_encodable

    found: EPCScheme
    *scheme_name, value = text.split(":", 4)
    urn = ":".join([*(part.lower() for part in scheme_name), value])
    try:
        if urn.startswith("urn:epc:class:lgtin:"):
            found = LGTIN(urn)
        elif urn.startswith("urn:epc:id:"):
            found = epc_pure_identity_to_scheme(urn)
        elif urn.startswith("urn:epc:tag:"):
            found = tag_uri_to_tag_encodable(urn)
        else:
            found = hex_to_tag_encodable(value.rpartition("x")[2].upper())
        elements = _elements(found.gs1_element_string()) if hasattr(found, "gs1_element_string") else {}
        return Meaning(kind="epc", text=str(found.epc_uri), gtin=article(elements), elements=elements)
    except Exception:  # epcpy raises whatever its parsing trips over: KeyError, TypeError, its own
        return invalid(text, "this is no valid EPC", AGAIN)


def _elements(printed: str) -> dict[str, str]:
    """The elements epcpy wrote as "(01)…(21)…"."""
    ai, _, value = printed.removeprefix("(").partition(")")
    value, bracket, rest = value.partition("(") if ai in KEYS_BEFORE_OTHERS else (value, "", "")
    elements = {ai: value, **(_elements(rest) if bracket else {})}
    if elements.get("254") == "0":
        del elements["254"]  # TDS 6.3.3: the place itself, no extension of it
    return elements
