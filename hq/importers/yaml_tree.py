"""YAML read event by event (libyaml): no types are made, and aliases, which can blow up, are refused."""

import io
from collections.abc import Iterator
from typing import Any

import yaml

from hq.errors import InputError
from hq.importers.containers import Member, Octets
from hq.importers.guarded import Guarded, too_deep
from hq.importers.json_tree import not_one
from hq.importers.limits import DEEPEST
from hq.importers.record import Record, Row

NOTHING = {"", "~", "null", "Null", "NULL"}
LOOKED_AT = 20


class YamlTree:
    """A `documents.Tree`: a list of records at the top ("item"), or a list under a key ("products.item").

    Scalars are texts as they are written; "true" and "1.50" stay so."""

    def __init__(self, member: Member, sample: bytes) -> None:
        self._member = member
        self.paths: dict[str, str] = {}
        cut = sample[: sample.rfind(b"\n") + 1] or sample
        try:
            for at, record in _found(_Source(cut, member.name), member.name):
                self._learn(at, record)
                if sum(path == at for path in self.paths) and len(self.paths) > LOOKED_AT * 50:
                    break
        except InputError:
            if not self.paths:
                raise

    def _learn(self, at: str, record: object) -> None:
        self.paths.setdefault(at, "")
        if isinstance(record, dict):
            for key, value in record.items():
                self.paths.setdefault(f"{at}.{key}" if at else key, value[:200] if isinstance(value, str) else "")

    def rows(self, at: str) -> Iterator[Row]:
        with self._member.open() as octets:
            guarded = Guarded(octets, self._member.name)
            number = 0
            for path, record in _found(guarded, self._member.name):
                if path == at:
                    number += 1
                    guarded.record()
                    yield number, record if isinstance(record, dict) else not_one(record)


class _Source(Guarded):
    def __init__(self, sample: bytes, name: str) -> None:
        super().__init__(Octets(io.BytesIO(sample), name, 0), name)


def _found(source: Guarded, name: str) -> Iterator[tuple[str, Any]]:
    """The records of the lists at the top or right under it, each with the path of its list's items."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = yaml.parse(source, Loader=loader)
        yield from _Events(events, name).records()
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        why = " ".join(str(error).split())[:120]
        raise InputError(f"{name} is no YAML, or breaks off: {why}. Export it again; nothing was changed.") from error


class _Events:
    def __init__(self, events: Iterator[Any], name: str) -> None:
        self._events, self._name = events, name

    def records(self) -> Iterator[tuple[str, Any]]:
        for event in self._events:
            if isinstance(event, yaml.SequenceStartEvent):
                yield from self._items("item")
            elif isinstance(event, yaml.MappingStartEvent):
                yield from self._top()

    def _top(self) -> Iterator[tuple[str, Any]]:
        top: Record = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            name = str(self._value(key, 0))
            event = next(self._events)
            if isinstance(event, yaml.SequenceStartEvent):
                yield from self._items(f"{name}.item")
            else:
                top[name] = self._value(event, 1)
        yield "", top

    def _items(self, at: str) -> Iterator[tuple[str, Any]]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield at, self._value(event, 1)

    def _value(self, event: Any, depth: int) -> Any:
        """What begins with `event`. Bounded recursion."""
        if depth > DEEPEST:
            raise too_deep(self._name)
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{self._name} uses aliases (*{event.anchor}). Write the values out.")
        if isinstance(event, yaml.ScalarEvent):
            return "" if event.implicit[0] and event.value in NOTHING else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return [value for _, value in self._nested(depth)]
        record: Record = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            record[str(self._value(key, depth + 1))] = self._value(next(self._events), depth + 1)
        return record

    def _nested(self, depth: int) -> Iterator[tuple[None, Any]]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield None, self._value(event, depth + 1)
