"""Identities: what leads to a person. Found by a keyed hash of the normalised value, never by the value."""

from typing import Literal

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection, select

from hq.errors import InputError
from hq.keys import Keys
from hq.store import tables

IdentityKind = Literal["mail", "phone", "card", "tag", "cookie"]


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


def digest(keys: Keys, kind: IdentityKind, value: str) -> str:
    """The keyed hash of a value as a person or a file wrote it. Raises BadMail."""
    return keys.digest_of(kind, normalise_mail(value) if kind == "mail" else value.strip())


def find(connection: Connection, keys: Keys, kind: IdentityKind, value: str) -> str | None:
    """The profile that this identity leads to. Raises BadMail."""
    identity = tables.identity.c
    query = select(identity.profile).where(identity.kind == kind, identity.digest == digest(keys, kind, value))
    profile: str | None = connection.scalar(query)
    return profile


def masked(mail: str) -> str:
    """ "sarah@example.com" as "s…@example.com": enough to recognise it, too little to write to it."""
    name, _, domain = mail.rpartition("@")
    return f"{name[:1]}…@{domain}"
