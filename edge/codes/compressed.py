"""Compressed Digital Links (GS1 Digital Link 1.1/1.2: Compression): the article in front, as far as it is needed here.

The last segment of the path is base 64 of a bit string: eight bits of identifier, then its value. A link for an article
begins with (01) and 47 bits, which are its fourteen digits. What follows is not read: a shop needs the article.
"""

import base64
import binascii
import re

from edge.codes.digits import is_gtin

FORM = re.compile("A[Q-Za-f][0-9A-Z_a-z-]{8,198}")
"""The identifier (01) in its first bits."""


def expanded(segment: str) -> dict[str, str] | None:
    """The article of a compressed link; None where `segment` is something else (nine of ten by their check digit)."""
    if not FORM.fullmatch(segment):
        return None
    try:
        octets = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error:
        return None
    bits = int.from_bytes(octets[:7], "big")
    gtin = f"{(bits >> 1) & (1 << 47) - 1:014}"
    return {"01": gtin} if is_gtin(gtin) else None
