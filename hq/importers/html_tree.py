"""The structured data of a web page: its scripts of the type application/ld+json."""

from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

from hq.errors import InputError
from hq.importers import sniffing
from hq.importers.cells import BadCell
from hq.importers.containers import Member, buffered
from hq.importers.json_tree import paths_of
from hq.importers.limits import LONGEST_RECORD
from hq.importers.record import Row
from hq.importers.text import clean

PLACES = ("item", "@graph.item")


class HtmlTree:
    """A `documents.Tree` whose records are at "item": an object of the page's JSON-LD each, lists and graphs taken
    apart."""

    def __init__(self, member: Member, sample: bytes) -> None:
        self._member = member
        self._found = list(_objects(_scripts(member)))
        self.paths: dict[str, str] = {}
        for record in (one for one in self._found if isinstance(one, dict)):
            inside = paths_of(msgspec.json.encode(record), member.name, cut=False)
            self.paths = {**{f"item.{path}" if path else "item": text for path, text in inside.items()}, **self.paths}

    def rows(self, at: str) -> Iterator[Row]:
        yield from enumerate(self._found, start=1)


def _scripts(member: Member) -> list[str]:
    with member.open() as octets:
        page = buffered(octets).read(LONGEST_RECORD + 1)
    if len(page) > LONGEST_RECORD:
        raise InputError(f"{member.name} is a page of more than {LONGEST_RECORD >> 20} MiB. Give its data as JSON.")
    marked = sniffing.encoding(page)
    try:
        text = page.decode(marked or "utf-8")
    except UnicodeDecodeError:
        text = page.decode(marked or "cp1252", errors="replace")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.scripts


def _objects(scripts: list[str]) -> Iterator[dict[str, object] | BadCell]:
    for script in scripts:
        try:
            found = msgspec.json.decode(clean(script).encode())
        except (msgspec.DecodeError, RecursionError) as error:
            yield BadCell("script", f"its JSON-LD is damaged: {error}", "correct it, or export the products again")
            continue
        yield from _apart(found)


def _apart(found: object) -> Iterator[dict[str, object] | BadCell]:
    if isinstance(found, dict) and isinstance(found.get("@graph"), list):
        found = found["@graph"]
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict):
            yield one


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._in = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        self._in = tag == "script" and kind == "application/ld+json"
        if self._in:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = False

    def handle_data(self, data: str) -> None:
        if self._in:
            self.scripts[-1] += data
