"""A code in words: what it takes off, from how much on, until when."""

from dataclasses import dataclass

from edge.codes.drawing import Drawing, code128
from edge.domain import coupon
from edge.domain.coupon import Terms
from edge.domain.money import Money
from hq.coupons.whose import Open
from hq.words import LANGUAGES, words
from hq.words.format import moment, money


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a mail and a page say of a code, in one language."""

    code: str
    off: str
    until: str
    barcode: Drawing


def takes_off(terms: Terms, language: str) -> str:
    """ "10 % off", "€15.00 off from €50.00"."""
    say = words(language)
    amount = Money(amount=terms.amount, currency=terms.currency)
    off = f"{terms.percent} %" if terms.percent else money(amount, language)
    if not terms.minimum:
        return say("coupon.off", off=off)
    least = money(Money(amount=terms.minimum, currency=terms.currency), language)
    return say("coupon.off_from", off=off, least=least)


def good_until(until: int, language: str, zone: str) -> str:
    """ "" for no end."""
    return words(language)("coupon.until", time=moment(until, language, zone)) if until else ""


def in_words(one: Open) -> dict[str, str]:
    """By language, for a screen of a store."""
    return {language: _yours(one, language) for language in LANGUAGES}


def _yours(one: Open, language: str) -> str:
    return words(language)("coupon.yours", off=takes_off(one.terms, language), code=coupon.spelled(one.code))


def offered(one: Open, language: str, zone: str) -> Offered:
    return Offered(
        code=coupon.spelled(one.code),
        off=takes_off(one.terms, language),
        until=good_until(one.until, language, zone),
        barcode=code128(coupon.in_barcode(one.code)),
    )
