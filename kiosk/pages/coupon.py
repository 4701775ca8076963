"""A single-use code in a basket: what it takes off, or why nothing, and how the till reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from edge.codes.drawing import Drawing, code128
from edge.domain import coupon
from edge.domain.basket import Line
from edge.domain.money import Money
from edge.shop import Shop
from kiosk.pages.reserved import place


@dataclass(frozen=True, kw_only=True)
class Code:
    """`off` is what it takes off, by currency. Where that is nothing, `why` says it: the basket comes to too little
    (by `lacking`), nothing in it is meant, HQ says that the code was used before or taken back, it is over."""

    spelled: str
    percent: int
    off: tuple[Money, ...]
    why: Literal["", "minimum", "nothing", "again", "void", "over"] = ""
    lacking: Money | None = None
    other: str = ""
    """Where it was used before."""
    counts: bool = False
    """HQ has confirmed it."""
    spent: bool = False
    barcode: Drawing | None = None


def in_basket(shop: Shop, basket: str, lines: Sequence[Line]) -> Code | None:
    """None where no code lies in it."""
    held = shop.couponing.of(basket)
    if held is None:
        return None
    use, terms = held.use, held.terms
    if terms is None or not use.good:
        why = use.word if use.word in ("again", "void") else "over"
        return Code(spelled=coupon.spelled(use.code), percent=0, off=(), why=why, other=place(shop, use.other))
    off, lacking = coupon.reduction(terms, lines), coupon.lacks(terms, lines)
    return Code(
        spelled=coupon.spelled(use.code),
        percent=terms.percent,
        off=off,
        why="minimum" if lacking else "" if off else "nothing",
        lacking=lacking,
        counts=use.word in ("counts", "rival"),
        spent=use.state == "spent",
        barcode=code128(coupon.in_barcode(use.code)) if off else None,
    )


def barcode_of(shop: Shop, basket: str, lines: Sequence[Line]) -> str:
    """What the till scans for the code in this basket, "" where it takes nothing off."""
    held = shop.couponing.of(basket)
    good = held and held.terms and held.use.good and coupon.reduction(held.terms, lines)
    return coupon.in_barcode(held.use.code) if held and good else ""
