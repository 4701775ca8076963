"""What the values of GS1 application identifiers may be, beyond their length and characters (those biip checks).

Each check takes one part of a value and says what is wrong with it, in words that follow "(17) 991301: "; "" where it
is right. The rules are the GS1 General Specifications', in the terms of GS1's Barcode Syntax Dictionary (2025-01).
"""

import re
from collections.abc import Callable
from datetime import date

from edge.codes.digits import has_check_digit, is_digits
from edge.codes.published import COUNTRY_LETTERS, COUNTRY_NUMBERS, CURRENCY_NUMBERS, PACKAGE_TYPES

Check = Callable[[str], str]
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 AI encodable character set 82, in the order of the characters' weights."""
PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Character set 32, of which check character pairs are made."""
WINDOW = 2021
"""A year of two digits lies between 49 years before and 50 years after this (General Specifications 7.12)."""


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


PRIMES = _primes(97)


def check_digit(text: str) -> str:
    return "" if has_check_digit(text) else "the check digit is wrong"


def check_pair(text: str) -> str:
    """Two check characters at the end (General Specifications 7.9.5): prime weights, modulo 1021."""
    body, pair = text[:-2], text[-2:]
    if len(pair) < 2 or len(body) > len(PRIMES) or not set(body) <= set(CHARACTERS):
        return "it has no pair of check characters"
    total = sum(CHARACTERS.index(character) * prime for character, prime in zip(reversed(body), PRIMES, strict=False))
    right = PAIR[total % 1021 >> 5] + PAIR[total % 1021 & 31]
    return "" if pair == right else "the check characters are wrong"


def company_prefix(text: str) -> str:
    """The shortest GS1 Company Prefix has four digits."""
    return "" if len(text) >= 4 and is_digits(text[:4]) else "it does not begin with a company prefix"


def day(text: str) -> str:
    """YYMMDD."""
    if not is_digits(text) or len(text) != 6:
        return "this is no date"
    return full_day(f"{_century(int(text[:2]))}{text}")


def day_or_month(text: str) -> str:
    """YYMMDD, where day 00 stands for the whole month."""
    return day(text[:4] + "01" if text[4:] == "00" else text)


def full_day(text: str) -> str:
    """YYYYMMDD."""
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return "this is no date"
    return ""


def _century(year: int) -> int:
    ahead = year - WINDOW % 100
    return WINDOW // 100 + (-1 if ahead >= 51 else 1 if ahead <= -50 else 0)


def matching(pattern: str, reason: str) -> Check:
    """Compiled at its first use (and kept by `re`): most shops never meet most of these."""
    return lambda text: "" if re.fullmatch(pattern, text) else reason


def listed(values: frozenset[str], reason: str) -> Check:
    return lambda text: "" if text in values else reason


def up_to(limit: int, reason: str) -> Check:
    return lambda text: "" if is_digits(text) and int(text) <= limit else reason


hour = matching("[01][0-9]|2[0-3]", "this is no hour")
minute = matching("[0-5][0-9]", "this is no minute or second")
time = matching("([01][0-9]|2[0-3])[0-5][0-9]", "this is no time")
time_or_none = matching("([01][0-9]|2[0-3])[0-5][0-9]|9999", "this is no time")
country = listed(COUNTRY_NUMBERS, "there is no such country")
country_or_many = listed(COUNTRY_NUMBERS | {"999"}, "there is no such country")
country_letters = listed(COUNTRY_LETTERS, "there is no such country")
currency = listed(CURRENCY_NUMBERS, "there is no such currency")
package = listed(PACKAGE_TYPES, "there is no such package type")
medium = matching("0[1-9]|10|[89][0-9]", "there is no such medium")
sex = matching("[0129]", "this is no code of ISO 5218")
yes_or_no = matching("[01]", "it is neither 0 nor 1")
winding = matching("[019]", "this is no winding direction")
hyphen = matching("-", "only a hyphen may follow the temperature")
importer = matching("[-0-9A-Z_a-z]", "this is no importer index")
latitude = up_to(1_800_000_000, "this is no latitude")
longitude = up_to(3_600_000_000, "this is no longitude")
not_zero = matching("[0-9]*[1-9][0-9]*", "it is zero")
zero = matching("0*", "it must be zero")
no_leading_zero = matching("[1-9][0-9]*", "it begins with zero")
not_only_digits = matching(r"(?s).*[^0-9].*", "it needs a character that is no digit")
percent = matching("([^%]|%[0-9A-Fa-f]{2})*", "a percent sign needs two hexadecimal digits behind it")


def base64(text: str) -> str:
    """Character set 64; padding, where there is any, fills up to a multiple of three."""
    body = text.rstrip("=")
    pads = len(text) - len(body)
    if pads > 2 or (pads and len(text) % 3) or not re.fullmatch("[-0-9A-Z_a-z]*", body):
        return "this is no base 64"
    return ""


def piece_of_total(text: str) -> str:
    """ "0102": piece 1 of 2."""
    piece, total = int(text[:2]), int(text[2:])
    return "" if 0 < piece <= total else "there is no such piece"


def place_in_sequence(text: str) -> str:
    """ "1/3": the first of three."""
    found = re.fullmatch("([1-9][0-9]*)/([1-9][0-9]*)", text)
    return "" if found and int(found[1]) <= int(found[2]) else "this is no place in a sequence"


def iban(text: str) -> str:
    """ISO 13616: country, two check digits (modulo 97), account."""
    if not re.fullmatch("[A-Z]{2}[0-9A-Z]{9,32}", text) or text[:2] not in COUNTRY_LETTERS:
        return "this is no IBAN"
    number = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return "" if int(number) % 97 == 1 else "the check digits are wrong"
