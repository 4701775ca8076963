"""What strangers write, made harmless, and what of it somebody should look at before it is shown.

Made harmless: characters that turn the reading direction round or can't be seen, marks piled upon a letter.
Looked at: links, mail addresses, telephone numbers, shouting, and texts that used such characters to hide something.
"""

import re
import unicodedata

MOST_MARKS = 3
"""Marks on one letter: languages need two or three, drawings out of the line a dozen."""
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
"""Turns of direction, blanks without width, tags, private use. Joiners stay: emoji and Persian need them."""
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(
    r"https?:|www\.|(?<![\w@.-])[\w-]{2,63}\.(?:com|net|org|info|biz|shop|store|xyz|online|site|top|club|io|co|me|ru|cn|"
    r"de|at|ch|es|ee|eu|uk|fr|it|nl|pl|se|fi|lv|lt|no|dk)\b(?![.-]?\w*@)",
    re.IGNORECASE,
)
MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?[a-z]{2,}", re.IGNORECASE
)
AT = re.compile(r"@|[\[(]at", re.IGNORECASE)
"""Asked first: most reviews have none, and it takes a tenth of the time."""
DIGITS = re.compile(r"\d(?:[\s()./-]?\d){6,}")
LOUD, ENOUGH = 0.7, 20
"""From this share of capitals on somebody shouts, if there are so many letters."""
REGIONS = {
    "de": ("DE", "AT", "CH"), "en": ("US", "GB"), "es": ("ES", "MX"), "et": ("EE",), "fi": ("FI",), "fr": ("FR",),
    "it": ("IT",), "lt": ("LT",), "lv": ("LV",), "nl": ("NL",), "pl": ("PL",), "ru": ("RU",), "sv": ("SE",),
}  # fmt: skip
"""Where numbers without a country's prefix belong, by the review's language."""


def tamed(text: str) -> str:
    """`text` without characters that leave its line or its direction. Its mark-up is the importers' to take out."""
    return _few_marks(UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def hides(raw: str) -> bool:
    """Whether a text turns directions round or piles up marks: nobody types that by chance."""
    return TURNS.search(raw) is not None or len(_few_marks(raw)) < len(raw)


def reasons(title: str, text: str, language: str = "en") -> list[str]:
    """Why somebody should look at a review (tamed) before it is shown; [] where nothing speaks against it."""
    words = f"{title}\n{text}"
    told = {
        "a mail address": AT.search(words) is not None and MAIL.search(words) is not None,
        "a link": LINK.search(MAIL.sub(" ", words) if AT.search(words) else words) is not None,
        "a telephone number": _has_telephone(words, language),
        "shouting": _is_loud(words),
    }
    return [reason for reason, found in told.items() if found]


def _has_telephone(words: str, language: str) -> bool:
    if not DIGITS.search(words):
        return False  # most: asking the library takes a thousand times as long
    from phonenumbers import Leniency, PhoneNumberMatcher

    regions = REGIONS.get(language[:2], ("US",))
    return any(PhoneNumberMatcher(words[:20_000], region, Leniency.VALID).has_next() for region in regions)


def _is_loud(words: str) -> bool:
    capitals, small = sum(map(str.isupper, words)), sum(map(str.islower, words))
    return capitals + small >= ENOUGH and capitals >= LOUD * (capitals + small)
