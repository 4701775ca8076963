"""A member as its form has it: a table of named columns, or records that may nest. What adapters get are rows of it.

    document(member) -> Table   .columns, .rows()
                     -> Tree    .paths, .rows("products.item")

A format looks at `columns` or `paths` to tell its files, and never at the container, dialect or encoding.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from hq.errors import InputError
from hq.importers import html_tree, json_tree, lines_tree, sniffing, table, workbook, xml_tree, yaml_tree
from hq.importers.containers import WORKBOOK, Member
from hq.importers.record import Row


@runtime_checkable
class Table(Protocol):
    """CSV, TSV or a workbook's first sheet. The header is row 1; cells are cleaned texts."""

    @property
    def columns(self) -> list[str]:
        """In small letters, in the order of the file."""

    def rows(self) -> Iterator[Row]: ...


@runtime_checkable
class Tree(Protocol):
    """JSON, JSON Lines, XML, YAML, or the JSON-LD of a web page. Rows are numbered from 1."""

    @property
    def paths(self) -> Mapping[str, str]:
        """Every path that stands at its beginning, and the first text there. List items are called "item":
        {"products.item.sku": "A-1"}; a line of JSON Lines is an "item" too; of XML:
        {"rss.channel.item.g:id": "A-1"}."""

    def rows(self, at: str) -> Iterator[Row]:
        """The records at a path; "" is the whole document as one."""


Document = Table | Tree
READERS: dict[str, Callable[[Member, bytes], Document]] = {
    sniffing.TABLE: table.CsvTable,
    sniffing.JSON: json_tree.JsonTree,
    sniffing.LINES: lines_tree.LinesTree,
    sniffing.XML: xml_tree.XmlTree,
    sniffing.HTML: html_tree.HtmlTree,
    sniffing.YAML: yaml_tree.YamlTree,
}


def document(member: Member) -> Document:
    """Raises InputError where it is neither table nor tree."""
    if member.kind == WORKBOOK:
        return workbook.Workbook(member)
    sample = member.sample()
    form = sniffing.form(sample)
    if form == sniffing.BINARY:
        raise InputError(f"{member.name} is no text. {ACCEPTED}")
    return READERS[form](member, sample)


ACCEPTED = (
    "HQ reads the files that docs/importing.md names: CSV, XLSX, JSON, JSON Lines, XML, YAML or a page with JSON-LD, "
    "plain, gzip or zip."
)
