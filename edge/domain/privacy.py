"""What looks like somebody's address or number is never recorded in clear: events carry no personal data."""

import re

_CONTACT = re.compile(r"(BEGIN:VCARD|MECARD:|BEGIN:VEVENT|MATMSG:)", re.IGNORECASE)
_CALL = re.compile(r"\b(tel|sms|smsto|whatsapp|facetime):\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@:<>,;/?=&]+@[^\s@:<>,;/?=&]+")


def without_people(text: str) -> str:
    """`text` with addresses and numbers of people replaced by what they are: "mailto:(mail)", "tel:(number)"."""
    if _CONTACT.search(text):
        return "(contact)"
    return _MAIL.sub("(mail)", _CALL.sub(lambda found: f"{found[1]}:(number)", text))
