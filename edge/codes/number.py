"""Plain numbers and article numbers: GTIN in all lengths, books, magazines, in-store codes, the retailer's SKU."""

import re
from dataclasses import replace
from decimal import Decimal

from edge.codes.amounts import money
from edge.codes.digits import check_digit, gtin14, is_digits, is_gtin, isbn10_to_gtin, issn_to_gtin, upce_to_upca
from edge.codes.meaning import Kind, Meaning, Measure, invalid
from edge.codes.rules import CodeRules, RcnRule

LENGTHS = {"ean13": (13,), "ean8": (8,), "upca": (12, 13), "itf14": (14,), "ean13addon": (15, 18)}
"""Digits each symbology carries; readers send UPC-A with and without its leading zero."""
NO_RETAIL = re.compile(
    "code(128|39|93).*|codabar|itf|(micro)?qr.*|rmqr.*|datamatrix|aztec|pdf417|dotcode|maxicode|telepen|msi|other"
)
"""Symbologies of free text. They carry GTINs too, but their digits are no UPC-E, and no book only by a check digit."""
WITH_ADD_ON = re.compile("([0-9]{12,13})[ +]([0-9]{2}|[0-9]{5})|(97[789][0-9]{10})([0-9]{2}|[0-9]{5})")
"""An article's number and an add-on, as decoders write them; without a sign between them only books and magazines."""
LABEL = re.compile("ISBN(?:-?1[03])?:? ?|ISSN:? ?", re.IGNORECASE)
"""What stands in front of the number of a book or magazine where it is written."""
ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
WRITTEN = re.compile("[0-9][0-9 -]{6,16}[0-9Xx]")
GTIN_HINT = "Scan it again, or type the number under the bars."


def read_number(text: str, symbology: str, rules: CodeRules) -> Meaning | None:
    """The meaning of a number; None where `text` is none."""
    if symbology == "upce":
        return _upce(text)
    found = WITH_ADD_ON.fullmatch(text) if not NO_RETAIL.fullmatch(symbology) else None
    if found:
        read = _add_on(found[1] or found[3], found[2] or found[4], rules)
        if found[1] or symbology or read.kind != "invalid":
            return read
    if symbology in LENGTHS:
        return _retail(text, symbology, rules)
    if is_digits(text):
        return _free_digits(text, rules) if NO_RETAIL.fullmatch(symbology) else _bare_digits(text, rules)
    return _written(text, rules)


def _upce(text: str) -> Meaning:
    upca = upce_to_upca(text) or (text if len(text) == 12 and is_gtin(text) else None)
    if upca is None:
        return invalid(text, "the check digit is wrong", GTIN_HINT)
    return Meaning(kind="gtin", text=text, gtin=upca.zfill(14))


def _retail(text: str, symbology: str, rules: CodeRules) -> Meaning:
    if not is_digits(text) or len(text) not in LENGTHS[symbology]:
        return invalid(text, "this number has the wrong length", GTIN_HINT)
    return _add_on(text[:13], text[13:], rules) if symbology == "ean13addon" else _gtin(text, rules)


def _add_on(number: str, add_on: str, rules: CodeRules) -> Meaning:
    read = _gtin(number, rules)
    return replace(read, elements={**read.elements, "add-on": add_on})


def _free_digits(text: str, rules: CodeRules) -> Meaning | None:
    """Eight or twelve digits may be anything where the check digit is not right; 13 and 14 were meant as a GTIN."""
    return _gtin(text, rules) if len(text) in (13, 14) or is_gtin(text) else None


def _bare_digits(text: str, rules: CodeRules) -> Meaning | None:
    if len(text) == 8:
        return _eight(text, rules)
    if len(text) in (12, 13, 14):
        return _gtin(text, rules)
    book = isbn10_to_gtin(text)
    return Meaning(kind="isbn", text=text, gtin=book.zfill(14)) if book else None


def _eight(text: str, rules: CodeRules) -> Meaning:
    """Eight digits without a symbology may be GTIN-8, UPC-E or an ISSN: GTIN-8 as it stands goes first."""
    upca = upce_to_upca(text)
    if is_gtin(text):
        read = _gtin(text, rules)
        return Meaning(kind=read.kind, text=text, gtin=read.gtin, also=(upca.zfill(14),) if upca else ())
    if upca:
        return Meaning(kind="gtin", text=text, gtin=upca.zfill(14))
    issn = issn_to_gtin(text)
    return Meaning(kind="issn", text=text, gtin=issn.zfill(14)) if issn else _gtin(text, rules)


def _written(text: str, rules: CodeRules) -> Meaning | None:
    """Numbers as people write them: hyphens, blanks, an X as check digit. A wrong one may be anything: None, unless
    the number says what it is."""
    label = LABEL.match(text)
    number = text[label.end() :] if label else text
    issn = issn_to_gtin(number) if ISSN.fullmatch(number) else None
    if issn:
        return Meaning(kind="issn", text=number, gtin=issn.zfill(14))
    book = isbn10_to_gtin(number)
    if book:
        return Meaning(kind="isbn", text=number, gtin=book.zfill(14))
    if gtin14(number):
        return _gtin(number.replace(" ", "").replace("-", ""), rules)
    return invalid(text, "the check digit is wrong", GTIN_HINT) if label and WRITTEN.fullmatch(number) else None


def _gtin(text: str, rules: CodeRules) -> Meaning:
    if text.strip("0") == "":
        return invalid(text, "the number is all zeros", GTIN_HINT)
    if not is_gtin(text):
        reason = f"the check digit is wrong: {text[:-1]} ends in {check_digit(text[:-1])}, not {text[-1]}"
        return invalid(text, reason, GTIN_HINT)
    number = text.zfill(13)[-13:]
    is_13 = len(text) in (12, 13) or (len(text) == 14 and text[0] == "0")
    rule = next((rule for rule in rules.rcn if number.startswith(rule.prefix)), None) if is_13 else None
    if rule:
        return _by_rule(text, number, rule, rules)
    coupon = is_13 and number.startswith(rules.coupons)
    return Meaning(
        kind=_kind(text, number), text=text, gtin=text.zfill(14), elements={"coupon": number} if coupon else {}
    )


def _kind(text: str, number: str) -> Kind:
    """By prefix (GS1 General Specifications 1.4.2): books, magazines, numbers of restricted circulation."""
    if len(text) == 8:
        return "rcn" if text[0] in "02" else "gtin"
    if len(text) == 14 and text[0] != "0":
        return "gtin"
    if number.startswith(("978", "979")) and not number.startswith("9790"):
        return "isbn"
    if number.startswith("977"):
        return "issn"
    return "rcn" if number.startswith(("02", "04", "2")) else "gtin"


def _by_rule(text: str, number: str, rule: RcnRule, rules: CodeRules) -> Meaning:
    from biip.checksums import gs1_price_weight_check_digit

    value, check = rule.digits(number, "V"), rule.digits(number, "C")
    if check and len(value) in (4, 5) and gs1_price_weight_check_digit(value) != int(check):
        return invalid(text, "the check digit of its price or weight is wrong", GTIN_HINT)
    payload = "".join("0" if place in "VC" else digit for digit, place in zip(number, rule.pattern, strict=False))
    gtin = (payload + check_digit(payload)).zfill(14)
    if rule.measure == "price":
        return Meaning(kind="rcn", text=text, gtin=gtin, price=money(value, rule.decimals, rules.currency))
    measure = Measure(value=Decimal(value).scaleb(-rule.decimals), unit="kg" if rule.measure == "weight" else "piece")
    return Meaning(kind="rcn", text=text, gtin=gtin, measure=measure)
