"""What a code means: the one answer every reader, screen and import gets."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from edge.domain.money import Money

Kind = Literal[
    "gtin",
    "gs1",
    "digital-link",
    "epc",
    "rcn",
    "isbn",
    "issn",
    "sku",
    "loyalty",
    "badge",
    "basket",
    "url",
    "text",
    "invalid",
]


@dataclass(frozen=True, kw_only=True)
class CodeError:
    """Why a code is `invalid`, and what somebody at the screen can do about it."""

    reason: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measured quantity carried by the code itself: 1.205 kg, 3 pieces."""

    value: Decimal
    unit: str
    """"kg", "m", "m2", "l", "m3" or "piece"."""


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """`text` is the code as a person would write it (AIM identifier taken off), also the key to try as SKU.

    `gtin` has 14 digits. For an in-store code (`rcn`) it is the article's number with the measure set to zero. Of an
    `invalid` code it is there where the article's number is right in itself and something beside it is not.
    `elements` maps GS1 application identifiers to their values; a magazine's add-on stands under "add-on", the number
    of a coupon under "coupon".
    `also` holds further GTINs the same digits may stand for, when the reader did not say which symbology it read.
    `own` is true of web addresses on the retailer's own hosts.
    """

    kind: Kind
    text: str
    gtin: str | None = None
    elements: dict[str, str] = field(default_factory=dict)
    measure: Measure | None = None
    price: Money | None = None
    error: CodeError | None = None
    also: tuple[str, ...] = ()
    own: bool = False


def invalid(text: str, reason: str, hint: str, gtin: str | None = None) -> Meaning:
    return Meaning(kind="invalid", text=text, gtin=gtin, error=CodeError(reason=reason, hint=hint))
