"""What a code means.

    resolve(b"4006381333931")            -> Meaning(kind="gtin", gtin="04006381333931", …)
    resolve(octets, "ndef")              -> the meaning of the address on an NFC tag
    gtin14("4006381333931")              -> "04006381333931"
    digital_link("04006381333931", "https://id.example.com")

GS1 element strings and Digital Links are parsed by biip, EPCs by epcpy, tags by ndeflib. They are imported when first
needed; `warm()` imports them early, so that the first scan of the day is as quick as the others.
"""

from edge.codes.digits import check_digit, gtin14, is_gtin, upca_to_upce, upce_to_upca
from edge.codes.link import digital_link
from edge.codes.meaning import CodeError, Kind, Meaning, Measure
from edge.codes.resolving import resolve
from edge.codes.rules import CodeRange, CodeRules, LinkRule, RcnRule

__all__ = [
    "CodeError",
    "CodeRange",
    "CodeRules",
    "Kind",
    "LinkRule",
    "Meaning",
    "Measure",
    "RcnRule",
    "check_digit",
    "digital_link",
    "gtin14",
    "is_gtin",
    "resolve",
    "upca_to_upce",
    "upce_to_upca",
    "warm",
]


def warm() -> None:
    """Import what the first element string, link, EPC and tag would otherwise wait for (0.2 s)."""
    resolve("(01)04006381333931")
    resolve("https://id.example.com/01/04006381333931")
    resolve("urn:epc:id:sgtin:0614141.812345.6789")
    resolve(b"", "ndef")
