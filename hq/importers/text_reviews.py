"""Reviews as the text sets of linguists have them (Hu and Liu): a file is a product, "[t]" begins a review and may give
its title, each sentence follows "##", behind what it says of which feature. Nobody gave stars, and none are made up."""

import io
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from hq.errors import InputError
from hq.importers.containers import Member, buffered
from hq.importers.desk import Desk
from hq.importers.documents import Document
from hq.importers.format import REVIEWS, Format
from hq.importers.record import Row
from hq.importers.review_taking import ReviewTaking, Told
from hq.importers.table import encoding_of

TELLS = re.compile(rb"^\[t\].*\n(?:.*\n){0,40}?.*##", re.MULTILINE)
NAMED = re.compile(r"\*\s*Product name:\s*(.+?)\s*$")
REMARK = re.compile(r"[\w' ,\[\]+-]*\[[+-]\d?\](?:\[\w+\])*\s*$")
BEGINS, SENTENCE = "[t]", "##"


class Annotated:
    """The layout: one row a review, numbered by the line where it begins."""

    def tells(self, document: Document) -> bool:
        member = getattr(document, "member", None)
        return isinstance(member, Member) and TELLS.search(member.sample()) is not None

    def rows(self, document: Document) -> Iterator[Row]:
        member = getattr(document, "member", None)
        if not isinstance(member, Member):
            raise InputError("The file is no annotated text. Leave --format out, so that HQ looks what it is.")
        with member.open() as octets:
            yield from _reviews(io.TextIOWrapper(buffered(octets), encoding_of(member), errors="replace"), member)


def _reviews(lines: io.TextIOWrapper, member: Member) -> Iterator[Row]:
    product = PurePath(member.inner or member.path.name).stem.replace("_", " ")
    begun, title, said = 0, "", list[str]()
    for number, line in enumerate(lines, start=1):
        if named := NAMED.match(line):
            product = named[1]
        elif line.startswith(BEGINS):
            if begun:
                yield begun, _record(product, title, said)
            begun, title, said = number, line.removeprefix(BEGINS).strip(" .\r\n"), []
        elif begun and SENTENCE in line:
            said.append(_sentences(line))
    if begun:
        yield begun, _record(product, title, said)


def _sentences(line: str) -> str:
    """What was said, without the remarks on it; where two sentences share a line, so do their remarks."""
    *before, last = line.split(SENTENCE)[1:]
    return " ".join(part.strip() for part in (*(REMARK.sub("", part) for part in before), last) if part.strip())


def _record(product: str, title: str, said: list[str]) -> dict[str, Any]:
    return {"product": product, "title": title, "text": " ".join(said)}


class TextReviews:
    def __init__(self, desk: Desk) -> None:
        self._taking = ReviewTaking(desk)

    def take(self, row: int, record: dict[str, Any]) -> bool:
        about = [record["product"], record["product"].replace(" ", "-").lower()]
        return self._taking.take(Told(products=about, title=record["title"], text=record["text"], language="en"))


FORMAT = Format(name="annotated-reviews-text", of=REVIEWS, layout=Annotated(), adapter=TextReviews)
