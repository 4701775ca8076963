"""A retailer's own rules for codes, as the config states them: card ranges, in-store price and weight codes, SKUs."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import unquote

from edge.codes.patterns import FLAGS, fits

IN_STORE = re.compile(r"(02|04|2\d)[IVC]+")


@dataclass(frozen=True)
class CodeRange:
    """Codes whose whole text matches the regular expression `pattern` are of this kind, whatever they look like."""

    kind: Literal["loyalty", "badge", "basket"]
    pattern: str

    def __post_init__(self) -> None:
        re.compile(self.pattern, FLAGS)

    def holds(self, text: str) -> bool:
        return fits(self.pattern, text) is not None


@dataclass(frozen=True)
class RcnRule:
    """How one prefix of restricted circulation numbers is laid out.

    `pattern` describes the twelve digits before the check digit: the prefix in digits, then `I` for the article, `V`
    for the value, `C` for the value's own check digit: "21IIIIIVVVVV", "28IIIICVVVVV". The value is a `price` in the
    shop's currency or a `weight` (kg) or `count`, with `decimals` of its digits behind the point.
    """

    pattern: str
    measure: Literal["price", "weight", "count"]
    decimals: int = 2

    def __post_init__(self) -> None:
        if len(self.pattern) != 12 or not IN_STORE.fullmatch(self.pattern) or "V" not in self.pattern:
            raise ValueError(
                f"{self.pattern!r} is no RCN pattern: write prefix, I, V and C, twelve in all: 21IIIIIVVVVV"
            )

    @cached_property
    def prefix(self) -> str:
        return self.pattern.rstrip("IVC")

    def digits(self, number: str, mark: str) -> str:
        """The digits of `number` (13 of them) that stand where the pattern has `mark`."""
        return "".join(digit for digit, place in zip(number[:12], self.pattern, strict=True) if place == mark)


@dataclass(frozen=True)
class LinkRule:
    """Web addresses of the retailer's own that name an article without being Digital Links.

    `pattern` is a regular expression for the whole address with a group named `sku` or `gtin`:
    "https://shop[.]example/p/(?P<sku>[^/?#]+).*".
    """

    pattern: str

    def __post_init__(self) -> None:
        if not {"sku", "gtin"} & set(re.compile(self.pattern, FLAGS).groupindex):
            raise ValueError(f"{self.pattern!r} names no article: give it a group (?P<sku>…) or (?P<gtin>…)")

    def article(self, address: str) -> tuple[str, str] | None:
        """ "sku" or "gtin", and what stands there in `address`; None where the address is another."""
        found = fits(self.pattern, address)
        named = found.groupdict() if found else {}
        return next(((name, unquote(named[name])) for name in ("gtin", "sku") if named.get(name)), None)


@dataclass(frozen=True)
class CodeRules:
    ranges: tuple[CodeRange, ...] = ()
    rcn: tuple[RcnRule, ...] = ()
    links: tuple[LinkRule, ...] = ()
    hosts: tuple[str, ...] = ()
    """Hosts whose links are ours, such as "id.example.com"; a GS1 Digital Link is one on any host."""
    coupons: tuple[str, ...] = ("05", "981", "982", "983", "984", "99")
    """How 13-digit numbers of coupons begin (General Specifications 1.4.2; "05" is UPC number system 5)."""
    sku: str = r"(?=[^\d]*\d)[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}"
    """Regular expression of the retailer's own article numbers."""
    currency: str = "EUR"
    """Of prices embedded in codes."""

    def __post_init__(self) -> None:
        re.compile(self.sku, FLAGS)
        for prefix in self.coupons:
            if not re.fullmatch("[0-9]{2,12}", prefix):
                raise ValueError(f"{prefix!r} is no beginning of coupon numbers: write 2 to 12 digits")
