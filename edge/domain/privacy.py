"""What looks like somebody's address, number or secret is never recorded in clear: events carry no personal data.

Shoppers hold up what they have: visiting cards, passwords of networks, bills. No pattern here takes longer than the
text is long, since all of this is other people's text.
"""

import re

_CONTACT = re.compile(r"(BEGIN:V(CARD|EVENT|CALENDAR)|MECARD:|BIZCARD:|MATMSG:)", re.IGNORECASE)
_PRIVATE = re.compile(r"\s*(WIFI:|otpauth(-migration)?:|HC1:|LPA:1\$|(BCD|SPC)\r?\n)", re.IGNORECASE)
"""Passwords of networks, second factors, certificates of health, phone contracts, bills (EPC and Swiss)."""
_CALL = re.compile(r"\b(tel|smsto|mmsto|sms|mms|sip|whatsapp|facetime):\S+(?:[ ()./-]+[0-9]+)*", re.IGNORECASE)
_CALL_LINK = re.compile(r"(wa\.me/|[?&](?:phone|tel|mobile)=)[+%0-9A-Za-z]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![^\s@:<>,;/?=&])[^\s@:<>,;/?=&]+(?:@|%40)[^\s@:<>,;/?=&]+")
"""The look behind lets a match begin only where a word begins."""
_NUMBER = re.compile(r"(?<![\w+])(?:\+|%2[Bb])[1-9](?:[ ()./-]{0,2}[0-9]){7,14}(?![0-9])")
"""As people write a number of theirs (E.164): no article's code begins so."""


def without_people(text: str) -> str:
    """`text` with addresses and numbers of people replaced by what they are: "mailto:(mail)", "tel:(number)"."""
    if _CONTACT.search(text):
        return "(contact)"
    if _PRIVATE.match(text):
        return "(private)"
    called = _CALL.sub(lambda found: f"{found[1]}:(number)", text)
    linked = _CALL_LINK.sub(lambda found: f"{found[1]}(number)", called)
    return _NUMBER.sub("(number)", _MAIL.sub("(mail)", linked))
