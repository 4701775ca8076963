"""Where a basket may be sent, and the sealed blob its address travels in.

What knows addresses and numbers takes 0.2 s to import, so it is imported when the first one is typed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from babel.core import get_global

from edge.domain.article import Store
from edge.domain.events import Channel
from edge.shop.errors import BadAddressError
from sync.codec import seal


@dataclass(frozen=True, kw_only=True)
class Address:
    """A mail address, or a phone number in the form of E.164."""

    channel: Channel
    value: str = field(repr=False)


def read_address(channel: Channel, typed: str, region: str) -> Address:
    """The address as it will be used. `region`: of numbers without a country code, "" for none. Raises
    `BadAddressError` with a key the screen has words for."""
    read: dict[Channel, Callable[[], str]] = {"mail": lambda: mail_address(typed), "sms": lambda: phone(typed, region)}
    return Address(channel=channel, value=read[channel]())


def mail_address(typed: str) -> str:
    from email_validator import EmailNotValidError, validate_email

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


def phone(typed: str, region: str) -> str:
    """In the form of E.164: "+3725123456"."""
    import phonenumbers

    if not typed.strip():
        raise BadAddressError("bad-address-no-phone", "no phone number was typed")
    try:
        number = phonenumbers.parse(typed, region or None)
    except phonenumbers.NumberParseException as error:
        raise _no_phone(typed, region) from error
    if not phonenumbers.is_valid_number(number):
        raise _no_phone(typed, region)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _no_phone(typed: str, region: str) -> BadAddressError:
    if region or typed.strip().startswith(("+", "00")):
        return BadAddressError("bad-address-phone", "this can't be a phone number")
    return BadAddressError("bad-address-country", "the country code is missing, and the box knows no country")


def region_of(store: Store, country: str) -> str:
    """The country, ISO 3166 in two letters, whose phone numbers need no code at `store`: `country` where the settings
    name it, else that of the store's time zone, else ""."""
    found = get_global("zone_territories").get(store.time_zone, "")
    return country or ("" if found == "001" else str(found))


def sealed_address(seal_key: bytes, *, store: str, event_id: str, address: Address) -> bytes:
    """The blob only HQ can open. Store and event stand inside, so that it can't be moved to another event."""
    name = {"mail": "mail", "sms": "phone"}[address.channel]
    plain = {"v": 1, "store": store, "event": event_id, name: address.value}
    return seal(seal_key, json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())
