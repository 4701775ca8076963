"""One record of a file, before anybody understood it: asked by path, and never raising for what it lacks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hq.importers.cells import BadCell
from hq.importers.text import clean

Record = dict[str, Any]
Row = tuple[int, Record | BadCell]
"""Its number, and its cells or, where it is damaged by itself, what is wrong with it."""


def repeated(columns: Sequence[str]) -> list[str]:
    """The names that more than one column bears."""
    return [name for name, times in Counter(filter(None, columns)).items() if times > 1]


def named(columns: Sequence[str], cells: Iterable[str]) -> Record:
    """The cells by column name; of columns of one name the first counts that is not empty."""
    record: Record = {}
    for name, cell in zip(columns, cells, strict=False):
        record[name] = record.get(name) or cell
    return record


def text(record: object, *path: str) -> str:
    """The text at a path of keys, cleaned; "" where there is none. Numbers as they are written, true as "yes"."""
    found = value(record, *path)
    return clean(scalar(found))


def scalar(found: object) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, Decimal):
        return format(found, "f") if abs(found.adjusted()) < 40 else str(found)
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() and abs(found) < 1e15 else repr(found)
    return str(found) if isinstance(found, int) and abs(found) < 10**40 else ""


def value(record: object, *path: str) -> Any:
    for key in path:
        if not isinstance(record, Mapping):
            return None
        record = record.get(key)
    return record


def records(record: object, *path: str) -> list[Record]:
    """The objects of the list at a path; a single object counts as a list of one."""
    return [one for one in values(record, *path) if isinstance(one, dict)]


def values(record: object, *path: str) -> list[Any]:
    """The list at a path; what is no list counts as a list of one, nothing as none."""
    found = value(record, *path)
    if found is None or found == "":
        return []
    return list(found) if isinstance(found, list | tuple) else [found]


def texts(record: object, *path: str) -> list[str]:
    """The texts of the list at a path."""
    return [one for one in (clean(scalar(each)) for each in values(record, *path)) if one]


def whole(record: Record | BadCell) -> Record:
    """The cells of a row. Raises BadCell where it is not whole."""
    if isinstance(record, BadCell):
        raise record
    return record
