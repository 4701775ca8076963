"""An audience as a file. Platforms get hashes and nothing else; what is in the clear is for the retailer alone."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TextIO

from hq.exports.members import Member, Shown
from hq.exports.platforms import PLATFORMS, Platform

Form = Literal["meta", "google", "csv", "json"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, of full width as well."""
NO_ARTICLE = Shown(sku="", name="", variant="")
HEADERS: dict[str, Sequence[str]] = {
    "meta": ("EXTERN_ID", "EMAIL", "PHONE"),
    "google": ("Email", "Phone"),
    "csv": ("profile", "language", "mail", "phone", "sku", "article", "variant"),
}


def write(form: Form, members: Iterable[Member], file: TextIO) -> int:
    """Returns how many rows were written. A member without anything the platform could match gets none."""
    return _json(members, file) if form == "json" else _csv(form, members, file)


def safe(cell: str) -> str:
    """As a cell that no spreadsheet runs. It is to be quoted besides: where cells are parted by semicolons, one that
    holds a semicolon would be two."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _csv(form: str, members: Iterable[Member], file: TextIO) -> int:
    writer, count = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL), 0
    writer.writerow(HEADERS[form])
    for row in ROWS[form](members):
        writer.writerow([safe(cell) for cell in row])
        count += 1
    return count


def _json(members: Iterable[Member], file: TextIO) -> int:
    count = 0
    for member in members:
        articles = [{"sku": one.sku, "name": one.name, "variant": one.variant} for one in member.articles]
        row: dict[str, Any] = {"profile": member.profile, "language": member.language, "mails": member.mails}
        file.write(json.dumps(row | {"phones": member.phones, "articles": articles}, ensure_ascii=False) + "\n")
        count += 1
    return count


def _meta(members: Iterable[Member]) -> Iterator[Sequence[str]]:
    """A row for each address: a person may have several, and Meta matches rows. It learns that they are one person's by
    a hash of HQ's id."""
    for member in members:
        for mail, phone in _pairs(member, PLATFORMS["meta"]):
            yield PLATFORMS["meta"].hashed(member.profile), mail, phone


def _google(members: Iterable[Member]) -> Iterator[Sequence[str]]:
    for member in members:
        yield from _pairs(member, PLATFORMS["google"])


def _plain(members: Iterable[Member]) -> Iterator[Sequence[str]]:
    for member in members:
        mail, phone = (values[-1] if values else "" for values in (member.mails, member.phones))
        for one in member.articles or (NO_ARTICLE,):
            yield member.profile, member.language, mail, phone, one.sku, one.name, one.variant


def _pairs(member: Member, platform: Platform) -> Iterator[tuple[str, str]]:
    mails = [platform.hashed(one) for one in _each(platform.mail, member.mails)]
    phones = [platform.hashed(one) for one in _each(platform.phone, member.phones)]
    for place in range(max(len(mails), len(phones))):
        yield mails[place] if place < len(mails) else "", phones[place] if place < len(phones) else ""


def _each(normalise: Callable[[str], str], values: Iterable[str]) -> list[str]:
    """Without what the platform would not take, and each once: two addresses may be one there."""
    found: dict[str, None] = {}
    for value in values:
        try:
            found[normalise(value)] = None
        except ValueError:
            continue
    return list(found)


ROWS: dict[str, Callable[[Iterable[Member]], Iterator[Sequence[str]]]] = {
    "meta": _meta,
    "google": _google,
    "csv": _plain,
}
