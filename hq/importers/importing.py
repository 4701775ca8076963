"""One file into the `article` table: all of it or, where the file turns out to be none, nothing of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RootTransaction, Transaction, select

from edge.catalogue.schema import search_table
from hq.clock import now as system_now
from hq.errors import InputError
from hq.importers import formats
from hq.importers.containers import Member, members
from hq.importers.documents import ACCEPTED, document
from hq.importers.format import ARTICLES, Format
from hq.importers.scratch import Scratch
from hq.importers.work import CatalogueReport, Progress, Work
from hq.store.insert import put
from hq.store.tables import setting

Part = tuple[Member, Format]
LANGUAGES = "catalogue.languages"
"""The setting that holds the catalogue's languages (JSON), the first met first."""


def import_file(
    connection: Connection,
    path: Path,
    *,
    format: str = "",  # noqa: A002 (the command line's own word)
    dry_run: bool = False,
    replace: bool = False,
    only: str = "",
    pictures: Path | None = None,
    currency: str = "EUR",
    language: str = "en",
    now: int | None = None,
    progress: Progress = lambda rows, share: None,
    scratch: Scratch | None = None,
    more: bool = False,
) -> CatalogueReport:
    """Import `path`: in a transaction of its own, or, where `connection` is in one, as a part of that.

    `replace` removes the articles that a full list no longer names; of counts of stock, what they do not name is gone.
    `only` is the one store that counts may speak of. `pictures` is the folder pictures are taken over to (D/pictures).
    `currency` and `language` are those of values that name none. `progress` hears rows and the share of the file
    that was read. A full list in several files is imported with one `scratch`, and with `more` set for all but the
    last: what is gone is known when all are in.
    Raises InputError for a file that is no catalogue; then nothing was changed.
    """
    parts = formats.as_told(path, format, only) if format else formats.inside(path, only)
    parts, others = _catalogue(path, parts)
    full = [(member, one) for member, one in parts if one.of == ARTICLES]
    spoken = _languages(full, language)
    with _transaction(connection, keep=not dry_run):
        kept = pictures if not dry_run else None
        work = Work(
            connection, path, kept, currency, language, now or system_now(), replace=replace, only=only, scratch=scratch
        )
        try:
            for member, one in parts:
                work.run(member, one, progress)
            if full:
                work.compare(more=more, replace=replace)
            if full or work.spoken:
                _remember_languages(connection, [*spoken, *work.spoken])
            work.report.examples = work.articles.ledger.examples()
            work.report.passed_over = others
        finally:
            work.close(keep=scratch is not None)
    return work.report


def _catalogue(path: Path, parts: list[Part]) -> tuple[list[Part], list[str]]:
    """The parts that are imported here, and the names of the files of an archive that are not."""
    taken = [(member, one) for member, one in parts if one.adapter is not None]
    if not taken:
        raise InputError(f"{path} has the format {parts[0][1].name}, which is no catalogue. {ACCEPTED}")
    names = {member.inner for member, _ in taken}
    return taken, [member.inner for member in members(path) if member.inner and member.inner not in names]


@contextmanager
def _transaction(connection: Connection, *, keep: bool) -> Iterator[None]:
    begun: RootTransaction | Transaction
    begun = connection.begin_nested() if connection.in_transaction() else connection.begin()
    try:
        yield
    except BaseException:
        begun.rollback()
        raise
    if keep:
        begun.commit()
    else:
        begun.rollback()


def _languages(parts: list[Part], language: str) -> list[str]:
    found: list[str] = []
    for member, one in parts:
        spoken = one.languages(document(member), language)
        try:
            for tag in spoken:
                search_table(tag)
        except ValueError as error:
            raise InputError(f"{member.name}: {error}. Name the columns title_en, title_de …") from error
        found += spoken
    return found


def _remember_languages(connection: Connection, found: list[str]) -> None:
    held: list[Any] = json.loads(connection.scalar(select(setting.c.value).where(setting.c.key == LANGUAGES)) or "[]")
    put(
        connection,
        setting,
        {"key": LANGUAGES, "value": json.dumps(list(dict.fromkeys([*held, *found])))},
    )
