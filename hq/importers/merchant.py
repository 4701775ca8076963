"""Google Merchant feeds (RSS 2.0 or Atom, elements of the namespace `g:` beside plain ones), read item by item."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from hq.errors import InputError
from hq.importers.text import clean

GOOGLE = "{http://base.google.com/ns/1.0}"
ITEMS = {"item", "entry"}
ROOTS = {"rss", "feed", "rdf"}


def is_xml(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").startswith(b"<")


def check(path: Path) -> None:
    """Raises InputError where the file is XML (or looks so) but no feed."""
    for _, element in _events(path):
        if _local(element.tag).lower() not in ROOTS:
            raise InputError(f"{path} is no product feed: it begins with <{_local(element.tag)[:40]}>.")
        return


def items(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each item's number, from 1, and its fields; of a field that stands there both ways `g:` wins."""
    number, parents = 0, list[Any]()
    for event, element in _events(path):
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _local(element.tag) in ITEMS:
            number += 1
            yield number, _fields(element)
            if parents:
                parents[-1].clear()  # or the tree of the whole feed stays in memory


def _fields(item: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for child in sorted(item, key=lambda child: not child.tag.startswith(GOOGLE)):
        text = child.get("href") or "".join(child.itertext()) if _local(child.tag) == "link" else child.text
        if len(child) == 0:
            fields.setdefault(_local(child.tag), clean(text or ""))
    return fields


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _events(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        yield from iterparse(path, events=("start", "end"), forbid_dtd=True)
    except ParseError as error:
        raise InputError(f"{path} is not XML: {error}. Export the feed again; nothing was changed.") from error
    except DefusedXmlException as error:
        raise InputError(f"{path} declares entities or a document type. A product feed needs none.") from error
    except (OSError, ValueError, LookupError) as error:
        raise InputError(f"{path} can't be read: {error}.") from error
