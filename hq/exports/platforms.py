"""How each platform wants identities before it hashes them: no two agree, and a wrong hash matches nobody.

    google    Data Manager, Customer Match: dots and "+…" go from Gmail's names; phones are E.164 with "+"
    meta      Custom Audiences, Conversions API: mails only trimmed and lowered; phones are digits alone, no "+", no
              leading zeros
    uid2      as google for mails; phones are E.164

All of them hash with SHA-256 over UTF-8; Google and Meta take it in hex, UID2 in base64.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Name = Literal["google", "meta", "uid2"]
GMAIL = frozenset({"gmail.com", "googlemail.com"})
LONGEST_PHONE = 15
"""Digits of an E.164 number."""


@dataclass(frozen=True, kw_only=True)
class Platform:
    name: Name
    gmail_is_one: bool
    """Whether dots and "+…" in Gmail's names are taken out."""
    plus: bool
    """Whether phones begin with "+"."""
    base64: bool = False

    def mail(self, text: str) -> str:
        """Raises ValueError for what is no address."""
        address = re.sub(r"\s", "", text).lower()
        name, at, domain = address.rpartition("@")
        if self.gmail_is_one and domain in GMAIL:
            name = name.partition("+")[0].replace(".", "")
        if not (at and name and domain) or "@" in name:
            raise ValueError("no mail address")
        return f"{name}@{domain}"

    def phone(self, text: str) -> str:
        """`text` with its country code, however it is written. Raises ValueError for what is no number."""
        digits = "".join(str(int(sign)) for sign in text if sign.isdecimal()).lstrip("0")
        if not 1 <= len(digits) <= LONGEST_PHONE or re.search(r"[^\W\d_]", text):
            raise ValueError("no phone number")
        return f"+{digits}" if self.plus else digits

    def name_of_person(self, text: str) -> str:
        """Raises ValueError for an empty one."""
        if not (name := text.strip().lower()):
            raise ValueError("no name")
        return name

    def hashed(self, normalised: str) -> str:
        raw = sha256(normalised.encode()).digest()
        return b64encode(raw).decode() if self.base64 else raw.hex()


PLATFORMS: dict[Name, Platform] = {
    "google": Platform(name="google", gmail_is_one=True, plus=True),
    "meta": Platform(name="meta", gmail_is_one=False, plus=False),
    "uid2": Platform(name="uid2", gmail_is_one=True, plus=True, base64=True),
}


def region(text: str) -> str:
    """A country as two capital letters (ISO 3166-1). Raises ValueError."""
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueError("no country code of two letters")
    return code


def postal(text: str) -> str:
    """Raises ValueError for an empty one."""
    if not (code := text.strip()):
        raise ValueError("no postal code")
    return code
