"""Electronic Product Codes: URNs and the hexadecimal memory of UHF tags, decoded by epcpy (TDS 1)."""

import re

from edge.codes.meaning import Meaning, invalid

HEADERS = re.compile("(2C|2D|2E|2F|3[0-9A-F])")
PLUS_HEADERS = {"F0", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "FA", "FB"}
"""Headers of the "+" schemes of Tag Data Standard 2, which epcpy does not decode."""
HEX = re.compile(r"[0-9A-F]{24}|[0-9A-F]{52}", re.IGNORECASE)
"""96 bits, or the 198 of an SGTIN-198 in whole words. Other lengths count only where the reader says "epc"."""
ELEMENT = re.compile(r"\((\d{2,4})\)([^(]*)")


def is_epc(text: str, symbology: str) -> bool:
    if symbology == "epc" or text[:8].lower() == "urn:epc:":
        return True
    return HEX.fullmatch(text) is not None and (
        text[:2].upper() in PLUS_HEADERS or HEADERS.match(text.upper()) is not None
    )


def read_epc(text: str) -> Meaning:
    from epcpy.utils.parsers import epc_pure_identity_to_scheme, hex_to_tag_encodable, tag_uri_to_tag_encodable

    if text[:2].upper() in PLUS_HEADERS:
        hint = "Encode the tag as SGTIN-96, or scan the barcode."
        return invalid(text, "this tag uses a TDS 2 header that is not supported", hint)
    *scheme_name, value = text.split(":", 4)
    urn = ":".join([*(part.lower() for part in scheme_name), value])
    try:
        if urn.startswith("urn:epc:id:"):
            scheme = epc_pure_identity_to_scheme(urn)
        elif urn.startswith("urn:epc:tag:"):
            scheme = tag_uri_to_tag_encodable(urn)
        else:
            scheme = hex_to_tag_encodable(value.rpartition("x")[2].upper())
        elements = dict(ELEMENT.findall(scheme.gs1_element_string())) if hasattr(scheme, "gs1_element_string") else {}
        return Meaning(kind="epc", text=str(scheme.epc_uri), gtin=elements.get("01"), elements=elements)
    except Exception:  # epcpy raises whatever its parsing trips over: KeyError, TypeError, its own
        return invalid(text, "this is no valid EPC", "Read the tag again, or scan the barcode.")
