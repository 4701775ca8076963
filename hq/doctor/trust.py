"""When certificates of the line end: HQ's authority, HQ's own, the brokers', and how many boxes' soon."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from sqlalchemy import func, select

from hq.authority import for_hq
from hq.authority.revocation import FOLDER
from hq.doctor import Check
from hq.errors import KeysError
from hq.service import Hq
from hq.store import tables

SOON = 30 * 86_400_000
"""Milliseconds before its end at which a certificate is a finding."""


def examine(hq: Hq) -> Iterator[Check]:
    """Nothing where no authority was ever needed: an HQ and its broker on one machine."""
    yield from own(hq)
    if (hq.dir / "keys" / "ca.crt").exists():
        yield _boxes(hq)


def own(hq: Hq) -> Iterator[Check]:
    """What is HQ's and its brokers'; boxes have alarms of their own."""
    if not (hq.dir / "keys" / "ca.crt").exists():
        return
    try:
        authority = for_hq(hq)
    except KeysError as error:
        yield Check(what="trust", ok=False, words=str(error), remedy="Restore D/keys from a backup.")
        return
    yield _ends(hq, authority.certificate, "HQ's authority", "Every box has to be enrolled anew: docs/security.md.")
    yield _ends(hq, authority.own, "HQ's own certificate", "Remove D/keys/hq.crt and hq.key, and restart HQ.")
    with hq.reading() as connection:
        setting = tables.setting.c
        rows = list(connection.scalars(select(setting.value).where(setting.key.startswith(FOLDER))))
    for row in rows:
        yield from _broker(hq, Path(msgspec.json.decode(row)[0]) / "broker.crt")


def _boxes(hq: Hq) -> Check:
    held = tables.certificate.c
    ending = select(func.count(func.distinct(held.store))).where(
        held.revoked.is_(None), held.expires < hq.clock() + SOON
    )
    with hq.reading() as connection:
        boxes = connection.scalar(ending) or 0
    words = f"of {boxes} stores' boxes certificates end within 30 days" if boxes else "no box's certificate ends soon"
    remedy = "tote-hq box do STORE rotate-keys gives a box another while its line is up." if boxes else ""
    return Check(what="trust", ok=not boxes, words=words, remedy=remedy)


def _broker(hq: Hq, path: Path) -> Iterator[Check]:
    """A folder that was carried to another machine can't be looked at from here."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield Check(what="trust", ok=False, words=f"{path} can't be read: {error}", remedy="Run it as root.")
        return
    yield _ends(hq, certificate, f"the broker's certificate ({path})", "Write it anew: tote-hq broker-config.")


def _ends(hq: Hq, certificate: x509.Certificate, whose: str, remedy: str) -> Check:
    ends = certificate.not_valid_after_utc
    ok = ends.timestamp() * 1000 - hq.clock() > SOON
    words = f"{whose} lasts until {datetime.fromtimestamp(ends.timestamp(), UTC):%d %B %Y}"
    return Check(what="trust", ok=ok, words=words, remedy="" if ok else remedy)
