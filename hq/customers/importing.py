"""A list of customers, read and applied in chunks: who they are is journalled as hashes, then what they are called is
put in, encrypted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, permutations
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from hq import decisions, erasure, people
from hq.customers.row import Customer, customer, named, refuse_nobody
from hq.errors import InputError
from hq.identity import LASTING
from hq.importers import table
from hq.importers.cells import BadCell
from hq.ledger import rules_of
from hq.linking.listed import BARE
from hq.projection.person import in_control, profile_id
from hq.projection.scene import Rules
from hq.report import Problem, Report
from hq.service import Hq
from hq.store import tables
from hq.store.insert import put
from hq.store.many import among

FORMAT = "customers"
CHUNK = 500
IDENTITY, LINK = tables.identity.c, tables.link.c


@dataclass(frozen=True, kw_only=True)
class _Row:
    number: int
    customer: Customer
    named: tuple[dict[str, Any], ...]
    """As the journal has them: kind, digest, profile, control."""


def import_customers(hq: Hq, path: Path, *, language: str = "en", dry_run: bool = False) -> Report:
    """Imports `path`; `language` is of who names none. A bad row is reported and passed over, and so is everybody who
    was erased: the list is not them. Raises InputError for a file that lists no customers."""
    report = Report(format=FORMAT)
    rest = _rows(hq, path, report)
    while chunk := list(islice(rest, CHUNK)):
        with hq.reading() as connection:
            welcome = _without_erased(connection, chunk, report)
            fresh = _fresh(connection, welcome)
        report.accepted += len(fresh)
        report.merged += len(welcome) - len(fresh)
        if dry_run:
            continue
        if fresh:
            decisions.customers_told(hq, [_told(row, language) for row in fresh])
        _keep(hq, welcome)
    report.warned = len({problem.row for problem in report.problems if problem.outcome != "rejected"})
    return report


def _rows(hq: Hq, path: Path, report: Report) -> Iterator[_Row]:
    header = table.header(path)
    columns, rules = named(header), rules_of(hq)
    try:
        refuse_nobody(columns)
    except BadCell as bad:
        raise InputError(f"{path} lists no customers: {bad.reason}; {bad.hint}.") from bad
    for number, cells in table.rows(path):
        report.rows += 1
        try:
            one = customer(table.whole(cells), columns)
        except BadCell as bad:
            _reject(report, number, bad.field, bad.reason, bad.hint)
            continue
        report.problems += [
            Problem(row=number, field=field, reason=reason, hint=hint, outcome=outcome)
            for field, reason, hint, outcome in one.doubts
        ]
        yield _Row(
            number=number, customer=one, named=tuple(_named(rules, kind, value) for kind, value in one.identities)
        )


def _named(rules: Rules, kind: str, value: str) -> dict[str, Any]:
    digest = rules.keys.digest_of(kind, value)
    return {"kind": kind, "digest": digest, "profile": profile_id(rules, digest), "control": in_control(rules, digest)}


def _reject(report: Report, row: int, field: str, reason: str, hint: str) -> None:
    report.rejected += 1
    report.problems.append(Problem(row=row, field=field, reason=reason, hint=hint))


def _without_erased(connection: Connection, chunk: list[_Row], report: Report) -> list[_Row]:
    held = tables.suppression.c
    digests = {one["digest"] for row in chunk for one in row.named}
    query = select(held.digest).where(among(held.digest, digests), held.reason == erasure.REASON)
    erased = set(connection.scalars(query))
    for row in chunk:
        if _names(row, erased):
            hint = "take them out of the list; they are a new person when they come themselves"
            _reject(report, row.number, "customer", "this person was erased at their wish", hint)
    return [row for row in chunk if not _names(row, erased)]


def _names(row: _Row, digests: set[str]) -> bool:
    return any(one["digest"] in digests for one in row.named)


def _fresh(connection: Connection, chunk: list[_Row]) -> list[_Row]:
    """Those that name an identity, or two of them together, for the first time."""
    digests = {one["digest"] for row in chunk for one in row.named}
    named = select(IDENTITY.digest).where(IDENTITY.kind.in_(LASTING), among(IDENTITY.digest, digests))
    known = set(connection.scalars(named))
    links = select(LINK.one, LINK.other).where(among(LINK.one, digests))
    linked = {(row.one, row.other) for row in connection.execute(links)}
    return [row for row in chunk if not _is_known([one["digest"] for one in row.named], known, linked)]


def _is_known(digests: list[str], known: set[str], linked: set[tuple[str, str]]) -> bool:
    return known.issuperset(digests) and linked.issuperset(permutations(digests, 2))


def _told(row: _Row, language: str) -> dict[str, Any]:
    spoken = row.customer.words.get("language", "")[:2].lower()
    return {"language": spoken if spoken.isalpha() else language, "named": list(row.named)}


def _keep(hq: Hq, rows: list[_Row]) -> None:
    """Names and addresses, each under the key of the profile that it leads to."""
    with hq.engine.begin() as connection:
        for row in rows:
            profiles = [one["profile"] for one in row.named]
            keys = {profile: key for profile in profiles if (key := people.key_of(connection, profile))}
            for one, (_, value) in zip(row.named, row.customer.identities, strict=True):
                if key := keys.get(one["profile"]):
                    this = (IDENTITY.kind == one["kind"], IDENTITY.digest == one["digest"], IDENTITY.value == BARE)
                    connection.execute(update(tables.identity).where(*this).values(value=people.encrypt(key, value)))
            if key := keys.get(profiles[0]):
                words = msgspec.json.encode(row.customer.words).decode()
                kept = {"profile": profiles[0], "value": people.encrypt(key, words), "told": hq.clock()}
                put(connection, tables.customer, kept)
