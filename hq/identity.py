"""Identities: what leads to a person. Found by a keyed hash of the normalised value, never by the value."""

from collections.abc import Callable
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, func, select

from hq.errors import InputError
from hq.keys import Keys
from hq.store import tables

IdentityKind = Literal["mail", "phone", "card", "tag", "customer", "cookie"]
"""`customer`: what a web shop or the retailer's list of customers calls them, such as "shopify:7071". All but cookies,
which lead to a browser, tell who is one person (`hq.linking`)."""
LASTING: tuple[IdentityKind, ...] = ("mail", "phone", "card", "tag", "customer")
"""Kinds that tell who is one person. To be named in queries: identities are found by kind and hash."""
NO_PHONE = "This is no phone number. It begins with + and the country, such as +372 5123 4567."


class BadPhone(InputError):
    """The text is no phone number. The message never repeats it."""


class BadMail(InputError):
    """The text is no mail address. The message never repeats it."""


def normalise_mail(text: str) -> str:
    """The address as it is kept and compared: domain in its Unicode form, everything lower case. Asks no DNS.

    RFC 5321 lets the part before the @ tell cases apart; no provider in use does, and shoppers type either.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise BadMail(
            "This is no mail address. It needs a name, an @ and a domain, such as name@example.com."
        ) from error


def normalise_phone(text: str) -> str:
    """In the form of E.164, which begins with + and the country: "+37251234567"."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(NO_PHONE) from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone(NO_PHONE)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normalise(kind: IdentityKind, value: str) -> str:
    """Raises BadMail or BadPhone."""
    known: dict[str, Callable[[str], str]] = {"mail": normalise_mail, "phone": normalise_phone}
    return known.get(kind, str.strip)(value)


def digest(keys: Keys, kind: IdentityKind, value: str) -> str:
    """The keyed hash of a value as a person or a file wrote it. Raises BadMail or BadPhone."""
    return keys.digest_of(kind, normalise(kind, value))


def find(connection: Connection, keys: Keys, kind: IdentityKind, value: str) -> str | None:
    """The profile that this identity leads to, or, where orders alone named it, the one of the person that it is known
    to be. Raises BadMail or BadPhone."""
    identity, member, this = tables.identity.c, tables.member.c, digest(keys, kind, value)
    own = select(identity.profile).where(identity.kind == kind, identity.digest == this)
    named = select(member.person).where(member.kind == kind, member.digest == this)
    profile: str | None = connection.scalar(select(func.coalesce(own.scalar_subquery(), named.scalar_subquery())))
    return profile


def masked(kind: str, value: str) -> str:
    """ "sarah@example.com" as "s…@example.com", "+37251234567" as "+372…67": enough to recognise it, too little to
    write to it. Of other kinds nothing is shown."""
    if kind == "phone":
        return f"{value[:4]}…{value[-2:]}"
    if kind == "mail":
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return "…"
