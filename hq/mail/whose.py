"""Whom a mail went to: by its row, or, where a restore lost that, by the journal's word that it was sent."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hq.store import tables

MAIL, PROFILE, ENTRY = tables.mail.c, tables.profile.c, tables.decision.c


@dataclass(frozen=True, kw_only=True)
class Addressee:
    profile: str
    language: str
    """ "" where nothing is known of them but that a mail went to them."""
    row: bool
    """Whether the mail itself is known."""


def addressee(reading: Connection, mail: str) -> Addressee | None:
    """None for a mail that HQ never sent, and for one to somebody who was erased."""
    held = select(MAIL.profile, PROFILE.language).join_from(tables.mail, tables.profile).where(MAIL.id == mail)
    if row := reading.execute(held).first():
        return Addressee(profile=row.profile, language=row.language, row=True)
    sent = select(ENTRY.body).where(ENTRY.subject == mail, ENTRY.kind == "mail-sent").order_by(ENTRY.at.desc())
    body = reading.scalar(sent.limit(1))
    profile = msgspec.json.decode(body, type=dict[str, str]).get("profile", "") if body else ""
    erased = select(ENTRY.id).where(ENTRY.subject == profile, ENTRY.kind == "erased").limit(1)
    if not profile or reading.scalar(erased):
        return None
    language = reading.scalar(select(PROFILE.language).where(PROFILE.id == profile)) or ""
    return Addressee(profile=profile, language=language, row=False)
