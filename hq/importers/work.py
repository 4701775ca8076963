"""One import at work: the rows of a file, and the report that grows with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from edge.domain.article import Product, Variant
from hq.errors import InputError
from hq.importers.articles import Articles
from hq.importers.cells import BadCell
from hq.importers.containers import Member
from hq.importers.desk import Adapter, Desk
from hq.importers.difference import Difference, Example
from hq.importers.documents import Document, Table, document
from hq.importers.format import Format
from hq.importers.limits import MOST_ROWS
from hq.importers.pictures import Pictures
from hq.importers.record import Record, repeated, whole
from hq.importers.scratch import Scratch
from hq.report import REJECTED, WARNED, Problem, Report

MOST_PROBLEMS = 10_000
Progress = Callable[[int, float], None]
"""Rows so far, and the share of the file that was read (0 where its form does not tell)."""
EVERY = 1_000
"""Rows between two words of progress."""


@dataclass(kw_only=True)
class CatalogueReport(Report):
    """`difference` is to the live catalogue, `examples` shows some of it; of those gone, `removed` are no longer there.
    `spared` are live articles that only rejected rows name: they stay as they are, and are not gone.
    Beyond MOST_PROBLEMS, problems are only counted, in `left_out`. `passed_over` names files of an archive that are no
    catalogue."""

    difference: Difference = field(default_factory=Difference)
    examples: list[Example] = field(default_factory=list)
    removed: int = 0
    spared: int = 0
    left_out: int = 0
    passed_over: list[str] = field(default_factory=list)


class Work:
    """The members of one file, one after the other, into one report."""

    def __init__(
        self,
        connection: Connection,
        path: Path,
        store: Path | None,
        currency: str,
        language: str,
        now: int,
        *,
        replace: bool = False,
        only: str = "",
        scratch: Scratch | None = None,
    ) -> None:
        self._scratch = scratch or Scratch()
        self._scratch.next_file()
        self.articles = Articles(connection, self._scratch)
        self.report = CatalogueReport(format="", difference=self.articles.difference)
        pictures = Pictures(path.parent, store)
        self._desk = Desk(
            articles=self.articles,
            pictures=pictures,
            warn=self._warn,
            scratch=self._scratch,
            currency=currency,
            language=language,
            now=now,
            replace=replace,
            only=only,
            intact=lambda: not self._damaged,
        )
        self._row, self._member = 0, ""
        self._warned = self._damaged = False

    def run(self, member: Member, format: Format, progress: Progress) -> None:  # noqa: A002
        self._member = member.inner
        self.report.format = _joined(self.report.format, format.name)
        assert format.adapter is not None
        adapter, read = format.adapter(self._desk), document(member)
        self._look_at_header(read)
        for row, cells in format.layout.rows(read):
            self._row = row
            self.report.rows += 1
            if self.report.rows > MOST_ROWS:
                raise InputError(f"{member.name} has more than {MOST_ROWS:,} rows. Split it.")
            self._warned = False
            self._damaged = self._damaged or isinstance(cells, BadCell)
            self._take(adapter, cells)
            if self.report.rows % EVERY == 0:
                progress(self.report.rows, member.reading.share)
        if finish := getattr(adapter, "finish", None):
            finish()
        self.articles.flush()
        progress(self.report.rows, member.reading.share)

    def _look_at_header(self, read: Document) -> None:
        self._row = 1
        for name in repeated(read.columns) if isinstance(read, Table) else ():
            hint = "rename one of them; until then the first counts that is not empty"
            self._problem(name, f"two columns are called {name!r}", hint, WARNED)

    @property
    def spoken(self) -> list[str]:
        """Languages that only rows named."""
        return self._desk.spoken

    def compare(self, *, more: bool, replace: bool) -> None:
        """Count the articles that the list does not name, and remove them where it is to replace the catalogue and
        every row of it could be read (what a damaged row names may still be there) and one was taken (an export that
        went wrong has a header and no rows)."""
        self._scratch.torn = self._scratch.torn or self._damaged
        self._scratch.taken = self._scratch.taken or self.report.accepted + self.report.merged > 0
        if more:
            self.articles.ledger.keep_names()
            return
        self.report.spared = self.articles.spare()
        remove = replace and self._scratch.taken and not self._scratch.torn
        for kind in (Variant, Product):
            self.articles.unnamed(kind, remove=remove)
        self.report.removed = self.report.difference.gone if remove else 0

    def close(self, *, keep: bool = False) -> None:
        """`keep` leaves the scratch to the next file."""
        if not keep:
            self._scratch.close()

    def _take(self, adapter: Adapter, cells: Record | BadCell) -> None:
        try:
            if adapter.take(self._row, whole(cells)):
                self.report.accepted += 1
            else:
                self.report.merged += 1
        except BadCell as bad:
            self.report.rejected += 1
            self._problem(bad.field, bad.reason, bad.hint, REJECTED)
            return
        self.report.warned += self._warned

    def _warn(self, field: str, reason: str, hint: str) -> None:
        self._warned = True
        self._problem(field, reason, hint, WARNED)

    def _problem(self, field: str, reason: str, hint: str, outcome: str) -> None:
        if len(self.report.problems) < MOST_PROBLEMS:
            said = f"{self._member}: {reason}" if self._member else reason
            problem = Problem(row=self._row, field=field, reason=said, hint=hint, outcome=outcome)
            self.report.problems.append(problem)
        else:
            self.report.left_out += 1


def _joined(names: str, name: str) -> str:
    return name if not names else names if name in names.split(" + ") else f"{names} + {name}"
