"""Files that arrive at HQ, whichever way: by the command, through a door, in a watched folder. All of them go here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from edge.catalogue import Version
from edge.domain.article import Store, Variant
from hq.errors import InputError, NotAllowedError
from hq.feeds import publish
from hq.feeds.remarks import remarks
from hq.importers import formats, import_file
from hq.importers.articles import Articles
from hq.importers.containers import Member
from hq.importers.format import ARTICLES, KINDS, ORDERS, SALES, STOCK, Format
from hq.importers.scratch import Scratch
from hq.importers.work import Progress
from hq.orders import import_orders
from hq.report import Report
from hq.sales import import_sales
from hq.service import Hq
from hq.stock import YOUNGER_STAY
from hq.store.aside import LOCK, alone, aside
from hq.store.tables import article, setting

SMALL = 128 << 10
"""Octets of files that may be imported in one short transaction (`Terms.brief`)."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How files are taken. `kinds` are what they may be lists of, `store` the only one they may speak of ("": any)."""

    format: str = ""
    dry_run: bool = False
    replace: bool = False
    publish: bool = True
    currency: str = "EUR"
    language: str = "en"
    kinds: Sequence[str] = KINDS
    store: str = ""
    brief: bool = False
    """Take a small file in one transaction, which holds up other writers for a moment but copies no catalogue aside:
    for files that come by the minute."""
    patience: float | None = None
    """Seconds to wait for another import; None: for ever."""
    note: str = ""
    """What the new version is for."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    path: Path
    report: Report
    published: str | None
    """The new version; "" where there was nothing new in it, None where none is made of such a file."""
    remarks: tuple[str, ...] = ()
    """What is to be said of the new version (`hq.feeds.remarks`)."""
    told_at_once: bool = False
    """Whether nothing but stock changed: that has a feed of its own, and needs no version of the catalogue."""


def take(
    hq: Hq, paths: Sequence[Path], terms: Terms, progress: Callable[[Path], Progress] | None = None
) -> Iterator[Arrival]:
    """All files that a catalogue is made of or, where one of them is refused, none; then sales and orders. Each is told
    when it is in.

    Raises InputError, NotAllowedError where `terms` don't allow what a file is, BusyError."""
    kinds = {path: _kinds(path, terms) for path in paths}
    ordered = sorted(paths, key=lambda path: min(map(KINDS.index, kinds[path])))
    catalogue = [path for path in ordered if kinds[path] - {ORDERS, SALES}]
    coming: set[str] = set()
    if catalogue:
        for arrival in _catalogue(hq, catalogue, kinds, terms, progress, coming):
            yield replace(arrival, told_at_once=kinds[arrival.path] <= {STOCK})
    for path in (path for path in ordered if path not in catalogue):
        yield _sold(hq, path, terms, frozenset(coming)) if SALES in kinds[path] else _ordered(hq, path, terms)


def _parts(path: Path, terms: Terms) -> list[tuple[Member, Format]]:
    if terms.format:
        return formats.as_told(path, terms.format, terms.store)
    return formats.inside(path, terms.store)


def _kinds(path: Path, terms: Terms) -> set[str]:
    parts = _parts(path, terms)
    found = {part.of for _, part in parts}
    if others := sorted(found - set(terms.kinds)):
        raise NotAllowedError(f"It is a list of {others[0]}; only {', '.join(terms.kinds)} may come in here.")
    apart = sorted(found & {SALES, ORDERS})
    if apart and len(found) > 1:  # each is taken by itself: the others would be passed over
        raise InputError(f"{path} packs {apart[0]} together with other lists. Bring them in as a file of their own.")
    return found


def _catalogue(
    hq: Hq,
    paths: list[Path],
    kinds: dict[Path, set[str]],
    terms: Terms,
    progress: Callable[[Path], Progress] | None,
    coming: set[str],
) -> list[Arrival]:
    """`coming` is given the SKUs and stores that a dry run does not keep."""
    reports = []
    scratch = Scratch()
    lists = [path for path in paths if ARTICLES in kinds[path]]
    with _opened(hq, paths, terms) as connection, closing(scratch):
        for path in paths:
            report = import_file(
                connection,
                path,
                format=terms.format,
                replace=terms.replace,
                only=terms.store,
                pictures=None if terms.dry_run else hq.pictures,
                currency=terms.currency,
                language=terms.language,
                now=hq.clock(),
                progress=progress(path) if progress else lambda rows, share: None,
                scratch=scratch,
                more=path in lists[:-1],
            )
            reports.append(report)
        if terms.dry_run and len(kinds) > len(paths):
            articles = Articles(connection)
            coming |= articles.ids(Variant) | articles.ids(Store)
    version, heard = _published(hq, paths, terms)
    return [
        Arrival(path=path, report=report, published=version, remarks=heard)
        for path, report in zip(paths, reports, strict=True)
    ]


@contextmanager
def _opened(hq: Hq, paths: list[Path], terms: Terms) -> Iterator[Connection]:
    if not terms.brief or sum(path.stat().st_size for path in paths) > SMALL:
        if terms.patience is not None:
            with alone(hq.dir, patience=terms.patience):
                pass  # whoever comes in between is waited for
        with aside(
            hq.engine, hq.dir / LOCK, article, setting, keep=not terms.dry_run, yields=[YOUNGER_STAY]
        ) as connection:
            yield connection
        return
    locked = alone(hq.dir, patience=terms.patience)
    with locked, hq.engine.connect() as connection, connection.begin() as transaction:
        yield connection
        if terms.dry_run:
            transaction.rollback()


def _published(hq: Hq, paths: list[Path], terms: Terms) -> tuple[str, tuple[str, ...]]:
    """The version, "" where there is none, and what is to be said of it."""
    if terms.dry_run or not terms.publish:
        return "", ()
    note = terms.note or ", ".join(path.name for path in paths)
    with hq.engine.connect() as connection:
        head = publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), note=note[:1000])
    if head is None:
        return "", ()
    with hq.reading() as connection:
        return f"{head.epoch}.{head.n}", tuple(remarks(connection, Version(head.epoch, head.n)))


def _sold(hq: Hq, path: Path, terms: Terms, coming: frozenset[str]) -> Arrival:
    report = import_sales(
        hq,
        path,
        as_format=terms.format,
        dry_run=terms.dry_run,
        only=terms.store,
        patience=terms.patience,
        coming=coming,
    )
    return Arrival(path=path, report=report, published=None, told_at_once=True)


def _ordered(hq: Hq, path: Path, terms: Terms) -> Arrival:
    if terms.store:
        raise InputError("Orders are of all stores: bring them in through a door of the feed orders.")
    report = import_orders(hq, path, dry_run=terms.dry_run)
    return Arrival(path=path, report=report, published=None, told_at_once=True)


def has_failed(report: Report, *, strict: bool = False) -> bool:
    """A file of which nothing could be used is a mistake even where single bad rows are daily business."""
    return report.rejected > 0 and (strict or report.rejected == report.rows)
