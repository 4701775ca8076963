"""NDEF messages of NFC tags, decoded strictly by ndeflib."""

from collections.abc import Sequence
from io import BytesIO

from edge.codes.digits import gtin14
from edge.codes.link import digital_link, is_url

LONGEST = 32_768
"""Octets. The largest tags hold 8 KB; what is longer is no product tag."""


class NotATag(ValueError):
    """The octets lead nowhere. The message says why, in words for a person."""


def tag_text(octets: bytes) -> str:
    """The first address or text on the tag. Raises NotATag."""
    import ndef

    if len(octets) > LONGEST:
        raise NotATag("too much data")
    try:
        stream = BytesIO(octets)
        records = list(ndef.message_decoder(stream, errors="strict"))
    except Exception as error:  # ndeflib lets struct.error and others out beside its DecodeError
        raise NotATag("broken tag") from error
    if stream.read(1):
        raise NotATag("broken tag")  # the last record is not the end: something was written over it
    if all(not record.type for record in records):
        raise NotATag("empty tag")
    return _first_text(records)


def _first_text(records: "Sequence[object]") -> str:
    import ndef

    for record in records:
        if isinstance(record, ndef.UriRecord):
            return str(record.iri)  # .uri percent-encodes "=" and "&"
        if isinstance(record, ndef.SmartposterRecord) and record.uri_records:
            return str(record.uri_records[0].iri)
        if isinstance(record, ndef.TextRecord):
            return str(record.text)
    raise NotATag("foreign tag")


def tag_message(code: str, base: str) -> bytes:
    """The NDEF message for an article's tag: `code` as a link under `base` where it is a GTIN, as itself where it is an
    address, else as a text (the retailer's own number). Raises ValueError where it is neither, or blank."""
    import ndef

    code = code.strip()
    if is_url(code):
        record = ndef.UriRecord(code)
    elif gtin14(code):
        record = ndef.UriRecord(digital_link(code, base))
    elif code and code.isprintable():
        record = ndef.TextRecord(code)
    else:
        raise ValueError(f"{code!r} is no code for a tag: give a GTIN, an article number or an address")
    return b"".join(ndef.message_encoder([record]))
