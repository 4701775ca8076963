"""The "+" schemes of EPC Tag Data Standard 2, which epcpy does not know: articles (SGTIN+, DSGTIN+) are decoded, the
others named. Source: GS1 EPC Tag Data Standard 2.3, table 14-1 (headers) and sections 14.5 (methods), 14.6 (schemes).
"""

from edge.codes.digits import is_digits
from edge.codes.gs1 import Pair

SCHEMES = {
    0xF0: "CPI+", 0xF1: "GRAI+", 0xF2: "SGLN+", 0xF3: "ITIP+", 0xF4: "GSRN+", 0xF5: "GSRNP+", 0xF6: "GDTI+",
    0xF7: "SGTIN+", 0xF8: "SGCN+", 0xF9: "SSCC+", 0xFA: "GIAI+", 0xFB: "DSGTIN+",
    0xE6: "CPI++", 0xE7: "GSRN++", 0xE8: "GSRNP++", 0xE9: "SGLN++", 0xEA: "GDTI++", 0xEB: "GRAI++", 0xEC: "SGCN++",
    0xED: "ITIP++", 0xEE: "GIAI++", 0xEF: "SSCC++", 0xFC: "DSGTIN++", 0xFD: "SGTIN++",
}  # fmt: skip
"""Headers of TDS 2; the "++" schemes of TDS 2.3 carry a host name behind the key."""
DATES = ("11", "13", "15", "16", "17", "7006", "7007")
"""Identifiers of the date in front of a DSGTIN+, by its indicator."""
BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CODE_40 = " ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
LONGEST_SERIAL = 20


class BadTag(ValueError):
    """The bits are no valid tag of the scheme their header names."""


class _Bits:
    def __init__(self, octets: bytes) -> None:
        self._value = int.from_bytes(octets, "big")
        self._left = len(octets) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise BadTag("the tag ends too early")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1


def scheme(octets: bytes) -> str:
    """The name of the scheme; "" where the header is none of TDS 2."""
    return SCHEMES.get(octets[0], "") if octets else ""


def read_article(octets: bytes) -> list[Pair]:
    """GTIN, serial number and date of an (D)SGTIN+ or (D)SGTIN++. Raises BadTag."""
    bits = _Bits(octets)
    name = SCHEMES.get(bits.take(8), "")
    bits.take(4)  # whether more data follows, and what kind of item it is: neither changes the article
    date = [_date(bits)] if name.startswith("DSGTIN") else []
    gtin = "".join(str(bits.take(4)) for _ in range(14))
    if len(gtin) != 14:
        raise BadTag("its article number is none")
    return [("01", gtin), ("21", _serial(bits)), *date]


def _date(bits: _Bits) -> Pair:
    kind = bits.take(4)
    if kind >= len(DATES):
        raise BadTag("its date is of an unknown kind")
    return DATES[kind], f"{bits.take(7):02}{bits.take(4):02}{bits.take(5):02}"


def _serial(bits: _Bits) -> str:
    """A value of variable length (14.5.6): how it is written in three bits, its length in five, its characters."""
    encoding, length = bits.take(3), bits.take(5)
    if not 0 < length <= LONGEST_SERIAL or encoding > 5:
        raise BadTag("its serial number is none")
    if encoding == 0:
        text = str(bits.take((10**length - 1).bit_length())).zfill(length)
    elif encoding == 5:
        text = "".join(_three(bits.take(16)) for _ in range(-(-length // 3))).rstrip(" ")
    else:
        text = "".join(_one(bits, encoding) for _ in range(length))
    if len(text) != length or (encoding == 0 and not is_digits(text)):
        raise BadTag("its serial number is none")
    return text


def _one(bits: _Bits, encoding: int) -> str:
    if encoding == 4:
        return chr(bits.take(7))
    return BASE_64[bits.take(6)] if encoding == 3 else f"{bits.take(4):{'X' if encoding == 1 else 'x'}}"


def _three(number: int) -> str:
    """URN Code 40: three characters in 16 bits."""
    if not 0 < number <= 40**3:
        raise BadTag("its serial number is none")
    first, rest = divmod(number - 1, 1600)
    return CODE_40[first] + CODE_40[rest // 40] + CODE_40[rest % 40]
