"""One file into the `article` table: all of it or, where the file turns out to be none, nothing of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RootTransaction, Transaction, select

from edge.catalogue.schema import search_table
from edge.domain.article import Product, Variant
from hq.clock import now as system_now
from hq.errors import InputError
from hq.importers import formats, table
from hq.importers.own_articles import languages
from hq.importers.work import ADAPTERS, CatalogueReport, Work
from hq.store.insert import put
from hq.store.tables import setting

LISTS = (formats.ARTICLES, formats.MERCHANT)
"""Formats that are lists of all articles, so that what they no longer name can be told."""
LANGUAGES = "catalogue.languages"
"""The setting that holds the catalogue's languages (JSON), the first met first."""


def import_file(
    connection: Connection,
    path: Path,
    *,
    format: str = "",  # noqa: A002 (the command line's own word)
    dry_run: bool = False,
    replace: bool = False,
    pictures: Path | None = None,
    currency: str = "EUR",
    language: str = "en",
    now: int | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> CatalogueReport:
    """Import `path`: in a transaction of its own, or, where `connection` is in one, as a part of that.

    `replace` removes the articles that a full list no longer names. `pictures` is the folder pictures are taken over to
    (D/pictures). `currency` and `language` are those of values that name none. `progress` hears the rows read.
    Raises InputError for a file that is no catalogue; then nothing was changed.
    """
    name = format or formats.recognise(path)
    if name not in ADAPTERS:
        raise InputError(f"{path} has the format {name}, which is no catalogue. {table.ACCEPTED}")
    spoken = _languages(path, name, language) if name in LISTS else []
    with _transaction(connection, keep=not dry_run):
        work = Work(connection, path, name, pictures if not dry_run else None, currency, language, now or system_now())
        work.run(progress)
        if name in LISTS:
            for kind in (Variant, Product):
                work.articles.unnamed(kind, remove=replace and not work.torn)
            _remember_languages(connection, spoken)
    return work.report


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


def _languages(path: Path, name: str, language: str) -> list[str]:
    found = [language] if name == formats.MERCHANT else languages(table.header(path))
    try:
        for one in found:
            search_table(one)
    except ValueError as error:
        raise InputError(f"{path}: {error}. Name the columns title_en, title_de …") from error
    return found


def _remember_languages(connection: Connection, found: list[str]) -> None:
    held: list[Any] = json.loads(connection.scalar(select(setting.c.value).where(setting.c.key == LANGUAGES)) or "[]")
    put(
        connection,
        setting,
        {"key": LANGUAGES, "value": json.dumps([*held, *(new for new in found if new not in held)])},
    )
