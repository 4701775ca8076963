"""What GS1 says of its application identifiers, beyond what biip knows of them: which checks apply to which part of a
value, and which identifiers need or exclude each other.

Source: GS1 Barcode Syntax Dictionary (gs1/gs1-syntax-dictionary, Apache-2.0), as of release 2025-01-30; facts, in our
own form. Lengths and character sets are not repeated here: biip checks them.
"""

from collections.abc import Iterator

from edge.codes import checks
from edge.codes.checks import Check
from edge.codes.coupons import coupon_code, positive_offer

Part = tuple[int, int | None, Check]
"""Slice of the value, and the check for it. A slice that begins behind the end of the value is left out."""


def spread(text: str) -> Iterator[str]:
    """ "30 310n-312n 410-411" as 30, 310n, 311n, 312n, 410, 411."""
    for word in text.split():
        first, _, last = word.partition("-")
        tail = "n" if first.endswith("n") else ""
        start, end = first.removesuffix("n"), (last or first).removesuffix("n")
        yield from (f"{number:0{len(start)}}{tail}" for number in range(int(start), int(end) + 1))


CONTENTS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    ("00 8017 8018", ((0, 18, checks.check_digit),)),
    ("01 02 03", ((0, 14, checks.check_digit),)),
    ("11-13 15-17", ((0, 6, checks.day_or_month),)),
    ("253 255 410-417", ((0, 13, checks.check_digit),)),
    ("391n 393n", ((0, 3, checks.currency),)),
    ("401 7023 8004 8010", ((0, None, checks.company_prefix),)),
    ("402", ((0, 17, checks.check_digit),)),
    ("421 422 424 426", ((0, 3, checks.country),)),
    ("423 425", tuple((at, at + 3, checks.country) for at in range(0, 15, 3))),
    ("4300-4306 4310-4316 4320 7253 7254 7256 7257 7259", ((0, None, checks.percent),)),
    ("4307 4317", ((0, 2, checks.country_letters),)),
    ("4309", ((0, 10, checks.latitude), (10, 20, checks.longitude))),
    ("4321-4323", ((0, 1, checks.yes_or_no),)),
    ("4324 4325", ((0, 6, checks.day_or_month), (6, 10, checks.time_or_none))),
    ("4326 7006", ((0, 6, checks.day),)),
    ("4330-4333", ((6, 7, checks.hyphen),)),
    ("7003 7011", ((0, 6, checks.day), (6, 10, checks.time))),
    ("7007", ((0, 6, checks.day), (6, 12, checks.day))),
    ("7030-7039", ((0, 3, checks.country_or_many),)),
    ("7040", ((3, 4, checks.importer),)),
    ("7041", ((0, None, checks.package),)),
    ("7241", ((0, 2, checks.medium),)),
    ("7250 7251", ((0, 8, checks.full_day), (8, 12, checks.time))),
    ("7252", ((0, 1, checks.sex),)),
    ("7258", ((0, None, checks.place_in_sequence),)),
    ("8001", (*((at, end, checks.not_zero) for at, end in ((0, 4), (4, 9), (9, 12))), (12, 13, checks.winding))),
    ("8003", ((0, 1, checks.zero), (1, 14, checks.check_digit))),
    ("8006 8026", ((0, 14, checks.check_digit), (14, 18, checks.piece_of_total))),
    ("8007", ((0, None, checks.iban),)),
    ("8008", ((0, 6, checks.day), (6, 8, checks.hour), (8, 10, checks.minute), (10, 12, checks.minute))),
    ("8011", ((0, None, checks.no_leading_zero),)),
    ("8013", ((0, None, checks.check_pair), (0, None, checks.company_prefix))),
    ("8014", ((0, None, checks.check_pair), (0, None, checks.company_prefix), (0, None, checks.not_only_digits))),
    ("8030", ((0, None, checks.base64),)),
    ("8110", ((0, None, coupon_code),)),
    ("8112", ((0, None, positive_offer),)),
)
PARTS: dict[str, tuple[Part, ...]] = {ai: parts for row, parts in CONTENTS for ai in spread(row)}

TRADE_MEASURES = "310n-316n 320n-329n 350n-352n 356n-357n 360n-361n 364n-366n"
LOGISTIC_MEASURES = "330n-336n 340n-349n 353n-355n 362n-363n 367n-369n"
NEEDS: tuple[tuple[str, str], ...] = (
    ("02", "37"),
    ("10-11 13 15-16", "01,02,03,8006,8026"),
    ("12", "8020"),
    ("17", "01,02,03,255,8006,8026"),
    ("20 240-242 422 7001", "01,02,8006,8026"),
    ("21", "01,03,8006"),
    ("22 235 243 337n 710-716 8001 8014 8200", "01"),
    ("250", "01,8006 21"),
    ("251 7021 7240 8012", "01,8006"),
    ("254", "414"),
    (f"30 {TRADE_MEASURES} 423-426 7002 7003 7005-7011 7030-7039 8005 8008", "01,02"),
    (f"{LOGISTIC_MEASURES} 8009", "00,01"),
    ("37", "00 02,8026"),
    ("390n", "255,8020"),
    ("391n", "8020"),
    ("392n", "01 30,31nn,32nn,35nn,36nn"),
    ("393n 395n", "30,31nn,32nn,35nn,36nn"),
    ("394n 8111", "255"),
    ("403 4300-4302 4304-4312 4314-4326 4330-4333 7041", "00"),
    ("4303", "4302"),
    ("4313", "4312"),
    ("415", "8020"),
    ("427", "01,02 422"),
    ("7004", "01 10"),
    ("7020", "01,8006 416"),
    ("7022", "7021"),
    ("7230-7239", "01,8004"),
    ("7241 7242 7253-7256", "8017,8018"),
    ("7250-7252 7257 7259", "8018"),
    ("7258", "8018+7259"),
    ("8007 8020", "415"),
    ("8011", "8010"),
    ("8019", "8017,8018"),
    ("8026", "37"),
    ("8030", "00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018"),
)
"""Each word must be met, by one of its alternatives ("01+21": by both of these). "31nn" is any that begins with 31."""
EXCLUDES: tuple[tuple[str, str], ...] = (
    ("01", "255 37"), ("02", "01 03"), ("03", "01 02 37"), ("21", "235"), ("255", "01 02 415 8006 8020 8026"),
    ("390n", "390n 391n 394n 8111"), ("391n", "391n"), ("392n", "392n 393n"), ("393n", "393n"), ("394n", "394n 8111"),
    ("395n", "392n 393n 395n 8005"), ("420", "421"), ("421", "4307"), ("422-425", "426"), ("4330", "4331"),
    ("4331", "4330"), ("4332", "4333"), ("4333", "4332"), ("7250", "7251"), ("7251", "7250"),
    ("7253-7255", "7256 7259"), ("7259", "7256"), ("8006", "01 37"), ("8017", "8018"), ("8018", "8017"),
    ("8026", "02 8006"),
    *((ai, ai) for ai in spread(f"{TRADE_MEASURES} {LOGISTIC_MEASURES} 337n")),
)  # fmt: skip
"""An identifier does not exclude itself, though a pattern such as 310n may hold it."""
