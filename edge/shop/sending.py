"""Where a basket may be sent, and the sealed blob its address travels in."""

import json

from email_validator import EmailNotValidError, validate_email

from edge.shop.errors import BadAddressError
from sync.codec import seal


def mail_address(typed: str) -> str:
    """The address as it will be used. Raises `BadAddressError` with a key the screen has words for."""
    typed = typed.strip()
    if not typed:
        raise BadAddressError("bad-address-empty", "no address was typed")
    local, at, domain = typed.rpartition("@")
    if not at or not local:
        raise BadAddressError("bad-address-no-at", "the part before the @ is missing")
    if "." not in domain.strip("."):
        raise BadAddressError("bad-address-no-domain", "the part after the @ is not a domain such as example.com")
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise BadAddressError("bad-address-malformed", str(error)) from error


def sealed_mail(seal_key: bytes, *, store: str, event_id: str, mail: str) -> bytes:
    """The blob only HQ can open. Store and event stand inside, so that it can't be moved to another event."""
    plain = {"v": 1, "store": store, "event": event_id, "mail": mail}
    return seal(seal_key, json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())
