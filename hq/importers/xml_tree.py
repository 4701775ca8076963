"""XML read element by element with expat. A document type, and with it every entity, is refused."""

from collections.abc import Iterator
from xml.parsers import expat  # the safe use of it is below: no document type, bounded depth and size

from hq.errors import InputError
from hq.importers.containers import Member
from hq.importers.guarded import Guarded, too_deep
from hq.importers.limits import DEEPEST, SAMPLE
from hq.importers.record import Record, Row
from hq.importers.text import clean

CHUNK = 1 << 16
GOOGLE = "http://base.google.com/ns/1.0"
MOST_PATHS = 4_000
LOOKED_AT = 20
"""Elements below the root's first list that tell what the file is."""


class XmlTree:
    """A `documents.Tree`. An element is its text or, where it has children or attributes, a record of them: attributes
    as "@name", its own text beside children as "". Names of Google's namespace keep "g:", others lose theirs."""

    def __init__(self, member: Member, sample: bytes) -> None:
        self._member = member
        self.paths = _Paths(member.name).read(sample, cut=len(sample) >= SAMPLE)

    def rows(self, at: str) -> Iterator[Row]:
        with self._member.open() as octets:
            guarded = Guarded(octets, self._member.name)
            builder = _Builder(self._member.name, at)
            number = 0
            while part := guarded.read(CHUNK):
                builder.feed(part)
                for found in builder.taken():
                    number += 1
                    guarded.record()
                    yield number, found
            builder.close()


class _Parser:
    """Expat with the bounds; below it, what is done with elements."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, part: bytes, *, final: bool = False) -> None:
        try:
            self._parser.Parse(part, final)
        except (expat.ExpatError, ValueError, LookupError) as error:
            why = f"{self._name} is not XML: {error}."
            raise InputError(f"{why} Export the feed again; nothing was changed.") from error

    def close(self) -> None:
        self.feed(b"", final=True)

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._name} declares entities or a document type. A feed needs none.")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(_local(tag))
        if len(self._path) > DEEPEST:
            raise too_deep(self._name)

    def _finish(self, tag: str) -> None:
        self._path.pop()

    def _say(self, text: str) -> None: ...


class _Paths(_Parser):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._found: dict[str, str] = {}

    def read(self, sample: bytes, *, cut: bool) -> dict[str, str]:
        """Raises InputError where it is no XML from its beginning; what a cut tears does not matter."""
        try:
            self.feed(sample, final=not cut)
        except InputError:
            if not (cut and self._found):
                raise
        if not self._found:
            raise InputError(f"{self._name} is not XML: it holds no element.")
        return self._found

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        super()._begin(tag, attributes)
        here = ".".join(self._path)
        if len(self._found) < MOST_PATHS:
            self._found.setdefault(here, "")
            for name, text in attributes.items():
                self._found.setdefault(f"{here}.@{_local(name)}", text[:200])

    def _say(self, text: str) -> None:
        here = ".".join(self._path)
        if here in self._found and not self._found[here]:
            self._found[here] = text.strip()[:200]


class _Builder(_Parser):
    """Builds the elements at one path."""

    def __init__(self, name: str, at: str) -> None:
        super().__init__(name)
        self._at = at.split(".") if at else []
        self._open: list[tuple[Record, list[str]]] = []
        self._taken: list[Record] = []

    def taken(self) -> list[Record]:
        """What is whole since the last call."""
        whole, self._taken = self._taken, []
        return whole

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        super()._begin(tag, attributes)
        if self._open or self._path == self._at:
            self._open.append(({f"@{_local(name)}": clean(text) for name, text in attributes.items()}, []))

    def _say(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)

    def _finish(self, tag: str) -> None:
        name = self._path[-1]
        super()._finish(tag)
        if not self._open:
            return
        record, said = self._open.pop()
        text = clean("".join(said))
        if not self._open:
            self._taken.append({**record, "": text} if text else record)
        elif record:
            _add(self._open[-1][0], name, {**record, "": text} if text else record)
        else:
            _add(self._open[-1][0], name, text)


def _add(record: Record, name: str, found: object) -> None:
    """What repeats becomes a list."""
    if name not in record:
        record[name] = found
    elif isinstance(record[name], list):
        record[name].append(found)
    else:
        record[name] = [record[name], found]


def _local(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return f"g:{name}" if space == GOOGLE else name
