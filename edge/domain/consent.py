"""Consent: a recorded yes or no to one purpose, with the words that were shown."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Purpose = Literal["marketing", "profiling", "back-in-stock", "reminders", "offers", "adverts", "baskets", "sms"]
PURPOSES: tuple[Purpose, ...] = ("marketing", "profiling")
"""`marketing`: messages and adverts about what is in the basket. `profiling`: a first-party cookie ties the browser to
the profile, opened mails are counted. Sending a basket is a service and needs neither. The third, `back-in-stock`, is
given by who asks to be told of one article; it stands on its own and is asked nowhere else. The others are chosen on
HQ's page of preferences: `reminders`, `offers` and `adverts` narrow what marketing allows, `baskets` and `sms` are what
is sent on request; of all these no answer is no refusal."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    purpose: Purpose
    granted: bool
    words: str
    """The text shown beside the box, to the letter."""
    version: str
    language: str
    words_hash: str
    """SHA-256 of `words` in UTF-8, hex."""


def consent(purpose: Purpose, granted: bool, *, words: str, version: str, language: str) -> Consent:
    return Consent(
        purpose=purpose,
        granted=granted,
        words=words,
        version=version,
        language=language,
        words_hash=sha256(words.encode()).hexdigest(),
    )
