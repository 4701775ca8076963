"""Single-use codes: how they are written, what they take off, and how a box knows one it was never shown.

A code is fifteen letters drawn by HQ, five bits each, and a sixteenth that a slip of the hand does not survive (Luhn's
formula over the 32 letters). Boxes are told of each its `name` alone, a slow hash: from a name nobody finds a code, and
of 2^75 nobody guesses one (docs/adr/0011).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import pbkdf2_hmac
from typing import Literal

from edge.domain.basket import Line
from edge.domain.money import Money, totals
from edge.domain.pickup import CONFUSED, LETTERS

FEED = "offers"
"""By which boxes are told of codes and campaigns."""
DRAWN, LENGTH = 15, 16
MARK = "TC-"
"""What a barcode has before the code, so that no article's number is taken for one."""
ROUNDS, NAME = 1024, 10
"""Of the hash, and its octets: a third of a millisecond for who checks one code, an age for who tries them all."""
State = Literal["open", "used", "void"]
_CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")


# ---- the code --------------------------------------------------------------------------------------------------------


def code(bits: int) -> str:
    """The code of 75 random bits."""
    drawn = "".join(LETTERS[bits >> shift & 31] for shift in range(5 * (DRAWN - 1), -1, -5))
    return drawn + LETTERS[-_luhn(drawn + LETTERS[0]) % len(LETTERS)]


def read(text: str) -> str | None:
    """The sixteen letters that somebody typed, or that stand in a barcode; None where there are not sixteen."""
    letters = re.sub(r"[\s-]", "", text.upper()[:60])
    letters = letters[2:] if len(letters) == LENGTH + 2 and letters.startswith("TC") else letters
    letters = letters.translate(CONFUSED)
    return letters if _CODE.fullmatch(letters) else None


def is_sound(code: str) -> bool:
    """Whether its last letter goes with the others: else one of them was mistaken."""
    return _luhn(code) % len(LETTERS) == 0


def is_barcode(text: str) -> bool:
    return text.startswith(MARK) and _CODE.fullmatch(text[len(MARK) :]) is not None


def in_barcode(code: str) -> str:
    return MARK + code


def spelled(code: str) -> str:
    """ "K7M4 QX0Z 11AB 9CDE"."""
    return " ".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def name_of(code: str, salt: bytes) -> str:
    """What a code is called wherever the code itself must not stand: 20 hex digits. `salt` is the key that HQ's
    signatures are checked with, which every box has and no other retailer."""
    return pbkdf2_hmac("sha256", code.encode(), salt, ROUNDS, NAME).hex()


def _luhn(letters: str) -> int:
    """ISO/IEC 7812-1, Annex B, with 32 letters for the ten digits: the second of each pair, from the right, doubled."""
    base, total = len(LETTERS), 0
    for place, letter in enumerate(reversed(letters)):
        doubled = LETTERS.index(letter) * (1 + place % 2)
        total += doubled // base + doubled % base
    return total


# ---- what it is good for ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Of a campaign. Amounts in minor units of `currency`; times in ms since 1970, 0 for no bound; () for all."""

    campaign: str
    percent: int = 0
    amount: int = 0
    currency: str = ""
    minimum: int = 0
    """What the whole basket comes to at least."""
    starts: int = 0
    until: int = 0
    articles: tuple[str, ...] = ()
    """SKUs, or ids of products with all their variants."""
    categories: tuple[str, ...] = ()
    """Paths from the root, with all below them."""
    stores: tuple[str, ...] = ()

    def covers(self, line: Line) -> bool:
        item = line.item
        if not (self.articles or self.categories):
            return True
        below = any(item.category == path or item.category.startswith(f"{path} > ") for path in self.categories)
        return below or item.sku in self.articles or item.product_id in self.articles


@dataclass(frozen=True, kw_only=True)
class Issued:
    """One code as boxes are told of it. `until` as in Terms; after `ends` nobody need know of it any more."""

    name: str
    campaign: str
    until: int
    state: State = "open"
    ends: int = 0


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of the feed `offers`: a code, the terms of a campaign, or the name of one that is no more."""

    code: Issued | None = None
    terms: Terms | None = None
    gone: str = ""


Word = Literal["counts", "again", "void", "rival"]
"""HQ's word on a use of a code: it counts; the code was used before; it had been taken back; it counts, and the code
was held up once more elsewhere."""
Refusal = Literal["coupon-unknown", "coupon-used", "coupon-early", "coupon-over", "coupon-elsewhere"]


def refusal(issued: Issued | None, terms: Terms | None, store: str, now: int) -> Refusal | None:
    """Why a code is not good at `store` at `now`; None where it is."""
    if issued is None or terms is None:
        return "coupon-unknown"
    if issued.state != "open":
        return "coupon-used"
    if terms.stores and store not in terms.stores:
        return "coupon-elsewhere"
    if now < terms.starts:
        return "coupon-early"
    if any(until and now >= until for until in (issued.until, terms.until)):
        return "coupon-over"
    return None


def lacks(terms: Terms, lines: Sequence[Line]) -> Money | None:
    """What is missing to the least that a basket must come to, None where nothing is."""
    if not terms.minimum:
        return None
    there = sum(line.total.amount for line in lines if line.item.currency == terms.currency)
    return Money(amount=terms.minimum - there, currency=terms.currency) if there < terms.minimum else None


def reduction(terms: Terms, lines: Sequence[Line]) -> tuple[Money, ...]:
    """What it takes off these lines, by currency: never more than what it is good for comes to; () for nothing."""
    if lacks(terms, lines):
        return ()
    covered = totals([line.total for line in lines if terms.covers(line)])
    taken = (Money(amount=_off(terms, total), currency=total.currency) for total in covered)
    return tuple(money for money in taken if money.amount)


def less(sums: Sequence[Money], off: Sequence[Money]) -> tuple[Money, ...]:
    """What is left to pay."""
    by = {money.currency: money.amount for money in off}
    return tuple(Money(amount=each.amount - by.get(each.currency, 0), currency=each.currency) for each in sums)


def _off(terms: Terms, total: Money) -> int:
    """Halves of a minor unit go to the shopper."""
    if terms.percent:
        return (total.amount * terms.percent + 50) // 100
    return min(terms.amount, total.amount) if total.currency == terms.currency else 0
