"""What can be set, key by key, told from the dataclasses that `strict.read` fills: kinds, defaults and docstrings."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any, get_args, get_origin, get_type_hints

from edge.domain.strict import SIMPLE, Secret

PASSWORD = re.compile(r"(?<=://)[^/@\s]+@")
"""User and password within an address."""


@dataclass(frozen=True, kw_only=True)
class Key:
    path: str
    """"screen.port"; "reader.name" of each table in a list."""
    hint: Any
    listed: bool
    """Whether it stands in a list of tables, written [[reader]]."""
    default: Any
    """MISSING where it has to be set."""
    text: str

    @property
    def section(self) -> str:
        """The table it stands in; "" before all tables."""
        return self.path.rpartition(".")[0]

    @property
    def kind(self) -> str:
        """In words, such as "a whole number"."""
        return SIMPLE[self.hint][1]

    @property
    def needed(self) -> bool:
        return self.default is MISSING

    @property
    def shown_default(self) -> str:
        """As TOML; "" where it is needed, or unset by default."""
        return "" if self.needed else toml(self.default)


def keys(kind: type, where: str = "", *, listed: bool = False) -> Iterator[Key]:
    """Every key below `kind`, in the order of the definition."""
    hints, texts, rest = get_type_hints(kind), docstrings(kind), getattr(kind, "REST", "")
    for field in fields(kind):
        hint, path = hints[field.name], where + field.name
        if field.name == rest:
            continue
        if table := table_of(hint):
            yield from keys(table, path + ".", listed=listed or hint is not table)
        else:
            yield Key(path=path, hint=hint, listed=listed, default=_default(field), text=texts.get(field.name, ""))


def table_of(hint: Any) -> type | None:
    """The dataclass of a table or of a list of them; None of a plain value."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return inner if isinstance(inner, type) and is_dataclass(inner) else None


@cache
def docstrings(kind: type) -> Mapping[str, str]:
    """Of the fields of a dataclass: the text below each, on one line."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    told = {_name(field): _text(below) for field, below in pairwise(definition.body)}
    return {name: text for name, text in told.items() if name and text}


def values(settings: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything that is set or stands by default: ("reader[1].name", "gun")."""
    rest = getattr(settings, "REST", "")
    for field in fields(settings):
        value, path = getattr(settings, field.name), where + field.name
        if field.name == rest:
            yield from ((where + name, other) for name, other in value.items())
        elif is_dataclass(value):
            yield from values(value, path + ".")
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for number, one in enumerate(value, start=1):
                yield from values(one, f"{path}[{number}].")
        else:
            yield path, value


def toml(value: Any) -> str:
    """As it is written in the file. A secret, or a password within an address, is not told; None is nothing."""
    match value:
        case None:
            return ""
        case Secret():
            return '"…"' if value else '""'
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(PASSWORD.sub("…@", value))
        case tuple() | list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {toml(one)}' for name, one in value.items())} }}"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    """A literal where that can hold it, for the sake of patterns' backslashes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text.replace("\\", "\\\\"))
    return '"' + escaped.replace('"', '\\"') + '"'


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _name(node: ast.stmt) -> str:
    return node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else ""


def _text(node: ast.stmt) -> str:
    constant = node.value if isinstance(node, ast.Expr) else None
    told = constant.value if isinstance(constant, ast.Constant) and isinstance(constant.value, str) else ""
    return " ".join(told.split())
