"""Numbers of the trade: check digits, GTIN, UPC-E, ISBN, ISSN (GS1 General Specifications, sections 1 and 7.9)."""

GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text: str) -> bool:
    """Plain ASCII digits only: `str.isdigit` alone also accepts "²" and digits of other scripts."""
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> str:
    """The GS1 check digit that belongs behind `payload` (digits without the check digit, any length)."""
    weighted = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(payload)))
    return str(-weighted % 10)


def has_check_digit(text: str) -> bool:
    return is_digits(text) and check_digit(text[:-1]) == text[-1]


def is_gtin(text: str) -> bool:
    return len(text) in GTIN_LENGTHS and has_check_digit(text) and text.strip("0") != ""


def gtin14(text: str) -> str | None:
    """`text` (a GTIN of 8, 12, 13 or 14 digits, blanks and hyphens allowed) as 14 digits; None where it is none."""
    digits = text.replace(" ", "").replace("-", "")
    return digits.zfill(14) if is_gtin(digits) else None


def upce_to_upca(text: str) -> str | None:
    """The UPC-A behind a UPC-E of 8 digits, or of 6 (number system 0, check digit added); None where there is none."""
    if len(text) == 6 and is_digits(text):
        payload = _widen("0", text)
        return payload + check_digit(payload) if payload.strip("0") else None
    if len(text) != 8 or not is_digits(text) or text[0] not in "01":
        return None
    upca = _widen(text[0], text[1:7]) + text[7]
    return upca if is_gtin(upca) else None


def _widen(system: str, six: str) -> str:
    last = six[5]
    if last in "012":
        return f"{system}{six[:2]}{last}0000{six[2:5]}"
    if last == "3":
        return f"{system}{six[:3]}00000{six[3:5]}"
    if last == "4":
        return f"{system}{six[:4]}00000{six[4]}"
    return f"{system}{six[:5]}0000{last}"


def upca_to_upce(upca: str) -> str | None:
    """The 8 digits of the UPC-E that widens to `upca`; None where zeros can't be left out of it."""
    tails = (
        f"{upca[1:3]}{upca[8:11]}{upca[3]}",
        f"{upca[1:4]}{upca[9:11]}3",
        f"{upca[1:5]}{upca[10]}4",
        upca[1:6] + upca[10],
    )
    candidates = (upca[0] + tail + upca[11] for tail in tails)
    return next((short for short in candidates if upce_to_upca(short) == upca), None)


def isbn10_to_gtin(text: str) -> str | None:
    """The GTIN-13 of a ten-digit ISBN ("0-306-40615-2"); None where the check digit (modulo 11) is wrong."""
    compact = _compact(text)
    if len(compact) != 10 or not _modulo_11(compact):
        return None
    return "978" + compact[:9] + check_digit("978" + compact[:9])


def issn_to_gtin(text: str) -> str | None:
    """The GTIN-13 of an ISSN ("0317-8471"), variant 00; None where the check digit (modulo 11) is wrong."""
    compact = _compact(text)
    if len(compact) != 8 or not _modulo_11(compact):
        return None
    return "977" + compact[:7] + "00" + check_digit("977" + compact[:7] + "00")


def _compact(text: str) -> str:
    return text.replace("-", "").replace(" ", "").upper()


def _modulo_11(compact: str) -> bool:
    body, last = compact[:-1], compact[-1]
    if not is_digits(body) or not (is_digits(last) or last == "X") or not compact.strip("0"):
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(body, range(len(compact), 1, -1), strict=True))
    return (weighted + (10 if last == "X" else int(last))) % 11 == 0
