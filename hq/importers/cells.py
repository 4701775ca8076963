"""One cell to one value. What can't be understood raises BadCell: the field, the reason and the remedy."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from edge.domain.money import Money

TRUE, FALSE = {"1", "yes", "y", "true", "x"}, {"", "0", "no", "n", "false"}
SYMBOLS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "R$": "BRL", "MX$": "MXN", "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "zł": "PLN", "₽": "RUB", "₹": "INR",
    "₺": "TRY", "₩": "KRW", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB", "Kč": "CZK", "Ft": "HUF", "Fr.": "CHF",
    "лв": "BGN", "SR": "SAR", "Rs.": "INR", "Rs": "INR", "﷼": "SAR",
}  # fmt: skip
"""Those that contain another come first."""
CROWNS, CROWN = ("SEK", "NOK", "DKK", "ISK"), re.compile(r"kr\.?", re.IGNORECASE)
"""A crown is that of the currency expected, where that is one."""
AMOUNT = re.compile(r"\d(?:[\d.,'’\s]*\d)?")
NEGATIVE = re.compile(r"-.*|.*-|\(.*\)", re.DOTALL)
MINUSES = str.maketrans(dict.fromkeys("\u2212\u2013\ufe63\uff0d", "-"))
LONGEST_AMOUNT = 20
"""Characters of a cell that holds an amount."""
LARGEST_AMOUNT = 10**12
"""Minor units; sums of many still fit the 64 bits of a database's integer."""
LONGEST_TITLE, LONGEST_WORDS, LONGEST_STORY = 300, 200, 1 << 16
DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})((?:[ T]\d{2}:\d{2}.*)?)$")
AHEAD = 86_400_000
"""Milliseconds that another system's clock may run ahead."""
STORE_ID = re.compile(r"[a-z0-9-]{1,32}")


