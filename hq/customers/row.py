"""One row of a list of customers -> what is kept of it, or the reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from hq import identity
from hq.identity import IdentityKind
from hq.importers.cells import LONGEST_WORDS, BadCell, optional, required
from hq.report import WARNED

COLUMNS = {
    "customer": ("customer", "customer_id", "unique_id", "rec_id", "id"),
    "first_name": ("first_name", "firstname", "given_name", "vorname"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "nachname"),
    "birth_date": ("birth_date", "birthdate", "date_of_birth", "dob", "birthday"),
    "city": ("city", "town", "suburb", "ort"),
    "mail": ("mail", "email", "e-mail", "email_address"),
    "phone": ("phone", "mobile", "telephone", "phone_number"),
    "card": ("card", "loyalty_card", "card_number"),
    "language": ("language", "locale"),
}
"""Tote's names, with those that other systems have for the same."""
KINDS: tuple[IdentityKind, ...] = ("customer", "mail", "phone", "card")
HINTS = {"mail": "write name@example.com, or leave it empty", "phone": "write + and the country first: +3725123456"}


@dataclass(frozen=True, kw_only=True)
class Customer:
    """`words` are the cells as they were written, by Tote's names."""

    words: dict[str, str]
    identities: tuple[tuple[IdentityKind, str], ...]
    """Normalised. The first is the customer's id."""
    doubts: tuple[tuple[str, str, str, str], ...]
    """Field, reason, hint and outcome of what can't be used."""


def named(columns: Mapping[str, object] | list[str]) -> dict[str, str]:
    """Tote's names -> the columns of a file that mean them."""
    found = {name: next((one for one in others if one in columns), "") for name, others in COLUMNS.items()}
    return {name: column for name, column in found.items() if column}


def customer(cells: Mapping[str, str], columns: Mapping[str, str]) -> Customer:
    """`columns` as of `named`. Raises BadCell."""
    words = {name: optional(cells, column, LONGEST_WORDS) for name, column in columns.items()}
    required(words, "customer")
    identities, doubts = [], []
    for kind in KINDS:
        if words.get(kind):
            try:
                identities.append((kind, identity.normalise(kind, words[kind])))
            except (identity.BadMail, identity.BadPhone):
                what = "mail address" if kind == "mail" else "phone number with its country"
                doubts.append((kind, f"is no {what}", HINTS[kind], WARNED))
    return Customer(words=words, identities=tuple(identities), doubts=tuple(doubts))


def refuse_nobody(columns: Mapping[str, str]) -> None:
    """Raises BadCell where the file names no customers."""
    if "customer" not in columns:
        raise BadCell("customer", "no column has the customers' ids", "add one called customer")
