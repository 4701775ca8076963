"""JSON that says once, around a list, what holds for every record of it: {"store": "tartu", "counts": [{…}, {…}]}."""

from collections.abc import Iterator

from hq.errors import InputError
from hq.importers.cells import BadCell
from hq.importers.documents import Document, Table
from hq.importers.record import Row, value

NO_LIST = "The file is a table. Leave --format out, so that HQ looks what it is."


class Enveloped:
    """One object, or each of several, with a list of records under the first of the keys `lists` it has. A record is
    given what the object says beside the list, where it does not say so itself. `around` must stand in the object, and
    one of the sets `needed` in the records."""

    def __init__(self, *needed: set[str], lists: tuple[str, ...], around: set[str]) -> None:
        self._needed, self._lists, self._around = needed, lists, around

    def tells(self, document: Document) -> bool:
        return not isinstance(document, Table) and self._place(document) is not None

    def rows(self, document: Document) -> Iterator[Row]:
        if isinstance(document, Table):
            raise InputError(NO_LIST)
        place = self._place(document) or ("", self._lists[0])
        number = 0
        for _, whole in document.rows(place[0]):
            if isinstance(whole, BadCell):
                number += 1
                yield number, whole
                continue
            said = {key: one for key, one in whole.items() if not isinstance(one, dict | list)}
            for record in _list(value(whole, place[1])):
                number += 1
                yield number, {**said, **record} if isinstance(record, dict) else _no_record(record)

    def _place(self, document: Document) -> tuple[str, str] | None:
        """Where the objects stand, and the key of their lists."""
        paths = getattr(document, "paths", {})
        for at in ("", "item."):
            for name in self._lists:
                inside = [all(f"{at}{name}.item.{key}" in paths for key in each) for each in self._needed]
                if any(inside) and all(f"{at}{key}" in paths for key in self._around):
                    return at.rstrip("."), name
        return None


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _no_record(record: object) -> BadCell:
    return BadCell("row", f"{str(record)[:40]!r} is no record", "write an object in braces, its fields named")