class BadCell(Exception):
    def __init__(self, field: str, reason: str, hint: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.hint = field, reason, hint


def required(cells: Mapping[str, str], field: str, longest: int = 64) -> str:
    text = cells.get(field, "")
    if not text:
        raise BadCell(field, f"{field} is missing", f"fill in {field}; every row needs one")
    if len(text) > longest:
        raise BadCell(field, f"{field} has {len(text)} characters", f"shorten it to {longest}")
    return text


def optional(cells: Mapping[str, str], field: str, longest: int = LONGEST_WORDS) -> str:
    return required(cells, field, longest) if cells.get(field) else ""


def sku_of(cells: Mapping[str, str], field: str = "sku") -> str:
    """An article's number. It becomes a part of addresses and file names, so that it must not lead anywhere else."""
    text = required(cells, field)
    if "/" in text or not text.isprintable() or text.startswith("."):
        raise BadCell(
            field, f"{text!r} is no SKU", "leave out slashes, control characters and a point at its beginning"
        )
    return text


def money(text: str, currency: str, field: str = "price") -> Money:
    """ "129.95", "129,95", "1,299.95", "1.299,95 €", "EUR 5": minor units; `currency` where the text names none."""
    if len(text) > LONGEST_AMOUNT:
        raise BadCell(field, f"it has {len(text)} characters", f"write an amount of {LONGEST_AMOUNT} at most: 129.95")
    if not any(map(str.isdigit, text)):
        raise BadCell(field, f"{text!r} is no amount", "write it like 129.95")
    code, bare = _apart(text, currency, field)
    if NEGATIVE.fullmatch(bare) and AMOUNT.fullmatch(bare.strip("-() ")):
        raise BadCell(field, f"{text!r} is negative", "write what the customer pays")
    if not AMOUNT.fullmatch(bare.removeprefix("+")):
        raise BadCell(field, f"{text!r} is no amount", "write it like 129.95")
    minor = _decimal(bare, code, field).scaleb(decimals_of(code))
    if minor != int(minor):
        raise BadCell(field, f"{text!r} has more decimals than {code}", f"round it to {decimals_of(code)} decimals")
    if minor > LARGEST_AMOUNT:
        raise BadCell(field, f"{text!r} is too large", "write what one piece costs")
    return Money(amount=int(minor), currency=code)


def _apart(text: str, default: str, field: str) -> tuple[str, str]:
    """The currency's code, and all of the text that is not the currency."""
    named = re.search(r"[A-Za-z]{3}", text)
    sign = next((sign for sign in SYMBOLS if sign in text), "")
    if not named and default in CROWNS:
        text = CROWN.sub("", text)
    bare = text.replace(named.group(), "", 1) if named else text
    code = named.group() if named else SYMBOLS.get(sign, default)
    return currency_of(code, field), bare.replace(sign, "", 1).translate(MINUSES).strip()


def currency_of(text: str, field: str = "currency") -> str:
    code = text.upper()
    if not _is_currency(code):
        raise BadCell(field, f"{text[:20]!r} is no currency", "use a code of ISO 4217, such as EUR")
    return code


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    from babel.numbers import is_currency

    return bool(is_currency(code))


@lru_cache(maxsize=256)
def decimals_of(currency: str) -> int:
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def _decimal(number: str, currency: str, field: str) -> Decimal:
    bare = re.sub(r"[\s'’]", "", number)
    groups = re.split(r"[.,]", bare.removeprefix("+"))
    marks = re.findall(r"[.,]", bare)
    if _has_decimals(marks, groups, currency, number, field):
        whole, fraction = "".join(groups[:-1]), groups[-1]
    else:
        whole, fraction = "".join(groups), "0"
    return Decimal(f"{whole}.{fraction}")


def _has_decimals(marks: list[str], groups: list[str], currency: str, number: str, field: str) -> bool:
    """Whether the last mark stands before decimals, not between thousands."""
    if not marks:
        return False
    last_is_third = len(marks) > 1 and marks[-1] == marks[0]
    thousands = groups[1:] if last_is_third else groups[1:-1]
    if any(len(group) != 3 for group in thousands) or marks[:-1].count(marks[-1]) not in (0, len(marks) - 1):
        raise BadCell(field, f"{number!r} is no amount", "write it like 1299.95")
    if len(marks) > 1 or len(groups[-1]) != 3 or decimals_of(currency) == 3:
        return not last_is_third
    if marks[0] == "," and groups[0].strip("0"):
        return False
    raise BadCell(field, f"{number!r} may be thousands or decimals", "write it with two decimals: 1299.00")


def whole(text: str, field: str, default: int = 0) -> int:
    if not text:
        return default
    if not re.fullmatch(r"[-+]?\d{1,12}(?:[.,]0+)?", text):
        raise BadCell(field, f"{text[:40]!r} is no whole number", "write digits only")
    return int(re.split("[.,]", text)[0])


def place(text: str, field: str, most: float) -> float | None:
    """Degrees of latitude (most 90) or longitude (most 180)."""
    if not text:
        return None
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise BadCell(field, f"{text[:40]!r} is no {field} in degrees", "write it like 59.4412")
    return degrees


def yes(text: str, field: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise BadCell(field, f"{text[:40]!r} is neither yes nor no", "write yes or no")
    return text.lower() in TRUE


def moment(text: str, field: str, default: int) -> int:
    """ISO 8601, or a day as tills of Europe's write it ("1.12.2026 14:30"), to milliseconds since 1970; without an
    offset it is UTC. "12/1/2026" may be two days, and is none."""
    if not text:
        return default
    try:
        at = datetime.fromisoformat(DOTTED.sub(_iso, text))
    except (ValueError, OverflowError) as error:
        raise BadCell(field, f"{text[:40]!r} is no time", "write it like 2026-11-02T07:30:00Z") from error
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _iso(dotted: re.Match[str]) -> str:
    day, month, year, rest = dotted.groups()
    return f"{year}-{month:0>2}-{day:0>2}{rest}"


def past(text: str, field: str, now: int, ahead: int = AHEAD) -> int:
    """A moment that has been; `now` where none is told. One that lies ahead would stand above all that follows it."""
    at = moment(text, field, now)
    if at > now + ahead:
        raise BadCell(field, f"{text[:40]!r} lies in the future", "set the clock right that tells it")
    return at


def store_id(cells: Mapping[str, str], field: str) -> str:
    text = required(cells, field, 32)
    if not STORE_ID.fullmatch(text):
        raise BadCell(field, f"{text!r} is no store id", "use small letters, digits and hyphens, 32 at most")
    return text


def listed(text: str) -> tuple[str, ...]:
    """ "a;b" -> ("a", "b")."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
